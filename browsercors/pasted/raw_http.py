"""
Raw requests and responses, and what `curl -v` and `curl -i` write.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.pasted.drafts import Draft
from browsercors.pasted.results import PasteError, PasteForm
from browsercors.servers.messages import MessageError, read_request, read_responses
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.servers.messages import RequestMessage, ResponseMessage

__all__ = ["REQUEST_START", "RESPONSE_START", "SENT_LINE", "Recorded", "joined", "read_raw"]

REQUEST_START: Final = re.compile(
    r"(?:[A-Z]{3,10} (?:https?://\S+|/\S*|\*)(?: HTTP/[0-9.]+)?[ \t]*$|:(?:method|authority|path|scheme):?(?:[ \t]|$))",
    re.MULTILINE,
)
"""How the head of a request begins."""
RESPONSE_START: Final = re.compile(r"(?:HTTP/[0-9](?:\.[0-9])? +[0-9]{3}\b|:status:?(?:[ \t]|$))", re.MULTILINE)
"""How the head of a response begins."""

REQUEST_LINE: Final = re.compile(r"^[A-Z]{3,10} \S+ HTTP/[0-9.]+[ \t]*$", re.MULTILINE)
SENT_LINE: Final = re.compile(r"^> [A-Z]{3,10} \S+ HTTP/[0-9.]+[ \t]*$", re.MULTILINE)
SENT: Final = re.compile(r"^> \S", re.MULTILINE)
RECEIVED: Final = re.compile(r"^< \S", re.MULTILINE)
MOST_EXCHANGES: Final = 20

SECURE: Final = re.compile(r"^\* .{0,200}(?:SSL|TLS|ALPN|schannel|port 443\b)", re.MULTILINE)
CONNECTS: Final = re.compile(
    r"^\* +(?:Trying|Connected|Established|Hostname|Host|Connection|About to connect)\b", re.MULTILINE
)
HTTP_2: Final = re.compile(r"^(?:> )?[A-Z]{3,10} \S+ HTTP/[23]", re.MULTILINE)
HOST: Final = re.compile(r"^(?:> )?host:[ \t]*([^\s/]{1,255})", re.MULTILINE | re.IGNORECASE)
ORIGIN: Final = re.compile(r"^(?:> )?origin:[ \t]*http://", re.MULTILINE | re.IGNORECASE)
PLAIN_PORT: Final = 80


@attrs.frozen
class Recorded:
    """
    A request with its responses, as they were pasted.

    Attributes:
        draft: The request; None if there is none.
        responses: The responses to it.
        preflight_responses: The responses to its preflight.
    """

    draft: Draft | None
    responses: tuple[ResponseMessage, ...]
    preflight_responses: tuple[ResponseMessage, ...] = ()


def read_raw(text: str) -> Recorded:
    """
    Read raw HTTP, or what curl wrote: a request with its response, or a preflight and the request behind it.

    Raises:
        PasteError: It cannot be read; the text names the line.
    """
    text = text.replace("\r\n", "\n")
    is_of_curl = SENT.search(text) is not None or RECEIVED.search(text) is not None
    try:
        if RESPONSE_START.match(text) or (is_of_curl and not SENT.search(text)):
            return Recorded(None, tuple(read_responses(text)))
        if is_of_curl and not SENT_LINE.search(text):
            read_request(text)
        scheme = _scheme(text, is_of_curl=is_of_curl)
        pieces = _pieces(text, SENT_LINE if is_of_curl else REQUEST_LINE)
        exchanges = [_exchange(piece, scheme, is_of_curl=is_of_curl) for piece in pieces]
    except MessageError as error:
        raise PasteError(str(error)) from None
    recorded = joined(exchanges, PasteForm.CURL_OUTPUT if is_of_curl else PasteForm.RAW_HTTP)
    if recorded.draft is not None and scheme == "http" and not _says_scheme(text):
        recorded.draft.notes.append("http is assumed: a Host line does not say it, and nothing is there of TLS")
    return recorded


def joined(exchanges: Sequence[tuple[RequestMessage, list[ResponseMessage]]], form: PasteForm) -> Recorded:
    """
    Return the request that is judged, with what belongs to it: its preflight, and where its redirects led.

    Args:
        exchanges: Requests with their responses, in the order in which they were pasted.
        form: In what form.
    """
    (first, answered), *rest = exchanges
    preflight_responses: tuple[ResponseMessage, ...] = ()
    preflight = None
    if first.is_preflight and rest and _is_preflight_of(first, rest[0][0]):
        preflight, preflight_responses = first, tuple(answered)
        (first, answered), *rest = rest
    responses = list(answered)
    while rest and responses and _leads_to(responses[-1], first, rest[0][0]):
        responses += rest.pop(0)[1]
    draft = Draft(
        form,
        url=first.url.href,
        method=first.method,
        headers=list(first.headers),
        body=first.body,
        preflight=preflight,
        understood=[f"{first.method} {first.url.href}"],
    )
    if rest:
        draft.notes.append("a second request follows and is left out: paste it alone")
    return Recorded(draft, tuple(responses), preflight_responses)


def _is_preflight_of(preflight: RequestMessage, request: RequestMessage) -> bool:
    asked = preflight.value_of("Access-Control-Request-Method")
    return request.method == asked and request.url.href_without_fragment == preflight.url.href_without_fragment


def _leads_to(response: ResponseMessage, asked: RequestMessage, following: RequestMessage) -> bool:
    location = response.value_of("Location")
    target = None if location is None else parse_url(location, asked.url)
    return target is not None and target.href_without_fragment == following.url.href_without_fragment


def _pieces(text: str, start: re.Pattern[str]) -> list[str]:
    """
    Cut *text* before each line that begins a request but the first.
    """
    places = [match.start() for match in start.finditer(text)][1 : MOST_EXCHANGES + 1]
    return [text[begin:end].strip("\n") for begin, end in zip([0, *places], [*places, len(text)], strict=True)]


def _exchange(piece: str, scheme: str, *, is_of_curl: bool) -> tuple[RequestMessage, list[ResponseMessage]]:
    if is_of_curl:
        has_responses = RECEIVED.search(piece) is not None
        return read_request(piece, scheme=scheme), read_responses(piece) if has_responses else []
    first = piece.find("\n") + 1 or len(piece)
    match = next((each for each in RESPONSE_START.finditer(piece, first) if piece[each.start() - 1] == "\n"), None)
    if match is None:
        return read_request(piece, scheme=scheme), []
    head, tail = piece[: match.start()].rstrip("\n"), piece[match.start() :]
    return read_request(head, scheme=scheme), read_responses(tail)


def _says_scheme(text: str) -> bool:
    """
    Whether the request line has a whole URL, or a pseudo header names the scheme.
    """
    return re.search(r"^(?:> )?(?:[A-Z]{3,10} https?://|:scheme)", text, re.MULTILINE) is not None


def _scheme(text: str, *, is_of_curl: bool) -> str:
    """
    Return the scheme of the requests where only a Host line says where they went.
    """
    if HTTP_2.search(text) or (is_of_curl and SECURE.search(text)):
        return "https"
    if is_of_curl and CONNECTS.search(text):
        return "http"
    host = HOST.search(text)
    url = None if host is None else parse_url(f"http://{host[1]}/")
    if url is None:
        return "https"
    is_plain = url.port == PLAIN_PORT or (host is not None and host[1].endswith(f":{PLAIN_PORT}"))
    is_near = ORIGIN.search(text) is not None and _is_private(url.host)
    return "http" if is_plain or is_near or _is_loopback(url.host) else "https"


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_private
    except ValueError:
        return False
