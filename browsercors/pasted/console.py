"""
Lines of browsers' consoles, and exceptions of the libraries that pages use.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.explain.catalogue.console_messages import folded, message_in, said_by, says
from browsercors.explain.catalogue.find import CODES
from browsercors.explain.causes.usual import usual_rows
from browsercors.pasted.messages import (
    MESSAGES,
    MESSAGES_WHATEVER_THE_REASON,
    PREFLIGHT_FAILED,
    QUESTIONS,
    QUESTIONS_BY_WORDS,
    RANKED,
    Message,
)
from browsercors.pasted.origins_of_apps import OF_APPS
from browsercors.pasted.products import SIGN_TOPICS, signs_said_in, told_by_host
from browsercors.pasted.results import Meaning, PastedMessage
from browsercors.pasted.told import told_by
from browsercors.pasted.told_case import Case, status_beside
from browsercors.pasted.told_configurations import is_about_a_bucket
from browsercors.pasted.told_values import SEVERAL_VALUES, is_said_twice
from browsercors.pasted.topics import TOPICS
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.rules.console import ConsoleMessage
    from browsercors.values.urls import URL

__all__ = ["MOST_LINES", "read_console", "urls_in"]

MOST_LINES: Final = 2000
"""How many lines are looked at: the first and the last ones, where a console is longer."""
LONGEST_LINE: Final = 20_000
"""How much of a line is looked at."""
MOST_MESSAGES: Final = 20
MOST_URLS: Final = 10
MOST_TOLD: Final = 6

_URL: Final = re.compile(
    r"(?:https?|wss?)://[^\s'\"<>`\u00ab\u00bb\u2018\u2019\u201c\u201d\uff08\uff09\u3002\u300d]{1,2000}",
    re.IGNORECASE,
)
_BEHIND_A_URL: Final = ".,;:!?)]}"
_ORIGIN: Final = re.compile(
    r"(?:from origin|frame with origin|^Origin|\bOrigin) ['\"]?((?:https?://[^\s'\"]{1,300})|null\b)", re.IGNORECASE
)
_OF_AN_APP: Final = re.compile(
    r"[Oo]rigin ['\"]?((capacitor|ionic|tauri|app|chrome-extension|moz-extension|safari-web-extension)://[\w.-]{1,100})"
)
_STATUS: Final = re.compile(
    r"(?:status ?code|code d'\u00e9tat|c\u00f3digo de estado|\u72b6\u6001\u7801|"
    r"\u30b9\u30c6\u30fc\u30bf\u30b9\u30b3\u30fc\u30c9|response code)"
    r" ?:? ?([1-9][0-9]{2})\b|net::err_failed ([1-9][0-9]{2})\b"
)


def read_console(text: str) -> PastedMessage | None:
    """
    Read lines of a console, or an exception.

    Of several lines the first counts that says why; the others are kept beside it. The time that it takes grows with
    the length of *text*, and no faster.

    Returns:
        The message; None if there is none that is known.
    """
    text = _with_hosts(text)
    whole_lines = text.split("\n")
    kept = whole_lines
    if len(whole_lines) > MOST_LINES:
        kept = [*whole_lines[: MOST_LINES // 2], *whole_lines[-(MOST_LINES // 2) :]]
    lines = list(dict.fromkeys(line[:LONGEST_LINE].strip() for line in kept))
    found = [message for line in lines if line for message in (_message(line),) if message is not None]
    # NB: a line may have been broken on its way here, so the whole is looked at as well.
    if len(lines) > 1 and not any(_says_why(message) for message in found):
        whole = _message(" ".join(text[:LONGEST_LINE].split()))
        found = [whole, *found] if whole is not None and (_says_why(whole) or not found) else found
    if not found:
        return None
    best = (
        next((message for message in found if message.meanings[0].name in DECISIVE), None)
        or next((message for message in sorted(found, key=_is_of_no_request) if _says_why(message)), None)
        or next((message for message in found if message.meanings[0].name != "network-error"), found[0])
    )
    best = _with_the_whole(best, text)
    others = tuple(message for message in found if message is not best)
    further = _without_repetition(others, best)
    notes = (
        (f"only the first and the last {MOST_LINES // 2:,} lines were looked at",) if kept is not whole_lines else ()
    )
    # NB: what the other lines know of the same request is known of it.
    origin = best.origin or next((message.origin for message in others if message.origin), None)
    urls = best.urls
    if _asked(best) is None:
        urls = (*urls, *next((message.urls for message in others if _asked(attrs.evolve(message, origin=origin))), ()))
    best = attrs.evolve(best, origin=origin, urls=urls, further=further, notes=notes)
    status = best.status or (status_beside(lines, _asked(best))[0] if _is_code(best.meanings[0].name) else None)
    if status != best.status:
        hint = _hint(best.line, status, tuple(meaning.name for meaning in best.meanings))
        best = attrs.evolve(best, status=status, hint=hint)
    # NB: what the lines that are only named tell of their own case is of use as well.
    tellers = () if best.meanings[0].name in DECISIVE else (best, *further)
    told = dict.fromkeys(each for message in tellers for each in _told(message, lines, text))
    return attrs.evolve(best, told=tuple(told)[:MOST_TOLD], usual=() if is_about_a_bucket(text) else _usual(best))


DECISIVE: Final = frozenset({"wildcard-setting-refused"})
"""What a server's log says is the cause of whatever the browser says of it."""


