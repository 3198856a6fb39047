"""
A fix as HTML: the header lines to copy, the changes to the page, and the server configurations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.formats.html.markup import Markup, element, joined, link
from browsercors.explain.formats.html.pieces import NOTHING, folded, header_lines, paragraph
from browsercors.explain.words.labels import before_line, change_title, new_lines, proof_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from browsercors.explain.configurations.choose import Configuration
    from browsercors.explain.report import AnswerChange, Fix

__all__ = ["fix_as_html"]

PROOFS: Final = {
    True: "The tests of browsercors run this on a real server.",
    False: "Written from the documentation; the tests of browsercors do not run it.",
}

MOST_SIDE_BY_SIDE: Final = 3
"""The most configurations that are shown one by one; more of them are folded under one title."""


def fix_as_html(fix: Fix, configurations: Callable[[Fix], Sequence[Configuration]]) -> Markup:
    """
    Return where to make a fix and what proves it, the change itself, its warnings, and its configurations.
    """
    return joined(
        (
            element(
                "p",
                element("span", "✓ ", aria_hidden="true") if fix.proven_in else "",
                proof_label(fix),
                class_="proof small" if fix.proven_in else "muted small",
            ),
            *map(_answer_change, fix.answers),
            _request_changes(fix),
            *(_warning(warning) for warning in fix.warnings),
            _configurations(configurations(fix)),
        )
    )


def _answer_change(change: AnswerChange) -> Markup:
    status = element("p", "Its status: ", element("code", str(change.status))) if change.status is not None else NOTHING
    notes = [element("li", line) for header in change.headers if (line := before_line(header))]
    return joined(
        (
            element("p", change_title(change)),
            status,
            header_lines(new_lines(change)),
            element("ul", *notes, class_="small muted") if notes else "",
        )
    )


def _request_changes(fix: Fix) -> Markup:
    if not fix.requests:
        return NOTHING
    items = [
        element(
            "li",
            f"{change.sentence} ",
            element("code", change.argument),
            ": ",
            element("code", change.before),
            " becomes ",
            element("code", change.after),
        )
        for change in fix.requests
    ]
    return element("p", "The page's call needs:") + element("ul", *items)


def _warning(text: str) -> Markup:
    return element(
        "p", element("strong", element("span", "⚠ ", aria_hidden="true"), "Consider: "), text, class_="warning"
    )


def _configurations(configurations: Sequence[Configuration]) -> Markup:
    each = joined(map(_configuration, configurations))
    if len(configurations) <= MOST_SIDE_BY_SIDE:
        return each
    return folded(f"The same as a configuration, for {len(configurations)} servers", each)


def _configuration(configuration: Configuration) -> Markup:
    files = [
        joined((element("p", element("code", file.name)), element("pre", element("code", *_code_rows(file.text)))))
        for file in configuration.files
    ]
    proof = PROOFS[configuration.is_run] if files else ""
    source = (
        element("p", link(configuration.source, "Documentation"), class_="small") if configuration.source else NOTHING
    )
    return folded(configuration.label, *files, paragraph(configuration.note), paragraph(proof, "muted small"), source)


def _code_rows(text: str) -> list[Markup]:
    return [joined((line, Markup("\n"))) for line in text.split("\n")]
