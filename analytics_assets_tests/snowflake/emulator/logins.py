"""Who may not log in: Snowflake's answers to a credential it refuses.

fakesnow lets everybody in. A credential that is missing altogether is refused here, others while
the tests' switch is on.
"""

import gzip
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

KNOWN_WAREHOUSES = {"", "COMPUTE_WH"}
UNKNOWN_WAREHOUSE = {
    "success": False,
    "code": "390201",
    "message": "The requested warehouse does not exist or not authorized.",
    "data": {"nextAction": None},
    "headers": None,
}
REFUSAL = {
    "success": False,
    "code": "394400",
    "message": "Programmatic access token is invalid.",
    "data": {"authnMethod": "PROGRAMMATIC_ACCESS_TOKEN"},
    "headers": None,
}


def authenticator(login: dict[str, Any]) -> str:
    """Return the kind of credential in a login request's data; "" for a password."""
    kind = str(login.get("AUTHENTICATOR") or "").upper()
    return "" if kind == "SNOWFLAKE" else kind


def has_credential(login: dict[str, Any]) -> bool:
    """Return whether a credential of the announced kind is there at all, and looks like one."""
    if authenticator(login) == "SNOWFLAKE_JWT":
        return str(login.get("TOKEN", "")).count(".") == 2
    return bool(login.get("TOKEN") or login.get("PASSWORD"))


def names_unknown_warehouse(login: dict[str, Any], warehouse: str) -> bool:
    """Return whether Snowflake was asked to validate the names of a login, and one is unknown."""
    asked = (login.get("SESSION_PARAMETERS") or {}).get("CLIENT_VALIDATE_DEFAULT_PARAMETERS")
    return bool(asked) and warehouse.upper() not in KNOWN_WAREHOUSES


async def browser_address(request: Request) -> Response:
    """Say where a person logs in: whatever opens it is sent on to the waiting client."""
    port = (await json_of(request))["data"]["BROWSER_MODE_REDIRECT_PORT"]
    address = f"http://localhost:{port}/?token=from-the-browser"
    return JSONResponse({"success": True, "data": {"ssoUrl": address, "proofKey": "proof"}})


async def json_of(request: Request) -> dict[str, Any]:
    """Return the JSON of a request, unzipped."""
    body = await request.body()
    if request.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    decoded: dict[str, Any] = json.loads(body)
    return decoded