def _with_the_whole(message: PastedMessage, text: str) -> PastedMessage:
    """
    Return what all lines together say if the message's own line names nothing, as a line that was broken does.
    """
    if message.urls or message.origin is not None or "\n" not in text:
        return message
    whole = _message(" ".join(text[:LONGEST_LINE].split()))
    if whole is None or whole.meanings != message.meanings:
        return message
    return whole if whole.urls else message


def _told(message: PastedMessage, lines: list[str], text: str) -> tuple[str, ...]:
    meanings = tuple(meaning.name for meaning in message.meanings)
    if not any(_is_code(name) for name in meanings):
        return ()
    url = _asked(message)
    beside, is_preflight = status_beside(lines, url)
    is_known = not set(SIGN_TOPICS).isdisjoint(message.hosted)
    status = message.status or beside
    return told_by(
        Case(
            message.line,
            meanings,
            url,
            message.origin,
            status,
            is_known=is_known,
            is_preflight=is_preflight,
            text=text,
        )
    )


def _usual(message: PastedMessage) -> tuple[str, ...]:
    url = _asked(message)
    rows = set(SIGN_TOPICS).intersection(message.hosted)
    names = [meaning.name for meaning in message.meanings]
    if url is None or rows or not any(name.startswith(_OF_A_SERVER) for name in names):
        return ()
    is_preflight = "preflight" in folded(message.line)
    return tuple(
        code
        for name in message.hosted
        for code in usual_rows(name, url.path, is_preflight=is_preflight)
        if code in SIGN_TOPICS
    )


_OF_A_SERVER: Final = ("allow-origin-missing", "preflight-status", "preflight-redirected")
"""What the missing headers of a platform look like."""


def _asked(message: PastedMessage) -> URL | None:
    """
    Return what was asked for: the first URL that is not of the page's origin; None if the line has none.
    """
    # NB: Chromium writes the URL that answered, and then the one that was redirected to it.
    urls = [url for url in map(parse_url, message.urls) if url is not None]
    others = [url for url in urls if url.origin.serialized != message.origin]
    # NB: some lines name the page alone.
    return others[0] if others else None


def _says_why(message: PastedMessage) -> bool:
    # NB: the line with the status of a request stands beside the one that says why the browser refused it.
    return message.meanings[0].name not in {"network-error", "http-error"}


def _is_of_no_request(message: PastedMessage) -> bool:
    # NB: blockers stop requests of other parties beside those that matter.
    return message.meanings[0].name == "blocked-by-client" and not message.urls


def _without_repetition(messages: Iterable[PastedMessage], best: PastedMessage) -> tuple[PastedMessage, ...]:
    """
    Return a message for each other thing that is said, without those that only follow from it.
    """
    by_meaning = {message.meanings: message for message in messages if _says_why(message)}
    by_meaning.pop(best.meanings, None)
    return tuple(by_meaning.values())[:MOST_MESSAGES]


def _message(line: str) -> PastedMessage | None:
    text = _unquoted(line)
    row = next((row for row in MESSAGES if says(text, row.words)), None)
    known = message_in(line) if row is None else None
    if known is not None and known.codes:
        row = _of_the_catalogue(known)
    row = row or _of_a_server(line)
    if row is None:
        row = next((row for row in MESSAGES_WHATEVER_THE_REASON if says(text, row.words)), None)
    if row is None:
        if known is None:
            return None
        # NB: what Firefox writes whatever the reason, without the reason that follows it.
        row = Message(known.words, "Firefox", ("network-error",), "the recordings of Firefox, and its source")
        return attrs.evolve(_with_evidence(line, row), hint=known.hint)
    return _with_evidence(line, row)


def _of_the_catalogue(message: ConsoleMessage) -> Message:
    browsers = said_by(message.words)
    return Message(
        message.words,
        browsers,
        RANKED.get(message.words, message.codes),
        f"the recordings of {browsers}, and its source",
        QUESTIONS_BY_WORDS.get(message.words, QUESTIONS.get(frozenset(message.codes), "")),
    )


