"""The application: fakesnow's routes, with ours in front for logins and statements."""

import gzip
import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fakesnow.server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator import logins, transactions, wire
from emulator.rewrites import rewritten
from emulator.sessions import EmulatedSession

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
    """

    folder: Path
    sessions: dict[str, EmulatedSession] = field(default_factory=dict)
    refuses_logins: bool = False
    failing: str | None = None
    failure: tuple[str, str] = ("", "")

    async def switch(self, request: Request) -> Response:
        """Set the switches."""
        switches = await request.json()
        self.refuses_logins = switches["refuses_logins"]
        self.failing = switches["failing"]
        self.failure = tuple(switches["failure"])
        return JSONResponse({})

    async def login(self, request: Request) -> Response:
        """Let a client in, or refuse it."""
        body = await _json(request)
        data = body["data"]
        ok = logins.has_credential(data) and not self.refuses_logins
        tag = data.get("SESSION_PARAMETERS", {}).get("QUERY_TAG") or ""
        asked = request.query_params
        entry = wire.Login(
            user=data.get("LOGIN_NAME") or "",
            authenticator=logins.authenticator(data),
            role=asked.get("roleName", ""),
            warehouse=asked.get("warehouse", ""),
            query_tag=tag,
            ok=ok,
        )
        wire.append(self.folder / "logins.jsonl", entry)
        if not ok:
            return JSONResponse(logins.refusal(data))
        if logins.names_unknown_warehouse(data, asked.get("warehouse", "")):
            return JSONResponse(logins.UNKNOWN_WAREHOUSE)
        response = await fakesnow.server.login_request(_with_body(request, body))
        token = json.loads(response.body)["data"]["token"]
        session = EmulatedSession(fakesnow.server.sessions[token], tag)
        session.make_schemas()
        self.sessions[token] = session
        return response

    async def query(self, request: Request) -> Response:
        """Run one statement."""
        token = request.headers.get("authorization", "")[17:-1]
        if token not in self.sessions:
            return await fakesnow.server.query_request(request)
        session = self.sessions[token]
        body = await _json(request)
        start = time.monotonic()
        sql, tag = body["sqlText"], _tag_of(body, session)
        run, answer = await self._answer(sql, session, request, body)
        if not answer["success"]:
            transactions.recover(session)
        statement = wire.Statement(
            sql=sql,
            rewritten=None if run == sql else run,
            ok=answer["success"],
            error=None if answer["success"] else answer["message"],
            rows=(answer["data"] or {}).get("total", 0) if answer["success"] else 0,
            seconds=round(time.monotonic() - start, 4),
            query_tag=tag,
            session=token[:8],
        )
        wire.append(self.folder / "wire.jsonl", statement)
        return JSONResponse(answer)

    async def _answer(
        self, sql: str, session: EmulatedSession, request: Request, body: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """Return what was run, and the answer to it."""
        if self.failing and re.search(self.failing, sql, re.IGNORECASE):
            return sql, _failure(*self.failure)
        try:
            run = rewritten(sql, session)
        except Exception as error:
            return sql, _failure("009999", f"EMULATOR UNSUPPORTED: {error}")
        replayed = _with_body(request, {**body, "sqlText": run})
        response = await fakesnow.server.query_request(replayed)
        answer = json.loads(response.body)
        if response.status_code != 200:
            # A client would ask again for minutes.
            return run, _failure("009999", f"EMULATOR UNSUPPORTED: {answer['message']}")
        if answer.get("code") == DOES_NOT_EXIST:
            # Clients look for Snowflake's words.
            answer["message"] = (
                "SQL compilation error:\nObject does not exist or not authorized. "
                f"[{answer['message']}]"
            )
        return run, answer


def application(folder: Path) -> Starlette:
    """Return the ASGI application; its logs go to ``folder``."""
    server = Server(folder)
    ours = [
        Route("/emulator/switches", server.switch, methods=["POST"]),
        Route("/session/v1/login-request", server.login, methods=["POST"]),
        Route("/queries/v1/query-request", server.query, methods=["POST"]),
    ]
    return Starlette(routes=[*ours, *fakesnow.server.routes])


def _tag_of(body: dict[str, Any], session: EmulatedSession) -> str:
    # A statement's own parameters go before the session's.
    return (body.get("parameters") or {}).get("QUERY_TAG") or session.query_tag


def _failure(code: str, message: str) -> dict[str, Any]:
    data = {"errorCode": code, "sqlState": "XX000"}
    return {"success": False, "code": code, "message": message, "data": data}


async def _json(request: Request) -> dict[str, Any]:
    body = await request.body()
    if request.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    decoded: dict[str, Any] = json.loads(body)
    return decoded


def _with_body(request: Request, body: dict[str, Any]) -> Request:
    """Return the request with another body, for fakesnow to read."""
    replaced = (b"content-encoding", b"content-length")
    headers = [(name, value) for name, value in request.scope["headers"] if name not in replaced]
    content = json.dumps(body).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    return Request({**request.scope, "headers": headers}, receive)
