"""The production engine: a Snowflake account, one connection a step, through dagster-snowflake."""

import contextlib
import json
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from snowflake.connector import SnowflakeConnection
from snowflake.connector.errors import Error as SnowflakeError
from snowflake.connector.errors import OperationalError
from snowflake.connector.pandas_tools import write_pandas

from analytics_assets.lib.warehouse.interface import WarehouseError, require_columns
from analytics_assets.lib.warehouse.literals import literal
from analytics_assets.lib.warehouse.snowflake_account import (
    SOURCE_FORMATS,
    AccessToken,
    Browser,
    KeyPair,
    OAuthToken,
    SnowflakeAccount,
    WorkloadIdentity,
)

if TYPE_CHECKING:
    from dagster_snowflake import SnowflakeResource

# Where temporary tables live; the schemas are made once, by the set-up of docs/snowflake.md.
_SESSION_SCHEMA = "ANALYTICS"
# Of one file that is staged: some 20 MB, so that a warehouse loads several at once.
_ROWS_PER_FILE = 500_000
# Beside a statement's own time: for its queue, and for the way of its answer.
_MARGIN_SECONDS = 60
# What every session of this project has, dbt's too: docs/snowflake/setup.sql sets it on the user.
SESSION_PARAMETERS = {
    "TIMEZONE": "UTC",
    "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ",
    "DATE_INPUT_FORMAT": "AUTO",
    "DATE_OUTPUT_FORMAT": "YYYY-MM-DD",
    "WEEK_START": 1,
    "ABORT_DETACHED_QUERY": True,
}


