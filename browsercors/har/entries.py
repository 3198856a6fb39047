"""
Read one entry of a HAR file. What is not an entry is an error; parts that cannot be read are left out and reported.

Fields are those of HAR 1.2, and those that browsers add: `_resourceType`, `_initiator`, `_error`, `_fromCache`,
`_fetchedViaServiceWorker` (Chromium), `_fetchType`, `_error` (WebKit), `_failureText` (Playwright).
http://www.softwareishard.com/blog/har-12-spec/
"""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.servers.messages import RequestMessage, ResponseMessage, wire_bytes
from browsercors.values.headers import is_header_name
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MOST_HEADERS", "EntryError", "HarEntry", "OtherScheme", "read_entry"]

MOST_HEADERS: Final = 2000
"""How many header lines of a message are read; browsers refuse messages with far fewer."""
MOST_FRAMES: Final = 64
MOST_BODY: Final = 4096
"""How much of a body that may tell why is kept."""
FIRST_ERROR: Final = 400

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
STATUS = re.compile(r"[1-9]\d\d")
DATE_FRACTION = re.compile(r"\.(\d{6})\d+")

CACHES: Final = frozenset({"Memory Cache", "Disk Cache"})


class EntryError(ValueError):
    """
    Something is not an entry; the message says why.
    """


class OtherScheme(Exception):  # noqa: N818 - not an error: CORS does not apply
    """
    The entry is about something other than HTTP.

    Attributes:
        scheme: Its scheme.
    """

    def __init__(self, scheme: str) -> None:
        super().__init__(scheme)
        self.scheme = scheme


@attrs.frozen
class HarEntry:
    """
    An entry.

    Attributes:
        number: Its place in `log.entries`, counted from 0.
        request: The request, as far as it was recorded.
        response: The response; None if none was recorded.
        has_status: Whether the response's status was recorded; if not, 200 is assumed.
        has_headers: Whether the response's headers were recorded.
        location: The URL that the response redirects to; None if it does not redirect.
        started: When, in seconds since 1970; None if unknown.
        page_url: The URL of the page that it belongs to; empty if unknown.
        initiator_url: The URL of the script or document that made it; empty if unknown.
        resource_type: Chromium's resource type, such as "fetch", "xhr", "preflight" or "document"; empty if unknown.
        has_error_field: Whether the file has a place for an error of it, perhaps an empty one.
        error: Why the page got no response, in the browser's words; empty if unknown.
        has_cookies: Whether cookies were recorded with the request.
        from_cache: Whether the response came from the browser's cache.
        from_service_worker: Whether it came from a service worker.
        oddities: Parts of it that could not be read.
    """

    number: int
    request: RequestMessage
    response: ResponseMessage | None
    has_status: bool = True
    has_headers: bool = True
    location: URL | None = None
    started: float | None = None
    page_url: str = ""
    initiator_url: str = ""
    resource_type: str = ""
    error: str = ""
    has_error_field: bool = False
    has_cookies: bool = False
    from_cache: bool = False
    from_service_worker: bool = False
    oddities: tuple[str, ...] = ()

    @property
    def is_preflight(self) -> bool:
        """
        Whether it is a CORS-preflight request.
        """
        return self.resource_type == "preflight" or self.request.is_preflight


def read_entry(number: int, data: object, page_url: Callable[[str], str]) -> HarEntry:
    """
    Read an entry.

    Args:
        number: Its place.
        data: The entry as parsed JSON.
        page_url: Returns the URL of a page by its id; empty if there is none.

    Raises:
        EntryError: It is not an entry.
        OtherScheme: It is about something other than HTTP.
    """
    if not isinstance(data, dict):
        raise EntryError(f"it is {_kind(data)}, not an object")
    oddities: list[str] = []
    request = _request(data.get("request"), oddities)
    recorded = data.get("response")
    if recorded is not None and not isinstance(recorded, dict):
        oddities.append(f"its response is {_kind(recorded)}, not an object")
    recorded = recorded if isinstance(recorded, dict) else {}
    response, has_status = _response(request.method, recorded, oddities)
    initiator = data.get("_initiator")
    cookies = data["request"].get("cookies")
    return HarEntry(
        number=number,
        request=request,
        response=response,
        has_status=has_status,
        has_headers=bool(response is not None and response.headers) or _has_no_headers(recorded),
        location=_location(request.url, recorded, response),
        started=_seconds(data.get("startedDateTime"), oddities),
        page_url=page_url(_text(data.get("pageref"))),
        initiator_url=_initiator_url(initiator) if isinstance(initiator, dict) else "",
        resource_type=_text(data.get("_resourceType")).lower(),
        error=_text(recorded.get("_error")) or _text(recorded.get("_failureText")),
        has_error_field="_error" in recorded or "_failureText" in recorded,
        has_cookies=(isinstance(cookies, list) and bool(cookies)) or request.value_of("Cookie") is not None,
        from_cache=_is_from_cache(data),
        from_service_worker=recorded.get("_fetchedViaServiceWorker") is True
        or data.get("_fetchType") == "Service Worker",
        oddities=tuple(oddities),
    )


