"""
The catalogue of reasons: what a page of it says, and which pages a code, a browser's identifier or a line is about.

There is a page for each `Reason` and each `SurpriseCode`. This module reads their text and finds among them; where they
lie, and how they are shown, others decide.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.explain.catalogue.console_messages import hint_of, message_in
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["CODES", "Found", "Question", "ReasonPage", "find", "grouped", "parse_page"]

CODES: Final[tuple[str, ...]] = tuple(member.value for codes in (Reason, SurpriseCode) for member in codes)
"""The codes that have a page, in their order."""

GROUPS: Final[dict[str, str]] = {
    Reason.ALLOW_ORIGIN_MISSING.value: "The CORS check",
    Reason.PREFLIGHT_REDIRECTED.value: "The preflight",
    Reason.REDIRECT_WITH_CREDENTIALS.value: "Redirects",
    Reason.SAME_ORIGIN_MODE.value: "Modes, schemes, policies",
    Reason.SERVICE_WORKER_ERROR.value: "Service workers",
    Reason.WEBSOCKET_STATUS.value: "WebSockets",
    Reason.NOT_MOUNTED.value: "The network",
    SurpriseCode.OPAQUE_RESPONSE.value: "What blocks nothing, and surprises",
}
"""With which code a group begins; it goes on to the next one's."""

MEANING: Final = "Meaning"
FAILING: Final = "Smallest failing exchange"
FIXED: Final = "Fixed"
NAMES: Final = "What browsers call it"
QUESTIONS: Final = "Questions people ask"
SECTIONS: Final = (MEANING, FAILING, FIXED, NAMES, QUESTIONS)

MOST_LINES: Final = 100
"""How many lines are looked at, one by one."""

LONGEST_NEAR_MISS: Final = 80
"""What is longer than this is no misspelt name; comparing it would take long."""

TITLE: Final = re.compile(r"# ([a-z-]+)\n")
SECTION: Final = re.compile(r"^## (.+)\n", re.MULTILINE)
QUESTION: Final = re.compile(r"^### (.+)\n", re.MULTILINE)
NAME_LINE: Final = re.compile(r"^- (\w+): (.*)$", re.MULTILINE)
QUOTED: Final = re.compile(r"`([^`\n]+)`")
WORD: Final = re.compile(r"[\w.:/-]+")


class Question(NamedTuple):
    """
    A question that people ask, and its answer.
    """

    question: str
    answer: str


@attrs.frozen
class ReasonPage:
    """
    A page of the catalogue.

    Attributes:
        code: The code that it is about.
        symptom: What people meet, in one sentence.
        meaning: The rule in plain words; Markdown, as all that follows.
        failing: The smallest exchange that ends so.
        fixed: The same with the least that has to change.
        identifiers: What each browser calls it, by the browser's name as people write it.
        questions: What people ask.
        text: The whole page.
    """

    code: str
    symptom: str
    meaning: str
    failing: str
    fixed: str
    identifiers: Mapping[str, tuple[str, ...]]
    questions: tuple[Question, ...]
    text: str


def parse_page(text: str) -> ReasonPage:
    """
    Read a page.

    Raises:
        ValueError: It lacks its title, its symptom or a section, or has them in another order.
    """
    title = TITLE.match(text)
    if title is None:
        raise ValueError(f"a page begins with '# ' and its code, not with {text[:40]!r}")
    head, *rest = SECTION.split(text)
    if tuple(rest[::2]) != SECTIONS:
        raise ValueError(f"the sections of {title[1]} have to be {', '.join(SECTIONS)}, not {', '.join(rest[::2])}")
    sections = dict(zip(rest[::2], (section.strip() for section in rest[1::2]), strict=True))
    symptom = " ".join(head[title.end() :].split())
    if not symptom:
        raise ValueError(f"the page of {title[1]} has to say below its title what people meet")
    _, *questions = QUESTION.split(sections[QUESTIONS])
    return ReasonPage(
        code=title[1],
        symptom=symptom,
        meaning=sections[MEANING],
        failing=sections[FAILING],
        fixed=sections[FIXED],
        identifiers={name: tuple(QUOTED.findall(line)) for name, line in NAME_LINE.findall(sections[NAMES])},
        questions=tuple(
            Question(question, answer.strip()) for question, answer in zip(questions[::2], questions[1::2], strict=True)
        ),
        text=text,
    )


