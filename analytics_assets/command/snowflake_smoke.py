"""``make snowflake-smoke``: the whole graph on a Snowflake account, in a database of its own.

The database is made for this one run and dropped at its end, whatever happens. Exit codes: 0 when
every total is right, 1 when something went wrong, 2 for a wrong setting, 3 when the database may
still be there, 130 when the run was interrupted.
"""

import contextlib
import os
import secrets
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pandas as pd

from analytics_assets.command.smoke_totals import expected_totals, found_totals
from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import daily_job
from analytics_assets.demo_shop import DemoShop, generate
from analytics_assets.intake.schema import QUARANTINE_COLUMNS, RAW_TABLES
from analytics_assets.lib.warehouse.interface import Session, WarehouseError
from analytics_assets.lib.warehouse.snowflake_account import SnowflakeAccount
from analytics_assets.settings import CATALOG, SettingsError, load_settings

_SCALE = 0.01
_SCHEMAS = ("loaded", "raw", "staging", "analytics", "realtime")
_TAG = {"project": "analytics_assets", "run": "snowflake_smoke"}


class LeftBehindError(RuntimeError):
    """The throw-away database could not be dropped; the message says what to type."""


def main() -> int:
    """Run, print what was checked; return the exit code of the process."""
    # Whoever ends this process, the database goes.
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    os.environ["ANALYTICS_TARGET"] = "snowflake"
    try:
        with _throw_away_database(_account()) as database, tempfile.TemporaryDirectory() as folder:
            # From here on nothing in this process or its children can name another database.
            os.environ["SNOWFLAKE_DATABASE"] = database
            os.environ["SNOWFLAKE_SOURCE_DATABASE"] = database
            os.environ["SNOWFLAKE_SOURCE_SCHEMA"] = "LOADED"
            os.environ["ANALYTICS_DUCKDB_PATH"] = str(Path(folder) / f"{CATALOG}.duckdb")
            os.environ["ANALYTICS_VARS"] = ""
            is_right = _smoke()
    except SettingsError as error:
        _tell(str(error))
        return 2
    except LeftBehindError as error:
        _tell(str(error))
        return 3
    except WarehouseError as error:
        _tell(str(error))
        return 1
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
        _tell("interrupted")
        return 130
    return 0 if is_right else 1


@contextlib.contextmanager
def _throw_away_database(account: SnowflakeAccount) -> Iterator[str]:
    """Make a database with the four schemas, and drop it on the way out; its name has no other."""
    # Imported here, since the connector's second is paid by everybody who imports it.
    from analytics_assets.lib.warehouse.snowflake import account_session  # noqa: PLC0415

    database = f"{account.database}_SMOKE_{secrets.token_hex(4)}".upper()
    is_ours = True
    try:
        try:
            with account_session(account, _TAG) as session:
                # Fails where there is one: what exists is never touched.
                session.execute(f"create database {database}")
        except WarehouseError as error:
            is_ours = False
            raise WarehouseError(
                f"the database {database} could not be made: {error}. The role needs: grant create "
                f"database on account to role {account.role}; docs/snowflake.md says more"
            ) from None
        _tell(f"database {database} made; it is dropped at the end")
        with account_session(account, _TAG) as session:
            for schema in _SCHEMAS:
                session.execute(f"create schema {database}.{schema}")
        yield database
    finally:
        if is_ours:
            try:
                with account_session(account, _TAG) as session:
                    session.execute(f"drop database if exists {database}")
            except (WarehouseError, KeyboardInterrupt) as error:
                raise LeftBehindError(
                    f"the database {database} could not be dropped: {error or 'interrupted'}. "
                    f"Type in Snowflake: drop database if exists {database};"
                ) from None
            _tell(f"database {database} dropped")


def _account() -> SnowflakeAccount:
    account = load_settings().snowflake
    assert account is not None  # noqa: S101  # this target has one
    return account


def _smoke() -> bool:
    """Load, run the daily job, compare; return whether everything is as it should be."""
    from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse  # noqa: PLC0415

    settings = load_settings()
    warehouse = SnowflakeWarehouse(_account(), lambda: _TAG)
    started = time.monotonic()
    shop = generate(_SCALE)
    with warehouse.session() as session:
        _load(session, shop)
    _tell(f"demonstration shop loaded in {time.monotonic() - started:.1f} s")

    started = time.monotonic()
    dbt_output = settings.data_dir / "dbt_output.txt"
    job = build_definitions(settings).resolve_job_def(daily_job.name)
    with dbt_output.open("w") as output, contextlib.redirect_stdout(output):
        # Without an instance: the project's history knows nothing of this run.
        result = job.execute_in_process(
            run_config={"loggers": {"progress": {}}}, raise_on_error=False
        )
    outcomes = Counter(
        "held" if check.passed else "warned" if check.severity.value == "WARN" else "failed"
        for check in result.get_asset_check_evaluations()
    )
    _tell(
        f"{daily_job.name} {'done' if result.success else 'FAILED'} in "
        f"{time.monotonic() - started:.1f} s; checks: "
        + ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in ("held", "warned", "failed"))
    )
    if _was_interrupted(result):
        raise KeyboardInterrupt
    if not result.success:
        sys.stderr.write(dbt_output.read_text())
        return False
    with warehouse.session() as session:
        found = found_totals(session)
    return _is_as_expected(found, expected_totals(shop))


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Return whether the run ended by a signal, which Dagster makes a failed step of."""
    errors = [event.step_failure_data.error for event in result.get_step_failure_events()]
    name = dg.DagsterExecutionInterruptedError.__name__
    return any(error is not None and error.cls_name == name for error in errors)


def _load(session: Session, shop: DemoShop) -> None:
    for name, table in RAW_TABLES.items():
        columns = dict(table.columns)
        rows = getattr(shop, name).to_pandas().reindex(columns=list(columns))
        session.replace(f"loaded.{name}", rows, columns)
    nothing_refused = dict.fromkeys(QUARANTINE_COLUMNS, ())
    session.replace("loaded.quarantined_rows", pd.DataFrame(nothing_refused), QUARANTINE_COLUMNS)


def _is_as_expected(found: dict[str, float], expected: dict[str, float]) -> bool:
    wrong = 0
    for what, value in expected.items():
        is_right = abs(found[what] - value) < 0.005
        wrong += not is_right
        verdict = "as expected" if is_right else f"WRONG, expected {value:,.2f}"
        _tell(f"  {what:<45} {found[what]:>14,.2f}  {verdict}")
    _tell(f"{len(expected) - wrong} of {len(expected)} totals as expected")
    return wrong == 0


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
