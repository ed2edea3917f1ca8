"""The production engine: a Snowflake account, one connection a step, through dagster-snowflake."""

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from dagster_snowflake import SnowflakeResource
from snowflake.connector import SnowflakeConnection
from snowflake.connector.errors import Error as SnowflakeError
from snowflake.connector.pandas_tools import write_pandas

from analytics_assets.lib.warehouse.interface import WarehouseError, require_columns
from analytics_assets.lib.warehouse.snowflake_account import AccessToken, KeyPair, SnowflakeAccount

# Where temporary tables live; the schemas are made once, by the set-up of docs/snowflake.md.
_SESSION_SCHEMA = "ANALYTICS"


@dataclass(frozen=True)
class SnowflakeSession:
    """A Session over one connection. Snowflake's upper-case names end here."""

    connection: SnowflakeConnection
    in_process: bool = False

    def execute(self, sql: str) -> None:
        """Run one statement for its effect."""
        with self._statement(sql):
            pass

    def read(self, sql: str) -> pd.DataFrame:
        """Return the rows of a query, column names in lower case, numbers as DuckDB gives them."""
        with self._statement(sql) as cursor:
            rows: pa.Table = cursor.fetch_arrow_all(force_return_table=True)
        frame: pd.DataFrame = _plain_numbers(rows).to_pandas(date_as_object=False)
        frame.columns = [str(name).lower() for name in frame.columns]
        return frame

    def batches(self, sql: str) -> Generator[pa.RecordBatch]:
        """Yield the rows of a query some at a time, as Arrow has them; names in upper case."""
        with self._statement(sql) as cursor:
            for rows in cursor.fetch_arrow_batches():
                yield from rows.to_batches()

    def stage(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        """Make a temporary ``table`` hold exactly ``frame``; it ends with the session.

        Raises:
            ValueError: when the frame's columns are not exactly those of ``columns``.
            WarehouseError: Snowflake refused.
        """
        require_columns(table, frame, columns)
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.execute(f"create or replace temporary table {table} ({declared})")
        if len(frame):
            self._write(table, frame)

    def replace(self, table: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        """Make ``table`` hold exactly ``frame``, through a temporary table and one statement.

        Raises:
            ValueError: when the frame's columns are not exactly those of ``columns``.
            WarehouseError: Snowflake refused; the table is as it was.
        """
        self.stage("incoming_rows", frame, columns)
        self.execute(f"create or replace table {table} copy grants as select * from incoming_rows")
        self.execute("drop table incoming_rows")

    def _write(self, table: str, frame: pd.DataFrame) -> None:
        try:
            write_pandas(
                self.connection,
                frame.rename(columns=str.upper),
                table.upper(),
                use_logical_type=True,
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
    def session(self, *, wait: bool = True) -> Iterator[SnowflakeSession]:
        """Open one connection, and close it on the way out; ``wait`` plays no part here.

        Raises:
            WarehouseError: no connection could be made; the message says to what and why.
        """
        resource = SnowflakeResource(**connection_arguments(self.account, self.query_tag()))
        try:
            opened = resource.get_connection()
            connection = opened.__enter__()
        except SnowflakeError as error:
            raise WarehouseError(_no_connection(self.account, error)) from None
        try:
            yield SnowflakeSession(connection)
        finally:
            connection.close()

    @contextmanager
    def step(self) -> Iterator["SnowflakeStep"]:
        """Yield a warehouse whose sessions are one connection, opened by the first of them."""
        with ExitStack() as connections:
            yield SnowflakeStep(self, connections)


@dataclass
class SnowflakeStep:
    """A SnowflakeWarehouse for one step."""

    warehouse: SnowflakeWarehouse
    connections: ExitStack
    opened: SnowflakeSession | None = None

    @contextmanager
    def session(self, *, wait: bool = True) -> Iterator[SnowflakeSession]:
        """Yield the step's session; it stays open. Raises as SnowflakeWarehouse does."""
        if self.opened is None:
            self.opened = self.connections.enter_context(self.warehouse.session(wait=wait))
        yield self.opened

    @contextmanager
    def step(self) -> Iterator["SnowflakeStep"]:
        """Yield this warehouse: its sessions are one connection already."""
        yield self


def connection_arguments(account: SnowflakeAccount, tag: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments of dagster-snowflake's SnowflakeResource; secrets are among them."""
    session_parameters: dict[str, Any] = {
        "QUERY_TAG": json.dumps(dict(tag), sort_keys=True),
        "STATEMENT_TIMEOUT_IN_SECONDS": account.statement_timeout_seconds,
        "TIMEZONE": "UTC",
    }
    connector: dict[str, Any] = {
        "session_parameters": session_parameters,
        "protocol": account.protocol,
        # Without it a peer that accepts and says nothing is waited for two minutes.
        "socket_timeout": account.network_timeout_seconds,
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
        "login_timeout": account.network_timeout_seconds,
        "network_timeout": account.network_timeout_seconds,
        "additional_snowflake_connection_args": connector,
    }
    credential = account.credential
    if isinstance(credential, KeyPair):
        arguments["authenticator"] = "SNOWFLAKE_JWT"
        arguments["private_key"] = credential.pem.get_secret_value()
        if credential.passphrase:
            arguments["private_key_password"] = credential.passphrase.get_secret_value()
    else:
        is_access_token = isinstance(credential, AccessToken)
        arguments["authenticator"] = "PROGRAMMATIC_ACCESS_TOKEN" if is_access_token else "OAUTH"
        connector["token"] = credential.token.get_secret_value()
    return arguments


def _plain_numbers(rows: pa.Table) -> pa.Table:
    """Return exact numbers as int64 where they are whole by type, else as float64."""
    for position, column in enumerate(rows.schema):
        if pa.types.is_decimal(column.type):
            kind = pa.int64() if column.type.scale == 0 else pa.float64()
            rows = rows.set_column(position, column.name, pc.cast(rows.column(position), kind))
    return rows


def _readable(error: SnowflakeError | OSError) -> WarehouseError:
    if isinstance(error, OSError):
        # A connection that breaks in the midst of an answer leaves the connector as it is.
        return WarehouseError(f"the connection to Snowflake broke: {error}")
    query = f" (query {error.sfqid})" if error.sfqid else ""
    return WarehouseError(f"Snowflake says: {error.raw_msg or error.msg}{query}")


def _no_connection(account: SnowflakeAccount, error: SnowflakeError) -> str:
    return (
        f"no connection to Snowflake account {account.account} as user {account.user}, role "
        f"{account.role}, warehouse {account.warehouse}, database {account.database}, schema "
        f"{_SESSION_SCHEMA}: {error.raw_msg or error.msg}. Check the SNOWFLAKE_* variables and the "
        "set-up of docs/snowflake.md"
    )


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
    try:
        with SnowflakeResource(**arguments).get_connection() as connection:
            yield SnowflakeSession(connection)
    except SnowflakeError as error:
        raise WarehouseError(_no_connection(account, error)) from None
