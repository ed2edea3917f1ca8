"""What the server knows of one session beside what fakesnow knows."""

from dataclasses import dataclass, field

import duckdb
import fakesnow.server
from fakesnow.conn import FakeSnowflakeConnection

SCHEMAS = ("LOADED", "RAW", "STAGING", "ANALYTICS", "REALTIME")
SUCCEEDED = "select 'Statement executed successfully.' as \"status\""


class UnsupportedError(RuntimeError):
    """The emulator cannot do what Snowflake could."""


@dataclass
class EmulatedSession:
    """One login.

    Attributes:
        connection: fakesnow's half of it.
        query_tag: the session parameter QUERY_TAG.
        role: the role whose grants apply.
        in_transaction: whether BEGIN was the last word.
        variables: what SET said.
    """

    connection: FakeSnowflakeConnection
    query_tag: str
    role: str
    in_transaction: bool = False
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def engine(self) -> duckdb.DuckDBPyConnection:
        """The session's own connection to DuckDB, in its transaction."""
        return self.connection._duck_conn

    def make_schemas(self) -> None:
        """Make the schemas that an administrator's set-up makes, in the session's database."""
        if self.connection.database:
            for schema in SCHEMAS:
                self.engine.execute(
                    f'create schema if not exists "{self.connection.database}"."{schema}"'
                )


def another_engine() -> duckdb.DuckDBPyConnection:
    """Return a new connection to the database all sessions share, outside their transactions."""
    return fakesnow.server.shared_fs.duck_conn.cursor()
