"""
A report as Markdown (GitHub's, and CommonMark where that has tables): for issues, reviews and chats.

Foreign text stays text. Plain words stay plain; every other word of a sentence becomes a code span, in which there are
no links, elements or mentions; the lines of messages go into fenced blocks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.explain.formats.mermaid import report_as_mermaid
from browsercors.explain.report import checked_report
from browsercors.explain.words.causes import known_as, who_answered
from browsercors.explain.words.labels import (
    KINDS,
    OUTCOMES,
    VERDICTS,
    attempt_fields,
    before_line,
    change_title,
    duration_label,
    entry_outcome,
    name_label,
    new_lines,
    preflight_label,
    proof_label,
)
from browsercors.explain.words.reasons import browser_label
from browsercors.explain.words.sanitise import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from browsercors.explain.report import Attempt, Excerpt, Fix, PreflightStory, Report, Rule, Step, Surprise

__all__ = ["report_as_markdown"]

PLAIN: Final = re.compile(r"[^\W_](?:[\w'-]*[^\W_])?|\d+(?:[.,]\d+)+", re.ASCII)
"""A word, or a number, that means nothing to any Markdown: `www.` would be a link, and `_x_` emphasis."""

BEFORE: Final = "(\"'"
BEHIND: Final = ")\"',.;:?!"
"""The punctuation before and after a word; `()` belongs to the word."""

LINK: Final = re.compile(r"https://[A-Za-z0-9./#%?=&_-]+")
BACKTICKS: Final = re.compile(r"`+")


def report_as_markdown(report: Report) -> str:
    """
    Return a report as Markdown, which ends with a line break.

    What a reader has to act on comes first; the exchanges and the applied rules are folded.
    """
    checked_report(report)
    sign, word = VERDICTS[report.verdict]
    code = f": {_code(report.code)}" if report.code not in {"", report.verdict} else ""
    blocks = [
        f"## {sign} {word}{code} ({_sentence(browser_label(report.browser))})",
        _sentence(report.headline),
        *_section("What the page tried", _tried(report.tried)),
        *_section("What decided", _decided(report)),
        *_section("Why the server answered so", _causes(report)),
        *_section("What each browser calls it", _names(report)),
        *_section("Fixes", _fixes(report.fixes)),
        *_section("What would fail next", _behind(report)),
        *_section("Advice", [_sentence(report.advice)] if report.advice else []),
        *_section("The preflight", _preflight(report.preflight)),
        *_section("What the page sees", _headers(report)),
        *_section("Surprises", [block for surprise in report.surprises for block in _surprise(surprise)]),
        *_section("In each browser", _differences(report)),
        "### Exchanges",
        _fenced([report_as_mermaid(report).rstrip("\n")], "mermaid"),
        *_timeline(report),
        *_steps(report.steps),
    ]
    return "\n\n".join(blocks) + "\n"


def _section(title: str, blocks: Iterable[str]) -> Iterator[str]:
    """
    Yield the title and the blocks; nothing without blocks.
    """
    found = list(blocks)
    if found:
        yield f"### {title}"
        yield from found


def _decided(report: Report) -> Iterator[str]:
    yield from _evidence(report.evidence)
    yield from _rule(report.rule)
    yield from (f"**Note:** {_sentence(note)}" for note in report.notes)


def _evidence(evidence: Sequence[Excerpt]) -> Iterator[str]:
    """
    Yield the lines that decided as one block, with a mark below the part that matters.
    """
    lines: list[str] = []
    for excerpt in evidence:
        before = printable(excerpt.line[: excerpt.start])
        marked = printable(excerpt.line[excerpt.start : excerpt.end])
        lines.append(before + marked + printable(excerpt.line[max(excerpt.start, excerpt.end) :]))
        if excerpt.remark or marked:
            pointer = " " * (len(before) if marked else 0) + "^" * max(1, len(marked))
            lines.append(f"{pointer} {printable(excerpt.remark)}".rstrip())
    if lines:
        yield _fenced(lines)


def _rule(rule: Rule | None) -> Iterator[str]:
    if rule is not None:
        yield f"**Rule:** {_sentence(rule.text)} ({_step_link(rule.algorithm, rule.step, rule.url)})"


def _step_link(algorithm: str, step: str, url: str) -> str:
    words = f"{_sentence(algorithm)}, step {_sentence(step)}"
    return f"[{words}]({url})" if LINK.fullmatch(url) else words


def _tried(tried: Attempt) -> Iterator[str]:
    yield _list(f"{name}: {_code(value)}" for name, value in attempt_fields(tried))
    if tried.headers:
        yield _fenced(_header_lines(tried.headers), "http")


def _causes(report: Report) -> Iterator[str]:
    for cause in report.causes:
        yield f"**{_sentence(cause.meaning)}** {_sentence(cause.remedy)}"
        yield _list(
            (
                f"Answered by: {_sentence(who_answered(cause.who, cause.sure))}",
                f"Its sign: {_code(cause.sign)}",
                f"Known: {_sentence(known_as(cause.sure))} ({_sentence(cause.source)})",
            )
        )
    if report.curl:
        yield "To find out which layer answers so, ask each one:"
        yield _fenced([printable(report.curl)], "sh")


def _names(report: Report) -> Iterator[str]:
    if report.names:
        rows = [(browser_label(name.browser), name_label(name.name), name.parameter) for name in report.names]
        yield _table(("Browser", "Its name", "With"), rows)


def _fixes(fixes: Sequence[Fix]) -> Iterator[str]:
    for number, fix in enumerate(fixes, 1):
        yield f"**Fix {number}.** {_sentence(fix.summary)}"
        yield from _fix(fix)


def _fix(fix: Fix) -> Iterator[str]:
    for change in fix.answers:
        yield _sentence(change_title(change))
        status = [] if change.status is None else [f"HTTP status {change.status}"]
        if lines := status + _header_lines(new_lines(change)):
            yield _fenced(lines, "http")
        if notes := [_sentence(line) for header in change.headers if (line := before_line(header))]:
            yield _list(notes)
    if fix.requests:
        yield "The page's call needs:"
        yield _list(
            f"{_sentence(change.sentence)} {_code(change.argument)}: {_code(change.before)} becomes "
            f"{_code(change.after)}"
            for change in fix.requests
        )
    if fix.warnings:
        yield _list(f"**Consider:** {_sentence(warning)}" for warning in fix.warnings)
    yield _sentence(proof_label(fix))


def _behind(report: Report) -> Iterator[str]:
    if report.behind:
        yield _list(f"{_code(obstacle.code)}: {_sentence(obstacle.sentence)}" for obstacle in report.behind)


def _preflight(story: PreflightStory) -> Iterator[str]:
    yield _sentence(preflight_label(story))
    if story.causes:
        yield _list(
            (f"{_code(cause.subject)}: " if cause.subject else "") + _sentence(cause.sentence) for cause in story.causes
        )
    if story.remembered:
        rows = [(browser_label(item.browser), duration_label(item.seconds)) for item in story.remembered]
        yield _table(("Browser", "Remembers the response for"), rows)


def _headers(report: Report) -> Iterator[str]:
    lists = (("Visible headers", report.visible_headers), ("Hidden headers", report.hidden_headers))
    if any(names for _, names in lists):
        yield _list(f"{label}: {', '.join(map(_code, names)) or 'none'}" for label, names in lists)


def _surprise(surprise: Surprise) -> Iterator[str]:
    yield f"**{_code(surprise.code)}** {_sentence(surprise.sentence)} {_sentence(surprise.advice)}".rstrip()
    if surprise.fix is not None:
        yield from _fix(surprise.fix)


def _differences(report: Report) -> Iterator[str]:
    if report.differences:
        code = "" if report.code == report.verdict else report.code
        own = (browser_label(report.browser), VERDICTS[report.verdict][1], code, "this report is about it")
        rows = [own] + [
            (
                browser_label(difference.browser),
                VERDICTS[difference.verdict][1],
                difference.code,
                difference.sentence,
            )
            for difference in report.differences
        ]
        yield _table(("Browser", "Verdict", "Reason", "What differs"), rows)


def _timeline(report: Report) -> Iterator[str]:
    for number, entry in enumerate(report.timeline, 1):
        lines = [
            printable(f"{entry.method} {entry.url}"),
            *(f"> {line}" for line in _header_lines(entry.request_headers)),
            printable(entry_outcome(entry)),
            *(f"< {line}" for line in _header_lines(entry.response_headers)),
        ]
        yield from _folded(f"{number}. {KINDS[entry.kind]}", _fenced(lines))


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    if steps:
        lines = []
        for step in steps:
            where = _step_link(step.algorithm, step.step, step.url)
            lines.append(f"{OUTCOMES[step.outcome][1]}, {where}: {_sentence(step.sentence)}")
        yield from _folded("Every rule that was applied", _list(lines))


def _folded(title: str, block: str) -> Iterator[str]:
    """
    Yield what opens on demand. Its title is our own, and the only HTML in the text.
    """
    yield f"<details><summary>{title}</summary>"
    yield block
    yield "</details>"


def _header_lines(lines: Iterable[tuple[str, str]]) -> list[str]:
    return [printable(f"{name}: {value}") for name, value in lines]


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    Return a table of sentences. A bar in a cell is escaped, which also works in the code spans of tables.
    """
    lines = [header, ["---"] * len(header), *([_sentence(cell).replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _fenced(lines: Sequence[str], language: str = "") -> str:
    """
    Return lines as a block whose fence is longer than any in them.
    """
    longest = max((len(run) for line in lines for run in BACKTICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((fence + language, *lines, fence))


def _code(text: str) -> str:
    """
    Return text as a code span whose backticks are longer than any in it.
    """
    whole = printable(text)
    if not whole.strip():
        return "(empty)"
    longest = max((len(run) for run in BACKTICKS.findall(whole)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if longest or whole[0] == " " == whole[-1] else ""
    return f"{ticks}{space}{whole}{space}{ticks}"


def _sentence(text: str) -> str:
    """
    Return text that may hold foreign words, with everything but plain words as code.
    """
    return " ".join(_word(word) for word in printable(text).split())


def _word(word: str) -> str:
    rest = word.lstrip(BEFORE)
    before = word[: len(word) - len(rest)]
    core = rest.rstrip(BEHIND)
    if len(core) < len(rest) and f"{before}{core}".endswith("("):
        core = rest[: len(core) + 1]
    after = rest[len(core) :]
    if not core:
        return _code(word)
    if not PLAIN.fullmatch(core):
        return f"{before}{_code(core)}{after}"
    # NB: `1.` and `1)` would begin a list.
    return f"{before}{core}\\{after}" if core.isdigit() and after else word
