"""``make snowflake-smoke``: the whole graph on a Snowflake account, in a database of its own.

The database is made for this one run and dropped at its end, whatever happens. Exit codes: 0 when
every total is right, 1 when something went wrong, 2 for a wrong setting, 3 when the database may
still be there, 130 when the run was interrupted.
"""

import contextlib
import dataclasses
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
import pyarrow.compute as pc

from analytics_assets.command.smoke_totals import expected_totals, found_totals
from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import daily_job
from analytics_assets.demo_shop import DemoShop, generate
from analytics_assets.errors import AnalyticsError
from analytics_assets.intake.schema import QUARANTINE_COLUMNS, RAW_TABLES
from analytics_assets.lib.failures import causes
from analytics_assets.lib.tables import tables
from analytics_assets.lib.warehouse.interface import Session, Warehouse, WarehouseError
from analytics_assets.lib.warehouse.snowflake_account import SnowflakeAccount
from analytics_assets.settings import CATALOG, SettingsError, load_settings

_SCALE = 0.01
_SCHEMAS = ("loaded", "raw", "staging", "analytics", "realtime")
_READ_BY_ANALYSTS = ("analytics", "realtime")
# A role of the same user, that owns nothing: the role of analysts.
_READER = "SNOWFLAKE_SMOKE_READER_ROLE"
# Snowflake sends a long result in parts; the first numbers fit into one byte, the last do not.
_ROWS_OF_SEVERAL_PARTS = 100_000
_MORE_THAN_A_MINUTE = 75
_TAG = {"project": "analytics_assets", "run": "snowflake_smoke"}


class LeftBehindError(AnalyticsError):
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
    reader = os.environ.get(_READER)
    with warehouse.session() as session:
        _load(session, shop)
        if reader:
            _let_read(session, reader)
    _tell(f"demonstration shop loaded in {time.monotonic() - started:.1f} s")

    started = time.monotonic()
    job = build_definitions(settings).resolve_job_def(daily_job.name)
    # Without an instance: the project's history knows nothing of this run.
    result = job.execute_in_process(run_config={"loggers": {"progress": {}}}, raise_on_error=False)
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
        for step, cause in causes(result.all_events):
            _tell(f"{step}: {cause}")
        return False
    with warehouse.session() as session:
        is_right = _is_as_expected(found_totals(session), expected_totals(shop))
        is_right &= _reads_several_parts(session)
        is_right &= _waits_more_than_a_minute(session)
    if not reader:
        _tell(f"not tried: reading as a second role, which {_READER} would name")
        return is_right
    second = SnowflakeWarehouse(dataclasses.replace(_account(), role=reader), lambda: _TAG)
    return _is_read_by(second) and is_right


def _let_read(session: Session, role: str) -> None:
    """Grant a role what setup.sql grants to analysts, before there is any table."""
    database = os.environ["SNOWFLAKE_DATABASE"]
    session.execute(f"grant usage on database {database} to role {role}")
    for schema in _READ_BY_ANALYSTS:
        session.execute(f"grant usage on schema {database}.{schema} to role {role}")
        session.execute(
            f"grant select on future tables in schema {database}.{schema} to role {role}"
        )


def _reads_several_parts(session: Session) -> bool:
    parts, rows, total = 0, 0, 0
    for batch in session.batches(
        "select n from ("
        "select row_number() over (order by lines.order_item_id, customers.customer_id) as n "
        "from raw.order_items as lines cross join raw.customers as customers"
        f") as numbered where n <= {_ROWS_OF_SEVERAL_PARTS} order by n"
    ):
        parts += 1
        rows += batch.num_rows
        total += int(pc.sum(batch.column(0)).as_py())
    expected = _ROWS_OF_SEVERAL_PARTS * (_ROWS_OF_SEVERAL_PARTS + 1) // 2
    is_right = parts > 1 and rows == _ROWS_OF_SEVERAL_PARTS and total == expected
    _tell(f"{rows:,} rows in {parts} parts: {'as expected' if is_right else 'WRONG'}")
    return is_right


def _waits_more_than_a_minute(session: Session) -> bool:
    started = time.monotonic()
    try:
        session.read(f"select system$wait({_MORE_THAN_A_MINUTE}) as waited")
    except WarehouseError as error:
        _tell(f"WRONG: a statement of {_MORE_THAN_A_MINUTE} s was ended: {error}")
        return False
    _tell(f"a statement of {time.monotonic() - started:.0f} s: as expected")
    return True


def _is_read_by(second: Warehouse) -> bool:
    """Return whether another role reads every table that analysts have, and none of staging."""
    read, wrong = 0, []
    with second.session() as session:
        for name in tables():
            is_theirs = name.startswith(_READ_BY_ANALYSTS)
            try:
                session.read(f"select count(*) as n from {name}")
            except WarehouseError:
                wrong += [name] if is_theirs else []
            else:
                read += is_theirs
                wrong += [] if is_theirs else [name]
    _tell(
        f"a second role reads {read} tables of {' and '.join(_READ_BY_ANALYSTS)}, no others: "
        + (f"WRONG for {', '.join(wrong)}" if wrong else "as expected")
    )
    return not wrong


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Return whether the run ended by a signal, which Dagster makes a failed step of."""
    errors = [event.step_failure_data.error for event in result.get_step_failure_events()]
    name = dg.DagsterExecutionInterruptedError.__name__
    return any(error is not None and error.cls_name == name for error in errors)


def _load(session: Session, shop: DemoShop) -> None:
    for name, table in RAW_TABLES.items():
        columns = dict(table.columns)
        # The demonstration shop has one currency, and hence no exchange rates.
        made = getattr(shop, name, None)
        rows = pd.DataFrame() if made is None else made.to_pandas()
        session.replace(f"loaded.{name}", rows.reindex(columns=list(columns)), columns)
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
