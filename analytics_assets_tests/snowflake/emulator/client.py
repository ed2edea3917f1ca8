"""A session as these tests hold it."""

from typing import Any

import snowflake.connector


class Client:
    """One session, as a client holds it."""

    def __init__(self, connection: snowflake.connector.SnowflakeConnection) -> None:
        self.connection = connection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            return cursor.execute(sql).fetchall()

    def named(self, sql: str) -> list[dict[str, Any]]:
        with self.connection.cursor(snowflake.connector.DictCursor) as cursor:
            return cursor.execute(sql).fetchall()