@dataclass(frozen=True)
class SnowflakeSession:
    """A Session over one connection. Snowflake's upper-case names end here.

    Attributes:
        connection: the connector's.
        source: database and schema of the tables that the shop's loader fills.
        source_format: what those tables are; None: the project's own.
    """

    connection: SnowflakeConnection
    source: str = ""
    source_format: str | None = None
    in_process: bool = False

    def execute(self, sql: str) -> None:
        """Run one statement for its effect."""
        with self._statement(sql):
            pass

    def read(self, sql: str) -> pd.DataFrame:
        """Return the rows of a query, column names in lower case, numbers as DuckDB gives them."""
        with self._statement(sql) as cursor:
            # Each part of a long result has the integer width of its own values.
            parts = [
                _plain_numbers(part)
                for part in cursor.fetch_arrow_batches(force_microsecond_precision=True)
            ] or [_plain_numbers(cursor.fetch_arrow_all(force_return_table=True))]
        frame: pd.DataFrame = pa.concat_tables(parts).to_pandas(date_as_object=False)
        frame.columns = [str(name).lower() for name in frame.columns]
        return frame

    def batches(self, sql: str) -> Generator[pa.RecordBatch]:
        """Yield the rows of a query some at a time, as Arrow has them; names in upper case."""
        with self._statement(sql) as cursor:
            for rows in cursor.fetch_arrow_batches(force_microsecond_precision=True):
                yield from _plain_numbers(rows).to_batches()

    def stage(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        """Make a temporary ``table`` hold exactly ``frame``; it ends with the session.

        Raises:
            ValueError: when the frame's columns are not exactly those of ``columns``.
            WarehouseError: Snowflake refused.
        """
        require_columns(table, frame, columns)
        self.execute(f"create or replace temporary table {table} ({_declared(columns)})")
        if len(frame):
            self._write(table, frame, columns)

    def replace(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        """Make ``table`` hold exactly ``frame``, through a temporary table and one statement.

        The table itself stays, and with it its grants, masking policies, tags, comments and
        history. It is made anew only when its columns are not those of ``columns``.

        Raises:
            ValueError: when the frame's columns are not exactly those of ``columns``.
            WarehouseError: Snowflake refused; the table is as it was.
        """
        self.stage("incoming_rows", frame, columns)
        self.execute(f"create transient table if not exists {table} ({_declared(columns)})")
        names = ", ".join(columns)
        if self._columns(table) == _as_described(columns):
            self.execute(
                f"insert overwrite into {table} ({names}) select {names} from incoming_rows"
            )
        else:
            self.execute(
                f"create or replace transient table {table} copy grants "
                f"as select {names} from incoming_rows"
            )
        self.execute("drop table incoming_rows")

    def comment(self, table: str, text: str, columns: Mapping[str, str]) -> None:
        """Let a table and its columns say what they mean to whoever finds them in Snowflake."""
        schema, _, name = table.partition(".")
        found = self.read(
            "select lower(column_name) as name, comment from information_schema.columns "
            f"where lower(table_schema) = {literal(schema)} and lower(table_name) = {literal(name)}"
        )
        if dict(zip(found["name"], found["comment"], strict=True)) == dict(columns):
            return
        changes = ", ".join(f"column {c} comment {literal(text)}" for c, text in columns.items())
        self.execute(f"alter table {table} modify {changes}")
        self.execute(f"comment on table {table} is {literal(text)}")

    def freeze(self, name: str, columns: Mapping[str, str]) -> None:
        """Make ``raw.name`` hold what the shop's table of that name holds at this moment.

        A clone costs no copy and no scan. What cannot be cloned (a view, a share, a table with
        other columns or types) is read once: its columns of these names, cast to these types.

        Raises:
            WarehouseError: there is no such table, or it lacks a column; ``raw.name`` is as it was.
        """
        source, table = f"{self.source}.{name}", f"raw.{name}"
        if self._columns(source) == _as_described(columns):
            with contextlib.suppress(WarehouseError):
                self.execute(f"create or replace transient table {table} clone {source}")
                return
        cast = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
        self.execute(f"create or replace transient table {table} as select {cast} from {source}")

    def source_tables(self) -> dict[str, dict[str, str]]:
        """Return the tables and views that the shop's loader fills: name in lower case -> types.

        The names of columns are as Snowflake keeps them.
        """
        database, _, schema = self.source.partition(".")
        found = self.read(
            "select lower(table_name) as name, column_name, data_type "
            f"from {database}.information_schema.columns "
            f"where upper(table_schema) = {literal(schema.upper())} "
            "order by table_name, ordinal_position"
        )
        tables: dict[str, dict[str, str]] = {}
        for name, column, kind in found.itertuples(index=False):
            tables.setdefault(name, {})[column] = kind
        return tables

    def last_change(self, name: str) -> int | None:
        """Return when the shop's table of that name last changed, in nanoseconds since 1970.

        No warehouse wakes up for it. None where there is no such table, or it is a view. Of a
        connector's tables it is that of its orders.
        """
        if self.source_format:
            name = SOURCE_FORMATS[self.source_format]
        try:
            found = self.read(
                f"select system$last_change_commit_time({literal(f'{self.source}.{name}')}) as at"
            )
        except WarehouseError:
            return None
        return int(found["at"].iloc[0])

    def _columns(self, table: str) -> dict[str, str]:
        """Return the type of each column of a table, as ``_family`` has it."""
        with self._statement(f"describe table {table}") as cursor:
            names = [column.name for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return {row["name"].lower(): _family(row["type"]) for row in rows}

    def _write(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        # A DATE column takes no Parquet timestamp, which is what pandas makes of datetime64.
        days = [name for name, kind in columns.items() if kind.upper() == "DATE"]
        frame = frame.astype(dict.fromkeys(days, pd.ArrowDtype(pa.date32())))
        try:
            write_pandas(
                self.connection,
                frame.rename(columns=str.upper),
                table.upper(),
                use_logical_type=True,
                compression="snappy",
                chunk_size=_ROWS_PER_FILE,
            )
        except (SnowflakeError, OSError) as error:
            raise _readable(error) from None

    @contextmanager
    def _statement(self, sql: str) -> Iterator[Any]:
        try:
            with self.connection.cursor() as cursor:
                yield cursor.execute(sql)
        except (SnowflakeError, OSError) as error:
            raise _readable(error) from None


@dataclass(frozen=True)
class SnowflakeWarehouse:
    """The schemas of one Snowflake database.

    Attributes:
        account: who connects to what.
        query_tag: says for whom a session is opened, as names and values; Snowflake keeps them
            with every statement in its query history.
    """

    account: SnowflakeAccount
    query_tag: Callable[[], Mapping[str, str]] = dict

    @contextmanager
    def session(self) -> Iterator[SnowflakeSession]:
        """Open one connection, and close it on the way out.

        Raises:
            WarehouseError: no connection could be made; the message says to what and why.
        """
        with _opened(self.account, self.resource()) as connection:
            yield SnowflakeSession(connection, self.account.source, self.account.source_format)

    def resource(self) -> "SnowflakeResource":
        """Return dagster-snowflake's resource of the account, with this moment's query tag."""
        return _resource(connection_arguments(self.account, self.query_tag()))

    def glance(self) -> AbstractContextManager[SnowflakeSession]:
        """Open a session: here nobody waits and nothing is created. Raises as it does."""
        return self.session()

    @property
    def picture_folder(self) -> None:
        """None: pictures are on the pages only."""
        return None


def _resource(arguments: Mapping[str, Any]) -> "SnowflakeResource":
    # Imported here: it brings Snowflake's whole API, seconds that a list of assets need not pay.
    from dagster_snowflake import SnowflakeResource  # noqa: PLC0415

    return SnowflakeResource(**arguments)


def connection_arguments(account: SnowflakeAccount, tag: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments of dagster-snowflake's SnowflakeResource; secrets are among them."""
    patience = account.network_timeout_seconds
    session_parameters: dict[str, Any] = {
        **SESSION_PARAMETERS,
        "QUERY_TAG": json.dumps(dict(tag), sort_keys=True),
        "STATEMENT_TIMEOUT_IN_SECONDS": account.statement_timeout_seconds,
    }
    connector: dict[str, Any] = {
        "session_parameters": session_parameters,
        "protocol": account.protocol,
        # Snowflake answers at least every 45 seconds, if only "in progress".
        "socket_timeout": patience,
        "backoff_policy": lambda: _pauses(patience),
    }
    if account.host:
        connector["host"] = account.host
    if account.port:
        connector["port"] = account.port
    arguments: dict[str, Any] = {
        "account": account.account,
        "user": account.user,
        "role": account.role,
        "warehouse": account.warehouse,
        "database": account.database,
        "schema": _SESSION_SCHEMA,
        "autocommit": True,
        "validate_default_parameters": True,
        "login_timeout": patience,
        # The connector ends statements by it, however promptly the server answers.
        "network_timeout": account.statement_timeout_seconds + _MARGIN_SECONDS,
        "additional_snowflake_connection_args": connector,
    }
    match account.credential:
        case KeyPair(pem, passphrase):
            arguments["authenticator"] = "SNOWFLAKE_JWT"
            arguments["private_key"] = pem.get_secret_value()
            if passphrase:
                arguments["private_key_password"] = passphrase.get_secret_value()
        case AccessToken(token):
            arguments["authenticator"] = "PROGRAMMATIC_ACCESS_TOKEN"
            connector["token"] = token.get_secret_value()
        case OAuthToken(token):
            arguments["authenticator"] = "OAUTH"
            connector["token"] = token.get_secret_value()
        case Browser():
            arguments["authenticator"] = "externalbrowser"
            # Asked once a day, not once a connection: the token is kept by the operating system.
            connector["client_store_temporary_credential"] = True
            arguments["login_timeout"] = max(patience, 180)
        case WorkloadIdentity(provider):
            arguments["authenticator"] = "WORKLOAD_IDENTITY"
            connector["workload_identity_provider"] = provider
    return arguments


def _pauses(seconds: int) -> Iterator[int]:
    """Yield the pauses between attempts of one request, until it had no answer for so long.

    Raises:
        OperationalError: ``seconds`` have passed; the connector itself would go on.
    """
    started = time.monotonic()
    pause = 1
    while time.monotonic() - started < seconds:
        yield pause
        pause = min(2 * pause, 16)
    raise OperationalError(f"no answer from Snowflake for {seconds} seconds")


def _plain_numbers(rows: pa.Table) -> pa.Table:
    """Return numbers that are whole by type as int64, other exact ones as float64."""
    for position, column in enumerate(rows.schema):
        kind = column.type
        if pa.types.is_decimal(kind):
            plain = pa.int64() if kind.scale == 0 else pa.float64()
        elif pa.types.is_integer(kind):
            plain = pa.int64()
        else:
            continue
        rows = rows.set_column(position, column.name, pc.cast(rows.column(position), plain))
    return rows


def _declared(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _as_described(columns: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): _family(kind) for name, kind in columns.items()}


def _family(kind: str) -> str:
    """Return a type as DESCRIBE TABLE calls it, without the lengths of texts and times."""
    name, _, sizes = kind.upper().replace(" ", "").partition("(")
    if name in ("NUMBER", "DECIMAL", "NUMERIC"):
        return f"NUMBER({sizes}" if sizes else "NUMBER(38,0)"
    return _DESCRIBED.get(name, name)


_DESCRIBED = {
    "INTEGER": "NUMBER(38,0)",
    "BIGINT": "NUMBER(38,0)",
    "DOUBLE": "FLOAT",
    "TEXT": "VARCHAR",
    "TIMESTAMP": "TIMESTAMP_NTZ",
}


def _readable(error: SnowflakeError | OSError) -> WarehouseError:
    if isinstance(error, OSError):
        # A connection that breaks in the midst of an answer leaves the connector as it is.
        return WarehouseError(f"the connection to Snowflake broke: {error}")
    query = f" (query {error.sfqid})" if error.sfqid else ""
    return WarehouseError(f"Snowflake says: {error.raw_msg or error.msg}{query}")


@contextmanager
def account_session(
    account: SnowflakeAccount, tag: Mapping[str, str]
) -> Iterator[SnowflakeSession]:
    """Open a connection that names no database, for statements that make or drop one.

    Raises:
        WarehouseError: no connection could be made, or Snowflake refused a statement.
    """
    arguments = connection_arguments(account, tag)
    del arguments["database"], arguments["schema"]
    with _opened(account, _resource(arguments)) as connection:
        yield SnowflakeSession(connection)


@contextmanager
def _opened(
    account: SnowflakeAccount, resource: "SnowflakeResource"
) -> Iterator[SnowflakeConnection]:
    try:
        connection = resource.get_connection().__enter__()
    except SnowflakeError as error:
        raise WarehouseError(
            f"no connection to Snowflake account {account.account} as user {account.user}, role "
            f"{account.role}, warehouse {account.warehouse}, database {account.database}, schema "
            f"{_SESSION_SCHEMA}: {error.raw_msg or error.msg}. Check the SNOWFLAKE_* variables and "
            "the set-up of docs/snowflake.md"
        ) from None
    # dagster-snowflake itself leaves it open after an error.
    with contextlib.closing(connection):
        yield connection
