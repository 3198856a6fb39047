"""
The one reader for whatever people paste: what it is is told by its content, and by nothing else.
"""

from __future__ import annotations

import codecs
import difflib
import json
import re
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.registry import DEFAULT_BROWSER, profile_named
from browsercors.explain.catalogue.find import CODES
from browsercors.pasted.console import read_console, urls_in
from browsercors.pasted.curl import read_curl
from browsercors.pasted.drafts import Draft, excerpt, request_from
from browsercors.pasted.embedded import ASSUMED_LINE, exchange_in
from browsercors.pasted.fetch_call import FETCH_CALL, read_fetch_call
from browsercors.pasted.har_entries import RecordedExchange, entries_in, first_exchange
from browsercors.pasted.headers_panel import INSPECTOR, PANEL, read_headers_alone, read_inspector, read_panel
from browsercors.pasted.httpie import HTTPIE_START, read_httpie
from browsercors.pasted.powershell import POWERSHELL_START, read_powershell
from browsercors.pasted.prose import read_prose
from browsercors.pasted.raw_http import REQUEST_START, RESPONSE_START, SENT_LINE, read_raw
from browsercors.pasted.requests_of_tools import INSOMNIA_5_START, read_insomnia_5, read_tool_request
from browsercors.pasted.results import (
    PastedExchange,
    PastedHeader,
    PastedResponse,
    PastedTopic,
    PasteError,
    PasteForm,
    Unreadable,
)
from browsercors.pasted.topics import TOPICS, header_topic, topic_named
from browsercors.pasted.unreadable import COPY_IT, OTHER_CALLS, PIECES
from browsercors.values.arguments import checked_text
from browsercors.values.headers import is_header_name
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.pasted.curl import ReadFile
    from browsercors.pasted.raw_http import Recorded
    from browsercors.pasted.results import Pasted, PastedMessage, PastedRequest
    from browsercors.rules.profile import BrowserProfile
    from browsercors.servers.messages import ResponseMessage

__all__ = ["MOST_CHARACTERS", "WHAT_CAN_BE_PASTED", "read_pasted", "text_of"]

MOST_CHARACTERS: Final = 4_000_000
"""How much of a paste is looked at: its beginning and its end, where it is longer."""
HALF: Final = MOST_CHARACTERS // 2

WHAT_CAN_BE_PASTED: Final = (
    "a line of the browser's console, a request that DevTools copied (as cURL, fetch or PowerShell), a curl command "
    "with or without what it printed, raw HTTP, the headers of the network panel, an entry of a HAR file, or "
    "the name of a header"
)
"""What people are told that they can paste."""

# What a file begins with that is no text, https://www.iana.org/assignments/media-types and the formats' own standards.
_BINARY: Final = (
    ("\x89PNG", "a PNG image"),
    ("\xff\xd8\xff", "a JPEG image"),
    ("GIF8", "a GIF image"),
    ("%PDF", "a PDF file"),
    ("PK\x03\x04", "a ZIP archive"),
    ("\x1f\x8b", "a gzip file"),
    ("\x7fELF", "a program"),
    ("\xd4\xc3\xb2\xa1", "a packet capture"),
    ("\n\r\r\n", "a packet capture"),
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")

_FENCE: Final = re.compile(r"\A\s*```[^\n`]*\n(.*?)(?:\n\s*```|\Z)", re.DOTALL)
_PROMPT: Final = re.compile(r"\A(?:\$|%|#|PS [^>\n]{0,200}>|[A-Z]:[^>\n]{0,200}>)[ \t]+(?=\S)")
_CURL_START: Final = re.compile(r"(?:time[ \t]+|sudo[ \t]+)?curl(?:\.exe)?(?=[ \t^\\`])", re.IGNORECASE)
_CURL_OUTPUT: Final = re.compile(r"[<>] (?:HTTP/|[A-Z]{3,10} |[\w-]+: )|\* {1,3}(?=\S)|  % Total|[{}] \[")

_PROGRESS: Final = re.compile(
    r"\A(?:[ \t]*(?:% Total|Dload  Upload|\d{1,3} +[\d.]+[kMG]? |Warning: )[^\n]*\n|Note: Using embedded[^\n]*\n)+"
)
"""What curl writes on its way to a response."""

_HEADER_LINE: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,80})[ \t]*:[ \t]*([^\n]{0,4000})\Z")
_KNOWN_HEADERS: Final = frozenset(
    """
        accept accept-language authorization cache-control content-language content-length content-type
        cookie etag expires last-modified location origin pragma range referer server set-cookie user-agent
        vary www-authenticate x-content-type-options
    """.split()  # noqa: SIM905 - easier to read
)
_HEADER_PREFIXES: Final = ("access-control-", "cross-origin-", "sec-fetch-", "timing-allow-")