def grouped(pages: Iterable[ReasonPage]) -> dict[str, list[ReasonPage]]:
    """
    Return *pages* by the heading of their group, in the order of the codes.
    """
    by_code = {page.code: page for page in pages}
    groups: dict[str, list[ReasonPage]] = {}
    heading = ""
    for code in CODES:
        heading = GROUPS.get(code, heading)
        if code in by_code:
            groups.setdefault(heading, []).append(by_code[code])
    return groups


@attrs.frozen
class Found:
    """
    What was found.

    Attributes:
        pages: The pages that it may be about.
        hint: What else there is to know; may be empty.
        near_misses: Codes and identifiers that are written much the same, where there is no page.
    """

    pages: tuple[ReasonPage, ...] = ()
    hint: str = ""
    near_misses: tuple[str, ...] = ()


def find(text: str, pages: Iterable[ReasonPage]) -> Found:
    """
    Find what *text* is about: a code, what a browser calls a failure, or lines of a browser's console.

    Of several lines the first one counts that a page is about. The time that it takes grows with the length of *text*,
    and no faster.
    """
    by_code = {page.code: page for page in pages}
    known = _identifiers(by_code.values())
    # NB: the whole comes last, for a line that was broken on its way here.
    lines = [line for line in text.split("\n") if line.strip()][:MOST_LINES]
    candidates = (*lines, " ".join(text.split()))
    found = [_find_in_line(line, by_code, known) for line in candidates]
    best = next((each for each in found if each.pages), None) or next((each for each in found if each.hint), None)
    return best or Found(near_misses=_near_misses(_folded(text), by_code.values()))


def _find_in_line(line: str, by_code: Mapping[str, ReasonPage], known: Mapping[str, Found]) -> Found:
    page = by_code.get(_as_code(line))
    if page is not None:
        return Found((page,))
    if _folded(line) in known:
        return known[_folded(line)]
    message = message_in(line)
    if message is not None:
        return Found(tuple(by_code[code] for code in message.codes if code in by_code), message.hint)
    return _within(line, by_code, known)


def _as_code(text: str) -> str:
    """
    Return *text* as codes are written: `Reason.BAD_PORT` is the name of one, and `bad-port` its value.
    """
    return text.strip().casefold().rpartition(".")[2].replace("_", "-")


def _folded(text: str) -> str:
    """
    Return a name as names are compared: Firefox counts its own up from release to release, and MDN leaves that away.
    """
    return text.strip().casefold().rstrip("0123456789")


def _identifiers(pages: Iterable[ReasonPage]) -> dict[str, Found]:
    """
    Return what each identifier may be about.
    """
    known: dict[str, Found] = {}
    for page in pages:
        for name in (name for named in page.identifiers.values() for name in named):
            before = known.get(_folded(name), Found(hint=hint_of(name)))
            if page not in before.pages:
                known[_folded(name)] = attrs.evolve(before, pages=(*before.pages, page))
    return known


def _within(line: str, by_code: Mapping[str, ReasonPage], known: Mapping[str, Found]) -> Found:
    """
    Find a longer line by the first code or identifier in it, such as `net::ERR_UNSAFE_PORT`.
    """
    for word in WORD.findall(line):
        page = by_code.get(_as_code(word.rstrip(".:")))
        if page is not None:
            return Found((page,))
        name = _folded(word.rstrip(".:"))
        # NB: not by those that are words of everybody's, such as "origin" and "other".
        if name in known and word[1:] != word[1:].casefold():
            return known[name]
    return Found()


def _near_misses(name: str, pages: Iterable[ReasonPage]) -> tuple[str, ...]:
    if len(name) > LONGEST_NEAR_MISS:
        return ()
    written = {
        _folded(known): known
        for page in pages
        for known in (page.code, *(identifier for named in page.identifiers.values() for identifier in named))
    }
    return tuple(written[near] for near in difflib.get_close_matches(name, list(written), n=3))
