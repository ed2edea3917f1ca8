"""The application: fakesnow's routes, with ours in front for logins and statements."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fakesnow.server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator import logins, transactions, wire
from emulator.chunks import Chunks
from emulator.grants import OWNER, Grants
from emulator.rewrites import rewritten, session_variables, without_comments_around
from emulator.sessions import EmulatedSession
from emulator.statements import Running, failure

DOES_NOT_EXIST = "002003"


@dataclass
class Server:
    """All sessions, the logs, and the switches that tests set.

    Attributes:
        folder: where the logs are written.
        sessions: the sessions by token.
        refuses_logins: whether every login is refused.
        failing: statements in which this pattern is found fail; None for none.
        failure: code and message of those.
        slow: statements in which this pattern is found take ``seconds`` longer.
        seconds: how much longer.
    """

    folder: Path
    sessions: dict[str, EmulatedSession] = field(default_factory=dict)
    running: Running = field(default_factory=Running)
    chunks: Chunks = field(default_factory=Chunks)
    grants: Grants = field(default_factory=Grants)
    refuses_logins: bool = False
    failing: str | None = None
    failure: tuple[str, str] = ("", "")
    slow: str | None = None
    seconds: float = 0.0

    async def switch(self, request: Request) -> Response:
        """Set the switches."""
        for name, value in (await request.json()).items():
            setattr(self, name, value)
        return JSONResponse({})

    async def login(self, request: Request) -> Response:
        """Let a client in, or refuse it."""
        body = await logins.json_of(request)
        data = body["data"]
        ok = logins.has_credential(data) and not self.refuses_logins
        tag = data.get("SESSION_PARAMETERS", {}).get("QUERY_TAG") or ""
        asked = request.query_params
        entry = wire.Login(
            user=data.get("LOGIN_NAME") or "",
            authenticator=logins.authenticator(data),
            role=asked.get("roleName", ""),
            ok=ok,
        )
        wire.append(self.folder / "logins.jsonl", entry)
        if not ok:
            return JSONResponse(logins.REFUSAL)
        if logins.names_unknown_warehouse(data, asked.get("warehouse", "")):
            return JSONResponse(logins.UNKNOWN_WAREHOUSE)
        response = await fakesnow.server.login_request(_with_body(request, body))
        token = json.loads(response.body)["data"]["token"]
        role = (asked.get("roleName") or OWNER).upper()
        session = EmulatedSession(fakesnow.server.sessions[token], tag, role)
        session.make_schemas()
        self.sessions[token] = session
        return response

    async def query(self, request: Request) -> Response:
        """Begin one statement."""
        token = request.headers.get("authorization", "")[17:-1]
        if token not in self.sessions:
            return await fakesnow.server.query_request(request)
        body = await logins.json_of(request)
        work = self._run(body, token, request)
        return JSONResponse(await self.running.begin(request.query_params["requestId"], work))

    async def result(self, request: Request) -> Response:
        """Say how a statement that was in progress has ended, or that it still is."""
        return JSONResponse(await self.running.answer(request.path_params["query"]))

    async def abort(self, request: Request) -> Response:
        """End a statement that its client has given up."""
        self.running.abort((await logins.json_of(request))["requestId"])
        return JSONResponse({"success": True})

    async def _run(self, body: dict[str, Any], token: str, request: Request) -> dict[str, Any]:
        """Run one statement, and write it down."""
        session = self.sessions[token]
        sql, tag = body["sqlText"], _tag_of(body, session)
        if self.slow and re.search(self.slow, sql, re.IGNORECASE):
            await asyncio.sleep(self.seconds)
        answer = await self._answer(sql, session, request, body)
        if answer["success"]:
            self.grants.note(session_variables(without_comments_around(sql), session), session)
            self.chunks.cut(answer, str(request.base_url))
        else:
            transactions.recover(session)
        statement = wire.Statement(
            sql=sql,
            ok=answer["success"],
            error=None if answer["success"] else answer["message"],
            rows=(answer["data"] or {}).get("total", 0) if answer["success"] else 0,
            query_tag=tag,
        )
        wire.append(self.folder / "wire.jsonl", statement)
        return answer

    async def _answer(
        self, sql: str, session: EmulatedSession, request: Request, body: dict[str, Any]
    ) -> dict[str, Any]:
        if self.failing and re.search(self.failing, sql, re.IGNORECASE):
            return failure(*self.failure)
        table = self.grants.refused(without_comments_around(sql), session)
        if table:
            message = f"SQL compilation error:\nObject '{table}' does not exist or not authorized."
            return failure(DOES_NOT_EXIST, message)
        try:
            run = rewritten(sql, session)
        except Exception as error:
            return failure("009999", f"EMULATOR UNSUPPORTED: {error}")
        replayed = _with_body(request, {**body, "sqlText": run})
        response = await fakesnow.server.query_request(replayed)
        answer = json.loads(response.body)
        if response.status_code != 200:
            # A client would ask again for minutes.
            return failure("009999", f"EMULATOR UNSUPPORTED: {answer['message']}")
        if answer.get("code") == DOES_NOT_EXIST:
            # Clients look for Snowflake's words.
            answer["message"] = (
                "SQL compilation error:\nObject does not exist or not authorized. "
                f"[{answer['message']}]"
            )
        return answer


def application(folder: Path) -> Starlette:
    """Return the ASGI application; its logs go to ``folder``."""
    server = Server(folder)
    ours = [
        Route("/emulator/switches", server.switch, methods=["POST"]),
        Route("/session/authenticator-request", logins.browser_address, methods=["POST"]),
        Route("/session/v1/login-request", server.login, methods=["POST"]),
        Route("/queries/v1/query-request", server.query, methods=["POST"]),
        Route("/queries/v1/abort-request", server.abort, methods=["POST"]),
        Route("/queries/{query}/result", server.result),
        Route("/emulator/chunks/{name}", server.chunks.fetch),
    ]
    return Starlette(routes=[*ours, *fakesnow.server.routes])


def _tag_of(body: dict[str, Any], session: EmulatedSession) -> str:
    # A statement's own parameters go before the session's.
    return (body.get("parameters") or {}).get("QUERY_TAG") or session.query_tag


def _with_body(request: Request, body: dict[str, Any]) -> Request:
    """Return the request with another body, for fakesnow to read."""
    replaced = (b"content-encoding", b"content-length")
    headers = [(name, value) for name, value in request.scope["headers"] if name not in replaced]
    content = json.dumps(body).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    return Request({**request.scope, "headers": headers}, receive)