def text_of(data: bytes) -> str:
    """
    Return the text of what was pasted: UTF-8 or UTF-16 as it says, else ISO 8859-1.

    Of a very long one the middle is left out.
    """
    if len(data) > 4 * MOST_CHARACTERS:
        # NB: a character may be cut in two.
        encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
        mark = data[:2] if encoding == "utf-16" else b""
        head, tail = data[: 2 * MOST_CHARACTERS], mark + data[-2 * MOST_CHARACTERS :]
        return f"{head.decode(encoding, 'replace')}\n{tail.decode(encoding, 'replace')}"
    is_utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read_pasted(
    text: str | bytes,
    *,
    browser: str | BrowserProfile = DEFAULT_BROWSER,
    page: str = "",
    read_file: ReadFile | None = None,
) -> Pasted:
    """
    Read whatever was pasted: a request, a response, both, a line of a console, a header or a topic.

    Nothing of it is run, and no shell sees it. The time that it takes grows with the length of *text*, and no faster.

    Args:
        text: What was pasted.
        browser: The browser that the page runs in, which decides what a page can send.
        page: The URL of the page that asks, or its origin, if it is known.
        read_file: Reads the files that a cURL command names by `@`; without it they are named and not read.

    Returns:
        What it is. `Unreadable` says what is wrong, what was understood so far, and what to paste instead.

    Raises:
        TypeError: *text* is neither text nor bytes, or *page* is no text.
        ValueError: There is no such browser.
    """
    profile = profile_named(browser)
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"text has to be str or bytes, not {type(text).__name__}")
    checked_text("page", page, "https://app.example.com/")
    whole = text_of(text) if isinstance(text, bytes) else text
    binary = _binary(whole)
    if binary:
        return Unreadable(problem=f"this is {binary}, and no text", instead=f"Paste {WHAT_CAN_BE_PASTED}.")
    shortened = whole if len(whole) <= MOST_CHARACTERS else f"{whole[:HALF]}\n{whole[-HALF:]}"
    pasted = _unindented(shortened.removeprefix("\ufeff").replace("\r\n", "\n")).strip()
    if not pasted:
        return Unreadable(problem="there is nothing in it", instead=f"Paste {WHAT_CAN_BE_PASTED}.")
    fenced = _FENCE.match(pasted)
    pasted = fenced[1].strip() if fenced is not None else pasted
    try:
        result = _read(_PROMPT.sub("", pasted, count=1), profile, page, read_file)
    except PasteError as error:
        understood = error.understood[:50]
        if not any("://" in part for part in understood):
            understood = (*understood, *urls_in(pasted[:100_000])[:5])
        result = Unreadable(problem=str(error), understood=understood, instead=f"Paste all of it, or {COPY_IT}.")
    except RecursionError:
        return Unreadable(problem="it is nested too deeply", instead=f"Paste {WHAT_CAN_BE_PASTED}.")
    if len(whole) > MOST_CHARACTERS:
        return _noted(result, f"only the first and the last {HALF:,} characters were looked at")
    return result


def _unindented(text: str) -> str:
    """
    Take away what stands before every line: the blanks of a block of code, or the marks of a quotation.
    """
    lines = text.split("\n", MOST_INDENTED + 1)
    if len(lines) > MOST_INDENTED or not any(line.strip() for line in lines):
        return text
    first = next(line for line in lines if line.strip())
    # NB: curl marks what it sent like mail marks a quotation.
    mark = INDENT.match(first) if first.startswith((" ", "\t")) or SENT_LINE.match(first) else QUOTED.match(first)
    if mark is None or not mark[0] or any(line.strip() and not line.startswith(mark[0]) for line in lines):
        return text
    return "\n".join(line.removeprefix(mark[0]).removeprefix(" " if mark[0].endswith(">") else "") for line in lines)


