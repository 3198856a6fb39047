"""
Reports as one self-contained HTML page: no script, no network, no other file, and a policy that says so.

One report is shown as it is. Several begin with a table that links to each of them.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from browsercors.explain.formats.html.markup import Markup, element, joined, void_element
from browsercors.explain.formats.html.pieces import NOTHING, badge
from browsercors.explain.formats.html.report import ReportPage
from browsercors.explain.formats.html.style import STYLE
from browsercors.explain.report import Report
from browsercors.explain.words.labels import VERDICTS
from browsercors.values.arguments import ArgumentTypeError, checked_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from browsercors.explain.configurations.choose import Configuration
    from browsercors.explain.report import Fix

__all__ = ["POLICY", "report_as_html"]

TITLE: Final = "CORS report"

POLICY: Final = (
    "default-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)
"""The page's Content-Security-Policy: its own style, and nothing else from anywhere."""

MOST_OPEN: Final = 3
"""The most reports that a page shows opened."""


def report_as_html(
    reports: Report | Sequence[Report],
    *,
    title: str = TITLE,
    configurations: Callable[[Fix], Sequence[Configuration]] | None = None,
    lead: Markup = NOTHING,
) -> str:
    """
    Return reports as an HTML page.

    Args:
        reports: One report, or several in reading order; an empty list is not an error.
        title: The title of the page.
        configurations: Gives the server configurations for a fix, the most likely first; None for no configurations.
        lead: HTML about all of the reports, which comes first.

    Returns:
        The whole document, to be written as UTF-8. It contains no script and loads nothing; its only external links
        lead to the rules and to documentation, over https.
    """
    give = configurations or _no_configurations
    checked_text("title", title, TITLE)
    listed = [*reports] if isinstance(reports, Iterable) else [reports]
    several = [report for report in listed if isinstance(report, Report)]
    if len(several) < len(listed):
        raise ArgumentTypeError(
            f"reports has to be a Report, which result.report() makes, or a list, not {reports!r:.80}"
        )
    pages = [ReportPage(report, number, give) for number, report in enumerate(several, 1)]
    shown = [_single(pages[0])] if len(pages) == 1 else [_one_of_many(page, len(pages) <= MOST_OPEN) for page in pages]
    body = joined(
        (
            element("a", "Skip to the report", href="#reports", class_="skip"),
            element("header", element("h1", title), class_="top"),
            element(
                "main",
                lead,
                NO_REPORTS if not pages and not lead else "",
                _summary(pages) if len(pages) > 1 else "",
                *shown,
                id="reports",
                class_="one" if len(pages) == 1 else "many",
                tabindex=-1,
            ),
            element("footer", element("p", "Made by browsercors, which simulates what browsers do."), class_="foot"),
        ),
        "\n",
    )
    return f"<!doctype html>\n{element('html', _head(title), element('body', body), lang='en')}\n"


NO_REPORTS: Final = element("p", "There is nothing to report.")


def _no_configurations(_: Fix) -> Sequence[Configuration]:
    return ()


def _head(title: str) -> Markup:
    return element(
        "head",
        void_element("meta", charset="utf-8"),
        # NB: `http-equiv` and not a header, since the page is a file; it stands before everything that it governs.
        void_element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        void_element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void_element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Markup(STYLE)),
    )


def _single(page: ReportPage) -> Markup:
    return element(
        "article",
        page.verdict(),
        page.headline(),
        page.body(),
        class_=f"report {page.report.verdict}",
        aria_labelledby=f"verdict-{page.number}",
    )


def _one_of_many(page: ReportPage, is_open: bool) -> Markup:
    inside = element(
        "div", page.verdict(is_said=True), page.body(), id=f"report-{page.number}", class_="inside", tabindex=-1
    )
    summary = element("summary", f"{page.number}. ", badge(page.report.verdict), " ", page.headline())
    return element(
        "article",
        element("details", summary, inside, open="") if is_open else element("details", summary, inside),
        class_=f"report {page.report.verdict}",
        aria_labelledby=f"verdict-{page.number}",
    )


def _summary(pages: Sequence[ReportPage]) -> Markup:
    """
    Return the table of the reports, with the count of each verdict above it.
    """
    counts: Counter[str] = Counter(page.report.verdict for page in pages)
    counted = ", ".join(
        f"{counts[verdict]} {word.lower()}" for verdict, (_, word) in VERDICTS.items() if counts[verdict]
    )
    head = element(
        "tr", *(element("th", name, scope="col") for name in ("No.", "Verdict", "Request, and what decided"))
    )
    rows = [_summary_row(page) for page in pages]
    return element(
        "nav",
        element("h2", f"{len(pages)} requests: {counted}", id="summary"),
        element("table", element("thead", head), element("tbody", *rows)),
        aria_labelledby="summary",
        class_="summary",
    )


def _summary_row(page: ReportPage) -> Markup:
    report = page.report
    request = element("a", f"{report.tried.method} {report.tried.url}", href=f"#report-{page.number}")
    code = (
        element("span", element("code", report.code), class_="why") if report.code not in {"", report.verdict} else ""
    )
    return element(
        "tr",
        element("td", str(page.number)),
        element("td", " ".join(VERDICTS[report.verdict]), class_=f"tone {report.verdict}"),
        element("th", request, code, scope="row"),
    )