def _of_a_server(line: str) -> Message | None:
    """
    Return what the words of a server's response mean, if they are in the table of causes.
    """
    signs = signs_said_in(line)
    if not signs:
        return None
    said = " or ".join(dict.fromkeys(sign.who for sign in signs))
    return Message(line, f"{said[:1].upper()}{said[1:]}", tuple(sign.code for sign in signs), signs[0].source)


def _with_evidence(line: str, row: Message) -> PastedMessage:
    """
    Return the message with what the line itself tells: URLs, the origin, the status, and what these decide.
    """
    text = folded(line)
    status_match = _STATUS.search(text)
    status = int(status_match[1] or status_match[2]) if status_match is not None else None
    meanings = row.meanings
    if set(meanings) == set(PREFLIGHT_FAILED) and status is not None:
        meanings = (PREFLIGHT_FAILED[300 <= status < 400],)
    several = SEVERAL_VALUES.search(_unquoted(line)) if "allow-origin-repeated" in meanings else None
    if several is not None and is_said_twice(several[1]):
        meanings = ("allow-origin-repeated",)
    origins = list(_ORIGIN.finditer(line[:LONGEST_LINE]))
    # NB: an older Chromium began lines about fonts and redirects with the origin of the server.
    is_last = text.startswith(("font from origin", "redirect at origin"))
    origin = None if not origins else origins[-1] if is_last else origins[0]
    return PastedMessage(
        line=line,
        said_by=row.said_by,
        meanings=tuple(Meaning(name, is_topic=name in TOPICS and not _is_code(name)) for name in meanings),
        question=(row.question or QUESTIONS.get(frozenset(meanings), ""))
        if len(meanings) > 1 or not _is_code(meanings[0])
        else "",
        hint=_hint(line, status, meanings),
        source=row.source,
        urls=urls_in(line),
        origin=None if origin is None else _origin(origin[1]),
        status=status,
        hosted=_hosted(line, origin, meanings),
    )


def _hosted(line: str, origin: re.Match[str] | None, meanings: tuple[str, ...]) -> tuple[str, ...]:
    """
    Return what the host that was asked tells: that of the last URL that is not the page's.
    """
    page = _origin(origin[1]) if origin is not None else None
    urls = [url for url in map(parse_url, urls_in(line)) if url is not None and url.origin.serialized != page]
    if not urls or not any(_is_code(name) for name in meanings):
        return ()
    # NB: Chromium writes the URL that answered first, and then the one that was redirected to it.
    return told_by_host(urls[0], is_preflight="preflight" in folded(line), failed=meanings)


def _is_code(name: str) -> bool:
    return name in CODES


def _hint(line: str, status: int | None, meanings: tuple[str, ...]) -> str:
    hints = []
    if status is not None and status >= 400 and any(name.startswith("allow-") for name in meanings):
        hints.append(f"The response has the status {status}: mend that first. Error pages often lack the CORS headers.")
    if meanings == ("preflight-redirected",) and any(url.startswith("http://") for url in urls_in(line)[:1]):
        hints.append(
            "If the network panel says 307 Internal Redirect, the browser itself went to https, as the host had asked "
            "for by Strict-Transport-Security: ask over https."
        )
    app = _OF_AN_APP.search(line)
    if app is not None and not meanings[0].startswith(("scheme-", "header-", "method-")):
        hints.append(f"The page's origin is {app[1]}, which the server has to list like any other. {OF_APPS[app[2]]}")
    if "(redirected from '" in line:
        hints.append("The request was redirected: the headers that count are those of the last URL.")
    return " ".join(hints)


def _origin(text: str) -> str | None:
    url = parse_url(text)
    return "null" if text.lower() == "null" else None if url is None else url.origin.serialized


def urls_in(text: str) -> tuple[str, ...]:
    """
    Return the URLs in *text*, the first ones where there are many.
    """
    found = dict.fromkeys(match[0].rstrip(_BEHIND_A_URL) for match in _URL.finditer(_with_hosts(text)))
    return tuple(found)[:MOST_URLS]


def _with_hosts(text: str) -> str:
    """
    Put names in the place of hosts that were taken out before a line was shown to others.
    """
    return _REMOVED.sub(lambda match: f"{match[1]}{(match[2] or match[3] or 'host').replace(' ', '-')}", text)


_REMOVED: Final = re.compile(
    r"(https?://)(?:\[([A-Za-z][A-Za-z -]{0,40})\]|<([A-Za-z][A-Za-z -]{0,40})>|\.{3})(?=[/:'\"\s.])"
)


def _unquoted(text: str) -> str:
    """
    Return *text* folded, with all quotes alike: translations quote by whatever is usual in the language.
    """
    return folded(text).replace('"', "'")