MOST_INDENTED: Final = 5000
INDENT: Final = re.compile(r"(?:    |\t)*")
QUOTED: Final = re.compile(r"(?:> ?)*>|")


STATUS_ASSUMED: Final = "the status of the response is not in the paste: 200 is assumed"


def _binary(text: str) -> str:
    """
    Return what kind of binary file it is; empty if it is text.
    """
    for start, kind in _BINARY:
        if text.startswith(start):
            return kind
    head = text[:4000]
    return "a binary file" if len(_CONTROLS.findall(head)) > max(8, len(head) // 50) or "\0" in head else ""


def _read(text: str, profile: BrowserProfile, page: str, read_file: ReadFile | None) -> Pasted:
    command = _command(text, profile, page, read_file)
    if command is not None:
        return command
    if text[0] in "{[":
        found = _json(text)
        if found is not None:
            request = request_from(found.draft, profile, page)
            return _exchange(request, found.responses, found.preflight_responses)
    if INSOMNIA_5_START.match(text):
        return request_from(read_insomnia_5(text), profile, page)
    if REQUEST_START.match(text) or RESPONSE_START.match(text) or _CURL_OUTPUT.match(text):
        try:
            return _recorded(read_raw(text), text, profile, page)
        except PasteError:
            # NB: the line of a console that begins with a method and a URL is no request line.
            message = read_console(text)
            if message is not None and CONSOLE_LINE.match(text):
                return message
            responses = read_headers_alone(text)
            if not responses:
                raise
            return PastedResponse(form=PasteForm.CURL_OUTPUT, responses=responses, notes=(STATUS_ASSUMED,))
    panel = PANEL.search(text[:PANEL_WITHIN])
    inspector = INSPECTOR.match(text)
    if inspector is not None:
        return _recorded(read_inspector(inspector), text, profile, page)
    if panel is not None and PANEL_METHOD.search(text):
        return _recorded(read_panel(text[panel.start() :]), text, profile, page)
    if "\n" not in text:
        name = _name(text)
        if name is not None:
            return name
    return _mixed(text, profile, page, read_file) or _embedded(text, profile, page, read_file) or _unknown(text)


def _embedded(text: str, profile: BrowserProfile, page: str, read_file: ReadFile | None) -> Pasted | None:
    """
    Read the exchange that stands between sentences; None if there is none.
    """
    inner = exchange_in(text) if "\n" in text else ""
    if not inner or inner == text:
        return None
    try:
        command = _command(inner, profile, page, read_file)
        found = _recorded(read_raw(inner), inner, profile, page) if command is None else command
    except PasteError:
        return None
    return _noted(found, STATUS_ASSUMED) if ASSUMED_LINE in inner.split("\n") and ASSUMED_LINE not in text else found


def _recorded(recorded: Recorded, text: str, profile: BrowserProfile, page: str) -> Pasted:
    if recorded.draft is None:
        form = PasteForm.RAW_HTTP if RESPONSE_START.match(text) else PasteForm.CURL_OUTPUT
        return PastedResponse(form=form, responses=recorded.responses)
    request = request_from(recorded.draft, profile, page)
    responses, preflight_responses = (
        tuple(_with_origin_of(recorded.draft, response) for response in responses)
        for responses in (recorded.responses, recorded.preflight_responses)
    )
    return _exchange(request, responses, preflight_responses)


def _with_origin_of(draft: Draft, response: ResponseMessage) -> ResponseMessage:
    """
    Let the response name the page's origin as browsers write it, where it repeats the request's letter by letter.

    Names that were replaced before somebody pasted them can make an origin that no browser sends, such as with :80.
    """
    sent = [value for name, value in draft.headers if name.lower() == "origin"]
    page = parse_url(sent[0]) if sent else None
    if page is None or sent[0] == page.origin.serialized:
        return response
    headers = tuple(
        (name, page.origin.serialized if name.lower() == ALLOW_ORIGIN and value == sent[0] else value)
        for name, value in response.headers
    )
    return attrs.evolve(response, headers=headers)


ALLOW_ORIGIN: Final = "access-control-allow-origin"
PANEL_WITHIN: Final = 2000
CONSOLE_LINE: Final = re.compile(r"[A-Z]{3,10} https?://\S+[^\n]{0,200}\n")
PANEL_METHOD: Final = re.compile(r"Request[ -]Method|Status[ -]Code", re.IGNORECASE)


def _command(
    text: str, profile: BrowserProfile, page: str, read_file: ReadFile | None
) -> PastedRequest | PastedExchange | None:
    """
    Read the command or call that *text* begins with; None if it begins with none.
    """
    readers: tuple[tuple[re.Pattern[str], Callable[[str], tuple[Draft, int]]], ...] = (
        (_CURL_START, lambda command: read_curl(command, read_file)),
        (FETCH_CALL, read_fetch_call),
        (POWERSHELL_START, read_powershell),
        (HTTPIE_START, read_httpie),
    )
    for start, read in readers:
        if start.match(text):
            draft, end = read(text)
            rest = text[end:].lstrip(" \t;\n")
            return _with_rest(request_from(draft, profile, page), rest, draft.form)
    return None


def _with_rest(request: PastedRequest, rest: str, form: PasteForm) -> PastedRequest | PastedExchange:
    """
    Take what stands behind a command: what it printed, or a second command, which is named and left out.
    """
    rest = _PROMPT.sub("", _PROGRESS.sub("", rest, count=1), count=1)
    if not rest or (form is PasteForm.FETCH and rest.startswith((".then", ".catch", ")"))):
        return request
    is_answered = form is PasteForm.HTTPIE and REQUEST_START.match(rest) is not None
    if is_answered or RESPONSE_START.match(rest) or _CURL_OUTPUT.match(rest):
        return PastedExchange(request, _responses_in(rest))
    if any(start.match(rest) for start in (_CURL_START, FETCH_CALL, POWERSHELL_START, HTTPIE_START, REQUEST_START)):
        return attrs.evolve(request, notes=(*request.notes, "a second request follows and is left out: paste it alone"))
    message = read_console(rest)
    if message is not None:
        return _with_message(request, message)
    responses = read_headers_alone(rest)
    if responses:
        return PastedExchange(attrs.evolve(request, notes=(*request.notes, STATUS_ASSUMED)), responses)
    first = rest.partition("\n")[0]
    return attrs.evolve(request, notes=(*request.notes, f"what follows is left out: {excerpt(first)}"))


def _responses_in(text: str) -> tuple[ResponseMessage, ...]:
    """
    Return the responses in what a command printed, whatever curl noted of its own request before.
    """
    recorded = read_raw(text)
    return (*recorded.preflight_responses, *recorded.responses)


def _mixed(text: str, profile: BrowserProfile, page: str, read_file: ReadFile | None) -> Pasted | None:
    """
    Read lines of a console, and the request below them if there is one.
    """
    message = read_console(text)
    start = _START_OF_REQUEST.search(text)
    if start is None:
        return message
    try:
        request = _command(
            _FENCE_END.split(text[start.end() :], maxsplit=1)[0],
            profile,
            page or (message.origin if message else "") or "",
            read_file,
        )
    except PasteError:
        if message is None:
            raise
        return message
    if request is None:
        return message
    above = read_console(text[: start.start()])
    return request if above is None or isinstance(request, PastedExchange) else _with_message(request, above)


_FENCE_END: Final = re.compile(r"\n[ \t]*```")
_START_OF_REQUEST: Final = re.compile(
    r"^(?:(?:\$|%|PS [^>\n]{0,200}>)[ \t]+)?(?=curl(?:\.exe)?[ \t]|(?:await[ \t]+)?fetch\(|Invoke-WebRequest\b)",
    re.MULTILINE,
)


def _with_message(request: PastedRequest, message: PastedMessage) -> PastedRequest:
    """
    Add what the console said beside the request: the page, if it is not known otherwise.
    """
    names = " or ".join(meaning.name for meaning in message.meanings[:3])
    notes = (*request.notes, f"the line of the console beside it is {message.said_by}'s, about {names}")
    if request.page_url is None and message.origin not in {None, "null"}:
        return attrs.evolve(
            request,
            page_url=f"{message.origin}/",
            missing=tuple(missing for missing in request.missing if missing.name != "page"),
            inferred_from=("the page from the line of the console", *request.inferred_from),
            notes=notes,
        )
    return attrs.evolve(request, notes=notes)


def _json(text: str) -> RecordedExchange | None:
    try:
        data = json.loads(text)
    except ValueError as error:
        if re.search(r'"(?:request|resources|item|log|entries)"\s*:', text[:100_000]):
            more = "; browsercors har FILE reads HAR files of any size" if '"entries"' in text[:100_000] else ""
            raise PasteError(f"the JSON is cut off or broken: {error}{more}") from None
        return None
    found = read_tool_request(data)
    entries = entries_in(data)
    if entries is not None:
        return first_exchange(entries)
    return None if found is None else RecordedExchange(*found)


def _exchange(
    request: PastedRequest,
    responses: tuple[ResponseMessage, ...],
    preflight_responses: tuple[ResponseMessage, ...] = (),
) -> PastedRequest | PastedExchange:
    has_responses = responses or preflight_responses
    return PastedExchange(request, responses, preflight_responses) if has_responses else request


def _name(text: str) -> PastedHeader | PastedTopic | None:
    """
    Read the name of a header, with or without its value, or the name of a topic or a code.
    """
    code = text.casefold().replace("_", "-").removeprefix("reason.")
    line = _HEADER_LINE.match(text)
    name = line[1] if line is not None else text
    lower = name.casefold()
    is_header = lower in _KNOWN_HEADERS or lower.startswith(_HEADER_PREFIXES)
    # NB: a code may be the name of a header as well, and then the page of the code says more.
    if is_header and is_header_name(name.encode("utf-8", "replace")) and (line is not None or code not in CODES):
        topic = header_topic(name)
        value = line[2].strip() if line is not None else None
        written = "-".join(part.capitalize() for part in lower.split("-"))
        return PastedHeader(written, value, None if topic is None else topic.name)
    if code in CODES:
        return PastedTopic(code)
    topic = topic_named(text)
    return None if topic is None else PastedTopic(topic.name)


def _unknown(text: str) -> Pasted:
    for pattern, kind in OTHER_CALLS:
        if pattern.match(text):
            return Unreadable(problem=f"this is {kind}, which is not read", instead=f"Instead, {COPY_IT}.")
    lines = [line for line in text.split("\n", 20) if line.strip()]
    if len(lines) > 1 and all(_HEADER_LINE.match(line.strip()) for line in lines[:20]):
        responses = read_headers_alone(text)
        if responses:
            return PastedResponse(form=PasteForm.RAW_HTTP, responses=responses, notes=(STATUS_ASSUMED,))
        return Unreadable(
            problem="these are header lines without the line above them",
            understood=tuple(lines[:20]),
            instead="Paste that line as well: HTTP/1.1 200 OK for a response, GET /me HTTP/1.1 for a request.",
        )
    if parse_url(text) is not None and " " not in text:
        instead = f"Give it with the page, browsercors explain URL --origin PAGE, or {COPY_IT}."
        return Unreadable(problem="this is a URL and nothing else", instead=instead)
    said = read_prose(text)
    if said is not None:
        return said
    urls = urls_in(text[:100_000])[:5]
    for pattern, problem, instead in PIECES:
        if pattern.search(text):
            return Unreadable(problem=problem, understood=urls, instead=instead)
    first = text.partition("\n")[0]
    names = [*TOPICS, *CODES] if len(text) <= 80 else []
    near = difflib.get_close_matches(text.casefold(), names, n=3)
    problem = f"nothing is known by {excerpt(first)}"
    return Unreadable(
        problem=f"{problem}; did you mean {' or '.join(near)}?" if near else problem,
        understood=urls,
        instead=f"Paste {WHAT_CAN_BE_PASTED}.",
    )


def _noted(result: Pasted, note: str) -> Pasted:
    if isinstance(result, PastedExchange):
        return attrs.evolve(result, request=attrs.evolve(result.request, notes=(*result.request.notes, note)))
    if isinstance(result, (PastedHeader, PastedTopic)):
        return result
    if isinstance(result, Unreadable):
        return attrs.evolve(result, problem=f"{result.problem}; {note}")
    return attrs.evolve(result, notes=(*result.notes, note))
