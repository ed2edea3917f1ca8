"""Statements that take their time: a client is told "in progress" until one is done.

Snowflake answers a request after 45 seconds at the latest, the emulator after one. A client that
gives a statement up says so, and the statement ends.
"""

import asyncio
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

LONGEST_SILENCE_SECONDS = 1.0
Answer = dict[str, Any]


@dataclass
class Running:
    """The statements that have not been answered.

    Attributes:
        by_query: the work of each query id.
        by_request: the same by the id of the request that began it.
    """

    by_query: dict[str, asyncio.Task[Answer]] = field(default_factory=dict)
    by_request: dict[str, asyncio.Task[Answer]] = field(default_factory=dict)

    async def begin(self, request: str, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Begin a statement; return its answer, or that it is in progress."""
        query = str(uuid.uuid4())
        self.by_query[query] = self.by_request[request] = asyncio.create_task(work)
        return await self.answer(query)

    async def answer(self, query: str) -> Answer:
        """Return the answer, or that the statement is in progress."""
        task = self.by_query[query]
        done, _ = await asyncio.wait([task], timeout=LONGEST_SILENCE_SECONDS)
        if not done:
            address = f"/queries/{query}/result"
            data = {"queryId": query, "getResultUrl": address}
            message = "Query execution in progress"
            return {"success": True, "code": "333333", "message": message, "data": data}
        del self.by_query[query]
        if task.cancelled():
            return failure("000604", "SQL execution canceled")
        return task.result()

    def abort(self, request: str) -> None:
        """End the statement that this request began, if it still runs."""
        if request in self.by_request:
            self.by_request[request].cancel()


def failure(code: str, message: str) -> Answer:
    """Return Snowflake's answer to a statement that failed."""
    data = {"errorCode": code, "sqlState": "XX000"}
    return {"success": False, "code": code, "message": message, "data": data}
