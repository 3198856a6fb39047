"""
A report as text: lines with a style each, for a terminal of 80 columns and for messages of exceptions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.engines.registry import browser_names
from browsercors.explain.report import checked_report
from browsercors.explain.words.cached_answers import describe_cached
from browsercors.explain.words.causes import cause_sentences
from browsercors.explain.words.labels import STORED
from browsercors.explain.words.reasons import browser_label
from browsercors.explain.words.sanitise import MOST_ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.explain.report import (
        AnswerChange,
        Difference,
        Entry,
        Excerpt,
        Fix,
        Report,
        ServerCause,
        Step,
        Verdict,
    )

__all__ = [
    "WIDTH",
    "Line",
    "as_text",
    "brief",
    "cause_lines",
    "describe_entry",
    "describe_step",
    "labelled",
    "report_as_text",
    "report_lines",
    "verdict_as_line",
    "verdict_line",
    "wrapped",
]

WIDTH: Final = 80
LABEL_WIDTH: Final = 8

CORS_HEADERS: Final = re.compile(
    r"origin|cookie|authorization|content-type|sec-fetch-site|location|set-cookie|vary|www-authenticate"
    r"|access-control-.*|cross-origin-resource-policy|\.\.\.",
    re.IGNORECASE,
)
"""The headers that matter for CORS; the others are shown on demand."""

VERDICTS: Final = {
    "readable": ("READABLE", "readable"),
    "opaque": ("OPAQUE", "opaque"),
    "blocked": ("BLOCKED", "blocked"),
    "undecided": ("NO VERDICT", "opaque"),
    "loaded": ("LOADED", "readable"),
    "restricted": ("RESTRICTED", "opaque"),
}

SUCCESSES: Final = frozenset({"readable", "loaded"})

SHORT_KINDS: Final = {
    "revalidation": "refresh",
    "cached-response": "cached",
    "preloaded-response": "preloaded",
    "worker-response": "worker",
}
REMARKS: Final = {
    "revalidation": "sent in the background, to refresh the cache",
    "challenge": "sent again below, with user and password",
    "preloaded-response": "from the preload: nothing is sent",
    "worker-response": "from the page's service worker",
}


class Line(NamedTuple):
    """
    One line of output.

    Attributes:
        text: The line; nothing in it is markup.
        style: One of "plain", "readable", "blocked", "opaque", "heading", "quiet", "pointer" and "code".
    """

    text: str = ""
    style: str = "plain"


def as_text(lines: Iterable[Line]) -> str:
    """
    Return lines as text without style.
    """
    return "\n".join(line.text.rstrip() for line in lines)


def report_as_text(report: Report, *, verbose: bool = False) -> str:
    """
    Return the whole report as text. The arguments are those of `report_lines`.
    """
    return as_text(report_lines(report, verbose=verbose))


def verdict_line(report: Report) -> Line:
    """
    Return the verdict in a few words.
    """
    detail = report.code
    if report.verdict in SUCCESSES:
        last = report.timeline[-1] if report.timeline else None
        detail = "" if last is None or last.status is None else f"{last.status} {last.status_text}"
    return verdict_as_line(report.verdict, detail)


def verdict_as_line(verdict: Verdict, detail: str) -> Line:
    """
    Return a verdict with a detail: the status of what the page got, or the code of the reason.
    """
    word, style = VERDICTS[verdict]
    return Line(f"{word}  {detail}".rstrip(), style)


def report_lines(report: Report, *, verbose: bool = False) -> Iterable[Line]:
    """
    Yield the whole report.

    Args:
        report: The report.
        verbose: Whether to show every header line, and not only those that matter for CORS.
    """
    checked_report(report)
    text, style = verdict_line(report)
    yield Line(f"{text}  ({report.browser})", style)
    yield Line()
    yield from _paragraph(report.headline)
    yield from _details(report)
    if report.differences:
        yield from _heading("In other browsers")
        for difference in report.differences:
            yield from _hanging(f"{browser_label(difference.browser)}: {_difference(report, difference)}")
    if report.timeline:
        yield from _heading("On the wire")
        for entry in report.timeline:
            first, *rest = describe_entry(entry, verbose=verbose)
            yield Line(f"  {first}")
            yield from (Line(f"  {line}", "quiet") for line in rest)
    yield from _heading("Rules applied")
    for step in report.steps:
        yield from _hanging(describe_step(step))


def _difference(report: Report, difference: Difference) -> str:
    """
    Say how a browser differs from the browser of the report.
    """
    verdict = " ".join(part for part in (difference.verdict, f"({difference.code})" if difference.code else "") if part)
    if difference.sentence:
        return f"{verdict}; {difference.sentence}"
    is_same = difference.verdict == report.verdict and (difference.code or report.code) == report.code
    return "the same" if is_same else verdict


def brief(report: Report) -> Iterable[Line]:
    """
    Yield the report without the exchanges; its first line stands alone, as in a list of failed tests.
    """
    yield Line(report.headline)
    yield from _details(report)


def _details(report: Report) -> Iterable[Line]:
    """
    Yield what follows the headline: the evidence, the rule, its names, the fixes, and the rest.
    """
    if report.evidence:
        yield Line()
        yield from _evidence(report.evidence)
    yield Line()
    if report.rule is not None:
        rule = f"{report.rule.text} ({report.rule.algorithm}, step {report.rule.step})."
        yield from _labelled("Rule:", [*wrapped(rule), report.rule.url])
    for note in report.notes:
        yield from _labelled("Note:", wrapped(note))
    yield from cause_lines(report.causes)
    if report.names or report.verdict == "blocked":
        names = [f"{report.code} (browsercors)"]
        names += [f"{each.name} ({browser_label(each.browser)})" for each in report.names]
        yield from _labelled("Names:", names)
    for number, obstacle in enumerate(report.behind):
        yield from _labelled("Next:" if number == 0 else "", wrapped(f"{obstacle.sentence} ({obstacle.code})"))
    for number, fix in enumerate(report.fixes):
        yield from _labelled("Fix:" if number == 0 else "Or:", list(_fix_lines(fix)))
    if report.advice:
        yield from _labelled("Advice:", wrapped(report.advice))
    if report.curl:
        yield from _labelled("Ask:", _command_lines(report.curl))
    if report.verdict == "readable":
        yield from _labelled("Seen:", wrapped(", ".join(report.visible_headers) or "nothing"))
        yield from _labelled("Hidden:", wrapped(", ".join(report.hidden_headers) or "nothing"))
    for surprise in report.surprises:
        note = f"{surprise.sentence} {surprise.advice}".rstrip() + f" ({surprise.code})"
        yield from _labelled("Note:", wrapped(note))
        if surprise.fix is not None:
            yield from _labelled("Fix:", list(_fix_lines(surprise.fix)))
    yield from _preflight(report)


def _evidence(evidence: Sequence[Excerpt]) -> Iterable[Line]:
    for excerpt in evidence:
        yield Line(f"    {excerpt.line}")
        if excerpt.remark:
            remark = f"^ {excerpt.remark}"
            # NB: under the part that matters, unless that is too far to the right.
            column = min(excerpt.start, max(1, WIDTH - 4 - len(remark)))
            yield Line(f"    {' ' * column}{remark}", "pointer")


def _preflight(report: Report) -> Iterable[Line]:
    story = report.preflight
    if story.why_not and report.verdict == "readable":
        yield from _heading("Why no preflight")
        yield from _hanging(f"{story.why_not[:1].upper()}{story.why_not[1:]}.")
    if story.causes:
        title = {"sent": "Why a preflight", "remembered": "Why a preflight (remembered)"}
        yield from _heading(title.get(story.outcome, "Why a preflight would be needed"))
        for cause in story.causes:
            yield from _hanging(f"{cause.subject}: {cause.sentence}" if cause.subject else cause.sentence)
    if any(each.seconds is not None for each in story.remembered):
        durations = ", ".join(
            f"{each.browser} {'not at all' if each.seconds is None else f'{each.seconds:g} s'}"
            for each in story.remembered
        )
        yield from _hanging(f"The preflight response is remembered for this URL: {durations}.")


def cause_lines(causes: Iterable[ServerCause]) -> Iterable[Line]:
    """
    Yield causes: what each means, who answered by which sign, and what to change there.
    """
    for cause in causes:
        claim, sign = cause_sentences(cause)
        yield from _labelled("Cause:", [*wrapped(claim), *wrapped(f"({sign})")])


def _command_lines(command: str) -> list[str]:
    """
    Return a command in lines that a shell joins.
    """
    options, _, url = command.rpartition(" ")
    lines = [*options.replace(" -H ", "\n  -H ").split("\n"), f"  {url}"]
    return [*(f"{line} \\" for line in lines[:-1]), lines[-1]]


def _fix_lines(fix: Fix) -> Iterable[str]:
    """
    Yield a fix: what to change, the headers to copy, where it was proven, and what to consider.
    """
    yield from wrapped(fix.summary)
    for change in fix.requests:
        yield f"  {change.after}"
    for answer in fix.answers:
        yield from _answer_lines(answer)
    everywhere = set(browser_names()) <= set(fix.proven_in)
    proven = "every browser" if everywhere else ", ".join(browser_label(name) for name in fix.proven_in)
    yield f"  (proven by replay in {proven})"
    for warning in fix.warnings:
        yield from (f"  {line}" for line in wrapped(f"! {warning}", WIDTH - LABEL_WIDTH - 2))


def _answer_lines(answer: AnswerChange) -> Iterable[str]:
    unseen = ", which was not recorded" if answer.is_assumed else ""
    if answer.is_stored:
        unseen = f" ({STORED})"
    yield from wrapped(f"in the response to {answer.method} {answer.url}{unseen}:")
    if answer.status is not None:
        yield f"  status {answer.status}"
    for header in answer.headers:
        yield f"  without {header.name}" if header.value is None else f"  {header.name}: {header.value}"


def describe_step(step: Step) -> str:
    """
    Return an applied rule in one line: the rule, its step, its outcome, and what it found.
    """
    return f"{step.algorithm}, step {step.step}: {step.outcome}, {step.sentence}"


def describe_entry(entry: Entry, *, verbose: bool = False) -> list[str]:
    """
    Return an exchange as lines, as curl shows one: `>` for what was sent, `<` for what came back.

    For a response from the HTTP cache these are the lines of the stored exchange.

    Args:
        entry: The exchange, or what a cache gave instead of one.
        verbose: Whether to show all headers, and not only those that matter for CORS.
    """
    if entry.kind == "remembered-preflight":
        names = "".join(f" with {value}" for _, value in entry.request_headers)
        return [f"remembered  {entry.method} {entry.url}{names}: no preflight is sent"]
    outcome = "no response" if entry.status is None else f"{entry.status} {entry.status_text}".rstrip()
    about = [f"  ({REMARKS[entry.kind]})"] if entry.kind in REMARKS else []
    if entry.cached is not None:
        about = [f"  ({describe_cached(entry.cached)})"]
    return [
        f"{SHORT_KINDS.get(entry.kind, entry.kind):<9}  {entry.method} {entry.url} -> {outcome}",
        *about,
        *_header_lines(">", entry.request_headers, verbose=verbose),
        *_header_lines("<", entry.response_headers, verbose=verbose),
    ]


def _header_lines(mark: str, lines: Sequence[tuple[str, str]], *, verbose: bool) -> Iterable[str]:
    kept = [line for line in lines if verbose or CORS_HEADERS.fullmatch(line[0].strip())]
    for name, value in kept[: MOST_ITEMS + 1]:
        yield f"  {mark} ... {value}" if name == "..." else f"  {mark} {name}: {value}"


def labelled(label: str, lines: Sequence[str]) -> list[str]:
    """
    Return *lines* under a label that stands out.
    """
    return [f"{'' if position else label:<{LABEL_WIDTH}}{line}" for position, line in enumerate(lines)]


def wrapped(text: str, width: int = WIDTH - LABEL_WIDTH) -> list[str]:
    """
    Return *text* in lines that fit, broken at spaces only, so that nothing that is copied is torn.
    """
    # NB: ten times as fast as `textwrap.wrap`, and a report wraps some thirty texts.
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line.rstrip())
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def _labelled(label: str, lines: Sequence[str]) -> Iterable[Line]:
    return (Line(line) for line in labelled(label, lines))


def _heading(text: str) -> Iterable[Line]:
    yield Line()
    yield Line(text, "heading")


def _paragraph(text: str) -> Iterable[Line]:
    return (Line(line) for line in wrapped(text, WIDTH))


def _hanging(text: str) -> Iterable[Line]:
    first, *rest = wrapped(text, WIDTH - 4)
    yield Line(f"  {first}")
    yield from (Line(f"    {line}") for line in rest)
