"""``analytics-dbt``: dbt whose Snowflake connections give up on a network that does not answer.

dbt-snowflake passes no network timeout on, and without one the connector waits for ever: a cut
network would hold a run until somebody looks.
"""

import sys


def main() -> None:
    """Run dbt with this process's arguments."""
    # What they cost is paid by the one command that needs them.
    from dbt.cli.main import cli  # noqa: PLC0415
    from snowflake.connector import connection  # noqa: PLC0415

    from analytics_assets.settings import SettingsError, load_settings  # noqa: PLC0415

    try:
        account = load_settings().snowflake
    except SettingsError as error:
        sys.exit(str(error))
    if account:
        # Private to the connector; a test cuts the network and holds that this takes effect.
        for name in ("login_timeout", "network_timeout", "socket_timeout"):
            _, allowed = connection.DEFAULT_CONFIGURATION[name]
            connection.DEFAULT_CONFIGURATION[name] = (account.network_timeout_seconds, allowed)
    cli()
