"""
Raw requests and responses, and what `curl -v` and `curl -i` write.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.pasted.drafts import Draft
from browsercors.pasted.results import PasteError, PasteForm
from browsercors.servers.messages import MessageError, read_request, read_responses

if TYPE_CHECKING:
    from browsercors.servers.messages import RequestMessage, ResponseMessage

__all__ = ["REQUEST_START", "RESPONSE_START", "read_raw"]

REQUEST_START: Final = re.compile(
    r"(?:[A-Z]{3,10} (?:https?://\S+|/\S*|\*)(?: HTTP/[0-9.]+)?[ \t]*$|:(?:method|authority|path|scheme):?(?:[ \t]|$))",
    re.MULTILINE,
)
"""How the head of a request begins."""
RESPONSE_START: Final = re.compile(r"(?:HTTP/[0-9](?:\.[0-9])? +[0-9]{3}\b|:status:?(?:[ \t]|$))", re.MULTILINE)
"""How the head of a response begins."""

SECOND_REQUEST: Final = re.compile(r"[A-Z]{3,10} \S+ HTTP/[0-9.]+[ \t]*$", re.MULTILINE)
SENT: Final = re.compile(r"^> \S", re.MULTILINE)
RECEIVED: Final = re.compile(r"^< \S", re.MULTILINE)
EMPTY_LINE: Final = re.compile(r"\n[ \t]*\n")


def read_raw(text: str) -> tuple[Draft | None, tuple[ResponseMessage, ...]]:
    """
    Read raw HTTP, or what curl wrote.

    Returns:
        The request, None if there is none; and the responses.

    Raises:
        PasteError: It cannot be read; the text names the line.
    """
    text, second = text.replace("\r\n", "\n"), ""
    is_of_curl = SENT.search(text) is not None or RECEIVED.search(text) is not None
    try:
        if is_of_curl:
            request = read_request(text) if SENT.search(text) else None
            responses = read_responses(text) if RECEIVED.search(text) else []
        elif RESPONSE_START.match(text):
            request, responses = None, read_responses(text)
        else:
            head, tail = _at(RESPONSE_START, text)
            head, second = _at(SECOND_REQUEST, head)
            request = read_request(head)
            responses = read_responses(tail) if tail else []
    except MessageError as error:
        raise PasteError(str(error)) from None
    form = PasteForm.CURL_OUTPUT if is_of_curl else PasteForm.RAW_HTTP
    draft = None if request is None else _draft(form, request)
    if draft is not None and second:
        draft.notes.append("a second request follows and is left out: paste it alone")
    return draft, tuple(responses)


def _at(start: re.Pattern[str], text: str) -> tuple[str, str]:
    """
    Split a request from the message that stands below it: behind an empty line, at the beginning of a line.
    """
    empty = EMPTY_LINE.search(text)
    for match in start.finditer(text, empty.end() if empty is not None else len(text)):
        if text[match.start() - 1] == "\n":
            return text[: match.start()].rstrip("\n"), text[match.start() :]
    return text, ""


def _draft(form: PasteForm, request: RequestMessage) -> Draft:
    return Draft(
        form,
        url=request.url.href,
        method=request.method,
        headers=list(request.headers),
        body=request.body,
        understood=[f"{request.method} {request.url.href}"],
    )
