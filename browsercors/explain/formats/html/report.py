"""
One report as HTML: its sections, in the order in which they are read.

What a reader has to act on comes first; exchanges and rules open on demand. Nothing depends on scripts: browsers open
`details` when a link leads into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.explain.formats.html.fixes import fix_as_html
from browsercors.explain.formats.html.markup import Markup, element, joined, link
from browsercors.explain.formats.html.pieces import (
    NOTHING,
    badge,
    causes_as_markup,
    folded,
    header_lines,
    paragraph,
    table,
)
from browsercors.explain.formats.sequence_diagram import diagram_of
from browsercors.explain.formats.svg import diagram_as_svg
from browsercors.explain.words.labels import (
    KINDS,
    OUTCOMES,
    VERDICTS,
    attempt_fields,
    duration_label,
    entry_outcome,
    name_label,
    preflight_label,
)
from browsercors.explain.words.reasons import browser_label
from browsercors.explain.words.sanitise import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from browsercors.explain.configurations.choose import Configuration
    from browsercors.explain.report import Entry, Excerpt, Fix, PreflightStory, Report, Surprise

__all__ = ["ReportPage"]

LONGEST_LINE: Final = 84
LONGEST_INDENT: Final = 44
"""The longest line, and the furthest column in it, for which a remark stands right below the part that it is about."""


@attrs.frozen
class ReportPage:
    """
    A report that is written as HTML.

    Attributes:
        report: The report.
        number: Its number on the page, counted from 1; every `id` holds it.
        configurations: Gives the server configurations of a fix.
    """

    report: Report
    number: int
    configurations: Callable[[Fix], Sequence[Configuration]]

    def headline(self) -> Markup:
        """
        Return the headline of the report.
        """
        return element("h2", self.report.headline, id=f"verdict-{self.number}")

    def verdict(self, *, is_said: bool = False) -> Markup:
        """
        Return the verdict, unless it *is_said* already, its code, and the browser.
        """
        report = self.report
        code = element("code", report.code) if report.code not in {"", report.verdict} else NOTHING
        browser = element("span", f"in {browser_label(report.browser)}", class_="muted")
        return element("p", NOTHING if is_said else badge(report.verdict), code, browser, class_="verdict")

    def body(self) -> Markup:
        """
        Return everything after the verdict and the headline.
        """
        report = self.report
        sections = (
            ("What the page tried", self._tried()),
            ("What decided", self._evidence() + self._rule() + self._notes()),
            ("Why the server answered so", self._causes()),
            ("What each browser calls it", self._names()),
            ("Fix" if len(report.fixes) == 1 else "Fixes", self._fixes()),
            ("What would fail next", self._behind()),
            ("Advice", paragraph(report.advice)),
            ("The preflight", _preflight(report.preflight)),
            ("Headers that the page sees", self._headers()),
            ("Surprises", joined([self._surprise(surprise) for surprise in report.surprises])),
            ("In each browser", self._differences()),
            ("Exchanges", self._diagram() + joined(map(self._exchange, range(len(report.timeline))))),
            ("How it was decided", self._steps()),
        )
        return joined([element("section", element("h3", title), content) for title, content in sections if content])

    def _tried(self) -> Markup:
        tried = self.report.tried
        rows = [
            joined((element("dt", name), element("dd", element("code", value))))
            for name, value in attempt_fields(tried)
        ]
        return element("dl", *rows) + _labelled_lines("Headers that the page set", tried.headers)

    def _evidence(self) -> Markup:
        excerpts = self.report.evidence
        if not excerpts:
            return NOTHING
        shown: set[int | None] = set()
        parts = []
        for excerpt in excerpts:
            parts.append(self._excerpt(excerpt, is_first=excerpt.entry not in shown))
            shown.add(excerpt.entry)
        return element("div", *parts, class_="evidence")

    def _excerpt(self, excerpt: Excerpt, *, is_first: bool) -> Markup:
        line, start, end = excerpt.line, excerpt.start, max(excerpt.start, excerpt.end)
        marked = element("mark", line[start:end]) if line[start:end] else NOTHING
        parts = [element("p", element("code", line[:start], marked, line[end:]))]
        if is_first and excerpt.entry is not None and excerpt.entry < len(self.report.timeline):
            to_exchange = element("a", f"exchange {excerpt.entry + 1}", href=f"#{self._target(excerpt.entry)}")
            parts.insert(0, element("p", to_exchange, class_="seen"))
        if excerpt.remark:
            parts.append(_remark(excerpt, is_marked=bool(marked)))
        return element("div", *parts, class_="excerpt")

    def _rule(self) -> Markup:
        rule = self.report.rule
        if rule is None:
            return NOTHING
        where = link(rule.url, f"{rule.algorithm}, step {rule.step}")
        return element("p", element("strong", "The rule: "), rule.text, " (", where, ")")

    def _notes(self) -> Markup:
        return joined([element("p", element("strong", "Note: "), note) for note in self.report.notes])

    def _causes(self) -> Markup:
        parts = [causes_as_markup(self.report.causes)]
        if self.report.curl:
            parts.append(element("p", "To find out which layer answers so, ask each one:"))
            parts.append(element("pre", element("code", self.report.curl)))
        return joined(parts)

    def _names(self) -> Markup:
        rows = [
            (
                browser_label(name.browser),
                joined(
                    (
                        element("code", name.name) if name.name else name_label(name.name),
                        joined((" with ", element("code", name.parameter))) if name.parameter else "",
                    )
                ),
            )
            for name in self.report.names
        ]
        return table(("Browser", "Its name for this"), rows, kind="browsers")

    def _fixes(self) -> Markup:
        fixes = self.report.fixes
        are_several = len(fixes) > 1
        return joined(
            [
                element(
                    "div",
                    element("h4", f"Fix {number}: " if are_several else "", fix.summary),
                    self._fix(fix),
                    class_="fix",
                )
                for number, fix in enumerate(fixes, 1)
            ]
        )

    def _fix(self, fix: Fix) -> Markup:
        return fix_as_html(fix, self.configurations)

    def _behind(self) -> Markup:
        obstacles = self.report.behind
        if not obstacles:
            return NOTHING
        lead = element("p", "Once the first failure is fixed, these would fail next, one after the other:")
        return lead + element(
            "ol", *(element("li", obstacle.sentence, " ", element("code", obstacle.code)) for obstacle in obstacles)
        )

    def _headers(self) -> Markup:
        visible, hidden = self.report.visible_headers, self.report.hidden_headers
        if not visible and not hidden:
            return NOTHING
        return _name_list("Visible", visible) + _name_list("Hidden", hidden)

    def _surprise(self, surprise: Surprise) -> Markup:
        fix = NOTHING if surprise.fix is None else element("p", surprise.fix.summary) + self._fix(surprise.fix)
        return element(
            "div",
            element("h4", surprise.sentence),
            element("p", element("code", surprise.code), f" {surprise.advice}".rstrip()),
            fix,
            class_="fix",
        )

    def _differences(self) -> Markup:
        report = self.report
        if not report.differences:
            return NOTHING
        own = element("span", " ".join(VERDICTS[report.verdict]), class_=f"tone {report.verdict}")
        code = element("code", report.code) if report.code not in {"", report.verdict} else NOTHING
        rows = [(browser_label(report.browser), own, joined((code, " this report is about it")))]
        rows += [
            (
                browser_label(difference.browser),
                element("span", " ".join(VERDICTS[difference.verdict]), class_=f"tone {difference.verdict}"),
                joined(
                    (element("code", difference.code) if difference.code else "", f" {difference.sentence}".rstrip())
                ),
            )
            for difference in report.differences
        ]
        return table(("Browser", "Verdict", "Why"), rows, kind="browsers")

    def _diagram(self) -> Markup:
        timeline = self.report.timeline
        drawing = diagram_as_svg(
            diagram_of(self.report),
            [self._target(number) for number in range(len(timeline))],
            [f"{number}. {KINDS[entry.kind]}: {_entry_line(entry)}" for number, entry in enumerate(timeline, 1)],
            f"diagram-{self.number}",
        )
        return element(
            "div", drawing, class_="figure", role="region", tabindex=0, aria_label="Sequence diagram of the exchanges"
        )

    def _target(self, entry: int) -> str:
        return f"exchange-{self.number}-{entry + 1}"

    def _exchange(self, number: int) -> Markup:
        entry = self.report.timeline[number]
        summary = element(
            "summary",
            f"{number + 1}. ",
            element("span", KINDS[entry.kind], class_="kind"),
            " ",
            element("code", f"{entry.method} {entry.url}"),
            f" → {entry_outcome(entry)}",
        )
        when = paragraph(f"At {entry.time:.12g} s of simulated time.", "muted small") if entry.time else NOTHING
        sent, received = (
            ("Sent", "Received") if entry.cached is None else ("Stored for this request", "The stored response")
        )
        lines = _labelled_lines(sent, entry.request_headers) + _labelled_lines(received, entry.response_headers)
        nothing = NOTHING if lines else paragraph("No header lines.", "muted small")
        # NB: a link to what is inside opens it; one to the `details` itself would not.
        inside = element("div", when, lines, nothing, id=self._target(number), tabindex=-1, class_="inside")
        return element("details", summary, inside, class_="more entry")

    def _steps(self) -> Markup:
        if not self.report.steps:
            return NOTHING
        rows = [
            (
                " ".join(OUTCOMES[step.outcome]),
                link(step.url, f"{step.algorithm}, step {step.step}"),
                step.sentence,
            )
            for step in self.report.steps
        ]
        return folded("Every rule that was applied, in order", table(("Outcome", "Rule", "What it found"), rows))


def _remark(excerpt: Excerpt, *, is_marked: bool) -> Markup:
    """
    Return what is wrong with a line, below the part that is wrong if there is room.
    """
    about = element("span", "The marked part ", class_="unseen") if is_marked else NOTHING
    column = len(printable(excerpt.line[: excerpt.start])) if is_marked else 0
    if column > LONGEST_INDENT or len(printable(excerpt.line)) > LONGEST_LINE:
        return element("p", element("span", about, excerpt.remark), class_="remark")
    indent = element("code", " " * column, class_="indent", aria_hidden="true")
    pointer = element("span", "▲ ", aria_hidden="true")
    return element("p", indent, element("span", pointer, about, excerpt.remark), class_="remark")


def _name_list(label: str, names: Sequence[str]) -> Markup:
    if not names:
        return element("p", element("strong", f"{label}: "), "none")
    items = [element("li", element("code", name)) for name in names]
    return element("p", element("strong", f"{label} ({len(names)}):")) + element("ul", *items, class_="names")


def _preflight(story: PreflightStory) -> Markup:
    causes = [
        element("li", element("code", cause.subject) + ": " if cause.subject else "", cause.sentence)
        for cause in story.causes
    ]
    rows = [(browser_label(item.browser), duration_label(item.seconds)) for item in story.remembered]
    return joined(
        (
            element("p", preflight_label(story), " It is needed because of:" if causes else ""),
            element("ul", *causes) if causes else "",
            table(("Browser", "Remembers the response for"), rows),
        )
    )


def _labelled_lines(label: str, lines: Sequence[tuple[str, str]]) -> Markup:
    return element("h4", label) + header_lines(lines) if lines else NOTHING


def _entry_line(entry: Entry) -> str:
    return f"{entry.method} {entry.url} → {entry_outcome(entry)}"