def _request(data: object, oddities: list[str]) -> RequestMessage:
    if not isinstance(data, dict):
        raise EntryError(f"its request is {_kind(data)}, not an object")
    for name in ("url", "method"):
        if data.get(name) in (None, ""):
            raise EntryError(f"its request has no {name}")
        if not isinstance(data[name], str):
            raise EntryError(f"the {name} of its request is {_kind(data[name])}, not a string")
    url = parse_url(data["url"])
    if url is None:
        raise EntryError("its URL cannot be parsed")
    if not url.is_http:
        raise OtherScheme(url.scheme)
    method = data["method"]
    if not is_header_name(wire_bytes(method)):
        raise EntryError("its method is not a token, as HTTP requires")
    body = data.get("postData")
    text = body.get("text") if isinstance(body, dict) else None
    # NB: of a form, perhaps only its parameters were recorded.
    is_form = isinstance(body, dict) and isinstance(body.get("params"), list) and bool(body["params"])
    return RequestMessage(
        method=method,
        url=url,
        headers=_headers("request", data.get("headers"), oddities),
        body=text.encode("utf-8", "replace") if isinstance(text, str) and text else b"" if is_form else None,
    )


def _response(method: str, data: dict[str, object], oddities: list[str]) -> tuple[ResponseMessage | None, bool]:
    """
    Return the response, and whether its status is known.
    """
    status = data.get("status")
    if isinstance(status, str) and STATUS.fullmatch(status):
        status = int(status)
    headers = _headers("response", data.get("headers"), oddities) if data else ()
    if isinstance(status, float) and status.is_integer():
        status = int(status)
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 999:
        if status not in (None, 0, -1):
            oddities.append("its status is not a number from 100 to 999")
        return (ResponseMessage(status=200, headers=headers), False) if headers else (None, False)
    body = _telling_body(method, status, data.get("content"))
    return ResponseMessage(status=status, reason=_text(data.get("statusText")), headers=headers, body=body), True


def _telling_body(method: str, status: int, content: object) -> bytes:
    """
    Return the beginning of a body that may tell why there is no other: a refusal, or a page in place of data.

    No rule of CORS reads a body, and a window full of whole ones would fill the memory.
    """
    if not isinstance(content, dict):
        return b""
    text, kind = _text(content.get("text")), _text(content.get("mimeType"))
    if not text or not (method == "OPTIONS" or status >= FIRST_ERROR or "html" in kind):
        return b""
    if content.get("encoding") != "base64":
        return text[:MOST_BODY].encode("utf-8", "replace")
    try:
        return b64decode(text[: MOST_BODY // 3 * 4])
    except ValueError:
        return b""


def _has_no_headers(data: dict[str, object]) -> bool:
    """
    Whether an empty list of headers means that there were none, and not that they were left out.
    """
    if data.get("headers") != []:
        return False
    # NB: what has a type had a Content-Type. DevTools write x-unknown where there is none.
    content, size = data.get("content"), data.get("headersSize")
    mime_type = _text(content.get("mimeType")) if isinstance(content, dict) else ""
    return mime_type in {"", "x-unknown"} and not (isinstance(size, int | float) and size > 0)


def _headers(whose: str, data: object, oddities: list[str]) -> tuple[tuple[str, str], ...]:
    if data is None:
        return ()
    if isinstance(data, dict):
        # NB: not HAR, but what scripts write that collect headers by themselves.
        data = [{"name": name, "value": value} for name, value in data.items()]
    if not isinstance(data, list):
        oddities.append(f"the headers of its {whose} are {_kind(data)}, not an array")
        return ()
    headers: list[tuple[str, str]] = []
    skipped = max(0, len(data) - MOST_HEADERS)
    for line in data[:MOST_HEADERS]:
        name, value = (line.get("name"), line.get("value")) if isinstance(line, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(value, str):
            skipped += 1
        elif is_header_name(wire_bytes(name)):
            # NB: Chromium and Firefox write repeated headers as lines of one value.
            headers += ((name, part.strip("\r\t ")) for part in value.split("\n"))
        elif not name.startswith(":"):
            skipped += 1
    if skipped:
        oddities.append(f"{skipped} of the headers of its {whose} cannot be read")
    return tuple(headers)


def _location(url: URL, data: dict[str, object], response: ResponseMessage | None) -> URL | None:
    if response is None or response.status not in {301, 302, 303, 307, 308}:
        return None
    target = response.value_of("Location") or _text(data.get("redirectURL"))
    return parse_url(target, url) if target else None


def _seconds(date: object, oddities: list[str]) -> float | None:
    """
    Return an ISO 8601 date as seconds since 1970; without a time zone it is UTC.
    """
    if date in (None, ""):
        return None
    try:
        parsed = datetime.fromisoformat(DATE_FRACTION.sub(r".\1", _text(date)))
        return (parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        oddities.append("its startedDateTime is not a date")
        return None


def _initiator_url(initiator: dict[str, object]) -> str:
    """
    Return the initiator's URL, or that of the outermost call.
    """
    # NB: the initiator of a preflight is a request, whose URL says nothing about the page.
    if initiator.get("type") == "preflight":
        return ""
    if url := _text(initiator.get("url")):
        return url
    stack, found = initiator.get("stack"), ""
    for _ in range(MOST_FRAMES):
        if not isinstance(stack, dict):
            break
        frames = stack.get("callFrames")
        for frame in frames if isinstance(frames, list) else ():
            found = (_text(frame.get("url")) if isinstance(frame, dict) else "") or found
        stack = stack.get("parent")
    return found


def _is_from_cache(data: dict[str, object]) -> bool:
    cache = data.get("cache")
    after_request = isinstance(cache, dict) and isinstance(cache.get("afterRequest"), dict)
    return bool(_text(data.get("_fromCache"))) or _text(data.get("_fetchType")) in CACHES or after_request


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return kinds.get(type(value), "a number")
