"""
What a load reveals to the page beside that it has loaded, and which loads can make use of a response.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from browsercors.browser.channels.connection import EventSourceConnection
from browsercors.browser.channels.websocket import WebSocket
from browsercors.browser.loads import ImageResult, MediaResult, ScriptResult, StylesheetResult
from browsercors.browser.result import FetchResult
from browsercors.fetch.checks import TAO_CHECK
from browsercors.fetch.timeline import Exchange
from browsercors.policy.sessions import Load
from browsercors.rules.elements.channels import says_event_stream
from browsercors.values.expressions import compiled_late
from browsercors.values.findings import Reason
from browsercors.values.formats.mime_groups import CSS, JAVASCRIPT, SVG
from browsercors.values.formats.mime_sniffing import audio_or_video_type, font_type, image_format, looks_like_svg
from browsercors.values.formats.mime_types import extract_a_mime_type

if TYPE_CHECKING:
    from browsercors.browser.result import PageResult
    from browsercors.policy.sessions import Asked
    from browsercors.values.literals import LoadName
    from browsercors.values.wire import HTTPResponse

__all__ = ["DATA", "MESSAGES", "is_data_script", "last_response", "loads_for", "reads", "revealed", "shows_timing"]

DATA: Final = "the data"
"""What a script reveals that is nothing but data: whoever runs it has them, and needs no CORS for that."""

MESSAGES: Final = "the messages"
"""What a WebSocket reveals that opens, which needs no CORS."""

CAME: Final = frozenset({Reason.CONTENT_NOT_USABLE, Reason.STATUS_NOT_OK})
"""The reasons for which an element has no use for what it got."""

LONGEST_SCRIPT: Final = 1_000_000
"""Up to how many bytes a script is looked at: data scripts are short."""

CALL = compiled_late(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*){0,8}[ \t\r\n]*\(")
ASSIGNMENT = compiled_late(
    r"(?:(?:var|let|const)[ \t\r\n]+)?[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*){0,8}[ \t\r\n]*=(?!=)"
)
BEGINNING = compiled_late(r"(?s)(?:/\*.*?\*/[ \t\r\n]*)*(?:typeof [A-Za-z_$][\w$.]* === 'function' &&[ \t\r\n]*)?")


def revealed(load: Load, result: PageResult) -> str:
    """
    Return what a load reveals to a page of another origin: the pixels, the frames, the rules and so on, or nothing.

    NB: what a script does when it runs is not known. What it says in errors counts only if it was asked for with CORS.
    """
    match result:
        case ImageResult() if result.loaded and not result.tainted:
            return "the pixels"
        case MediaResult() if result.loaded and not result.tainted:
            return "the frames"
        case EventSourceConnection() if result.opened:
            return "the events"
        case StylesheetResult() if result.rules_readable:
            return "the rules"
        case ScriptResult() if result.executed:
            answer = last_response(result)
            if load.mode != "cors":
                return DATA if answer is not None and is_data_script(answer) else ""
            return "" if result.muted_errors else "the messages of errors"
        case WebSocket() if result.opened:
            return MESSAGES
    return ""


def reads(asked: Asked, result: PageResult) -> bool:
    """
    Whether the page can read what it asked for: the response to a fetch, or what a load reveals.
    """
    if isinstance(result, FetchResult):
        return result.readable
    return isinstance(asked, Load) and bool(revealed(asked, result))


def shows_timing(result: PageResult) -> bool:
    """
    Whether each server of the chain lets the page see the details of Resource Timing: sizes, and when what happened.

    NB: of what a protection blocks there are none, but of what came and is no image there are.
    """
    if result.block is not None and result.block.reason not in CAME:
        return False
    checks = [finding for finding in result.findings if finding.algorithm is TAO_CHECK]
    return bool(checks) and checks[-1].evidence["allowed"] is True


def last_response(result: PageResult) -> HTTPResponse | None:
    """
    Return the last response, that of the server or one out of the browser's memory; None if none came.
    """
    last = next((entry for entry in reversed(result.timeline) if isinstance(entry, Exchange)), None)
    return None if last is None else last.http_response


def loads_for(response: HTTPResponse) -> tuple[LoadName, ...]:
    """
    Return the loads that have a use for a response with a status of success, by its type and its first bytes.
    """
    if not 200 <= response.status < 300:
        return ()
    body, mime_type = response.body, extract_a_mime_type(response.headers)
    if image_format(body) is not None or (SVG.has(mime_type) and looks_like_svg(body)):
        return ("image",)
    if says_event_stream(response.headers):
        return ("event_source",)
    if JAVASCRIPT.has(mime_type):
        return ("script",)
    if CSS.has(mime_type):
        return ("stylesheet",)
    if font_type(body) is not None:
        return ("font",)
    return ("media",) if audio_or_video_type(body) is not None else ()


def is_data_script(response: HTTPResponse) -> bool:
    """
    Whether a response is a script that is nothing but data: JSON that is given to a function or to a name.

    A page that defines the function, or looks at the name, has the data when it has run the script (JSONP). JSON alone
    is no such thing: as a script it is a syntax error, or a value that nobody gets.
    """
    if len(response.body) > LONGEST_SCRIPT or not JAVASCRIPT.has(extract_a_mime_type(response.headers)):
        return False
    text = response.body.decode("utf-8", "replace").strip("\ufeff \t\r\n")
    begin = BEGINNING.match(text)
    text = text[begin.end() :] if begin is not None else text
    text = text.rstrip("; \t\r\n")
    call = CALL.match(text)
    if call is not None and text.endswith(")"):
        return _holds_data(text[call.end() : -1])
    assignment = ASSIGNMENT.match(text)
    return assignment is not None and _holds_data(text[assignment.end() :])


def _holds_data(text: str) -> bool:
    """
    Whether *text* is a list of JSON values, and one of them is an object or an array.
    """
    try:
        values = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        return False
    return any(isinstance(value, (dict, list)) for value in values)
