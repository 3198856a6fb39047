"""
A server that belongs to whoever tries: it leads the request on to another one, so that its origin becomes `null`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from browsercors.servers.scripted import Answer, ScriptedServer

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPRequest

__all__ = ["REDIRECTOR", "leads_to", "led_to", "redirector"]

REDIRECTOR: Final = "https://redirects.example"


def leads_to(url: str) -> str:
    """
    Return the URL that redirects to *url*.
    """
    return f"{REDIRECTOR}/?{quote(url, safe='')}"


def led_to(url: str) -> str | None:
    """
    Return where *url* redirects to; None if it does not.
    """
    return unquote(url.removeprefix(f"{REDIRECTOR}/?")) if url.startswith(f"{REDIRECTOR}/?") else None


def redirector() -> ScriptedServer:
    """
    Return the server that answers for `REDIRECTOR`, and lets every page through.
    """
    return ScriptedServer({"*": _answer}, keep=0)


def _answer(request: HTTPRequest) -> Answer:
    headers: dict[str, str | bytes] = {
        "Location": unquote(request.url.query or ""),
        "Access-Control-Allow-Origin": request.headers.get(b"origin") or b"*",
        "Access-Control-Allow-Credentials": "true",
    }
    return Answer(302, headers)
