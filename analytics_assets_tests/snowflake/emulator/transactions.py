"""Transactions: DuckDB's own, opened and closed where Snowflake's would be.

fakesnow keeps notes on tables in a database of its own, and DuckDB writes to one database in a
transaction. That fits: only DDL makes notes, and in Snowflake DDL commits what was open.
"""

import re

from emulator.sessions import SUCCEEDED, EmulatedSession

_BEGIN = r"(?:begin|start)(?:\s+(?:transaction|work))?"
_END = r"(?P<word>commit|rollback)(?:\s+work)?"
_DDL = r"(?:create|alter|drop|undrop|comment|truncate)\b.*"


def transaction(sql: str, session: EmulatedSession) -> str:
    """Begin, end, or commit before DDL."""
    if re.fullmatch(_BEGIN, sql, re.IGNORECASE):
        if not session.in_transaction:
            session.engine.begin()
            session.in_transaction = True
        return SUCCEEDED
    end = re.fullmatch(_END, sql, re.IGNORECASE)
    if end:
        if session.in_transaction:
            _end(session, end["word"].lower())
        return SUCCEEDED
    if session.in_transaction and re.fullmatch(_DDL, sql, re.IGNORECASE | re.DOTALL):
        _end(session, "commit")
    return sql


def recover(session: EmulatedSession) -> None:
    """After a failed statement: DuckDB refuses all further ones until the transaction is ended.

    Snowflake undoes only the statement; here the earlier ones of the transaction go with it.
    """
    if session.in_transaction:
        _end(session, "rollback")


def _end(session: EmulatedSession, word: str) -> None:
    session.engine.execute(word)
    session.in_transaction = False
