"""
The HTML elements that several sections of a report use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.formats.html.markup import Markup, element, joined
from browsercors.explain.words.causes import known_as, who_answered
from browsercors.explain.words.labels import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.explain.report import ServerCause

__all__ = ["NOTHING", "badge", "causes_as_markup", "folded", "header_lines", "paragraph", "table"]

NOTHING: Final = Markup("")


def badge(verdict: str) -> Markup:
    """
    Return a verdict as a word, with a sign that screen readers skip.
    """
    sign, word = VERDICTS[verdict]
    return element("span", element("span", sign, aria_hidden="true"), f" {word}", class_="badge")


def causes_as_markup(causes: Iterable[ServerCause]) -> Markup:
    """
    Return who answered: what each cause means, its remedy, its sign, and how it is known; nothing without causes.
    """
    parts: list[Markup] = []
    for cause in causes:
        rows = (
            ("Answered by", who_answered(cause.who, cause.sure)),
            ("Its sign", element("code", cause.sign)),
            ("Known", f"{known_as(cause.sure)} ({cause.source})"),
        )
        parts.append(element("p", element("strong", cause.meaning), " ", cause.remedy))
        parts.append(element("dl", *(joined((element("dt", name), element("dd", value))) for name, value in rows)))
    return joined(parts)


def paragraph(text: str, class_: str = "") -> Markup:
    """
    Return a paragraph; nothing without text.
    """
    if not text:
        return NOTHING
    return element("p", text, class_=class_) if class_ else element("p", text)


def folded(title: str, *content: str) -> Markup:
    """
    Return content that opens on demand.
    """
    return element("details", element("summary", title), element("div", *content, class_="inside"), class_="more")


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, kind: str = "") -> Markup:
    """
    Return a table whose first column names what its rows are about; nothing without rows.

    *kind* is the class that the table has.
    """
    if not rows:
        return NOTHING
    head = element("tr", *(element("th", title, scope="col") for title in header))
    body = [
        element("tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:])) for row in rows
    ]
    parts = element("thead", head), element("tbody", *body)
    return element("table", *parts, class_=kind) if kind else element("table", *parts)


def header_lines(lines: Iterable[tuple[str, str]]) -> Markup:
    """
    Return header lines ready to be copied; nothing if there are none.
    """
    # NB: the line break after a row is invisible; it helps those who read or copy the page without its style.
    rows = [element("span", element("b", f"{name}:"), f" {value}", Markup("\n"), class_="row") for name, value in lines]
    return element("pre", element("code", *rows)) if rows else NOTHING
