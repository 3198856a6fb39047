"""
How the command line writes reports: as text, as data, for other programs, and as a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from browsercors.explain.formats.text import WIDTH, Line, verdict_as_line, wrapped
from browsercors.explain.words.reasons import NO_VERDICT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.browser.loads import LoadResult
    from browsercors.browser.result import FetchResult, PageResult
    from browsercors.explain.configurations.choose import Configuration
    from browsercors.explain.report import Fix, Report

__all__ = ["configuration_lines", "has_no_verdict", "verdict", "write_formatted", "write_page"]

HINT: Final = "--server NAME shows the fix as configuration: "


def has_no_verdict(result: PageResult) -> bool:
    """
    Whether the simulation ended where a browser would have continued.
    """
    return result.block is not None and result.block.reason in NO_VERDICT


def verdict(result: FetchResult | LoadResult) -> Line:
    """
    Return the verdict on *result* in one line. This is cheaper than a report.
    """
    from browsercors.browser.loads import LoadResult
    from browsercors.explain.surprises.codes import SurpriseCode
    from browsercors.explain.words.sanitise import shown

    if isinstance(result, LoadResult):
        if result.block is None:
            return verdict_as_line("loaded", "")
        return verdict_as_line("undecided" if has_no_verdict(result) else "blocked", result.block.reason.value)
    if result.readable:
        return verdict_as_line("readable", f"{result.status} {shown(result.status_text) if result.status_text else ''}")
    if result.block is not None:
        return verdict_as_line("undecided" if has_no_verdict(result) else "blocked", result.block.reason.value)
    hidden = SurpriseCode.OPAQUE_RESPONSE if result.type == "opaque" else SurpriseCode.OPAQUE_REDIRECT
    return verdict_as_line("opaque", hidden.value)


def configuration_lines(report: Report, server: str) -> Iterable[Line]:
    """
    Yield the best fix as configuration of *server*, or of the detected server if *server* is empty.
    """
    from browsercors.explain.configurations.choose import SERVERS, configuration

    fix = _configurable(report)
    if fix is None or fix.needs is None:
        return
    yield Line()
    name = server or report.server
    if not name:
        yield from (Line(line, "quiet") for line in wrapped(f"{HINT}{', '.join(SERVERS)}", WIDTH))
        return
    yield from _lines_of(configuration(name, fix.needs))


def _configurable(report: Report) -> Fix | None:
    fixes = [*report.fixes, *(surprise.fix for surprise in report.surprises if surprise.fix is not None)]
    return next((fix for fix in fixes if fix.needs is not None), None)


def _lines_of(chosen: Configuration) -> Iterable[Line]:
    yield Line(f"As configuration of {chosen.label}", "heading")
    for file in chosen.files:
        yield Line(f"  {file.name}", "quiet")
        yield from (Line(f"    {line}".rstrip(), "code") for line in file.text.splitlines())
    for line in wrapped(chosen.note, WIDTH - 2):
        yield Line(f"  {line}")
    yield Line(f"  {chosen.source}", "quiet")


def write_formatted(
    results: Sequence[FetchResult | LoadResult], reports: Sequence[Report], *, form: str, as_list: bool
) -> None:
    """
    Write to stdout in a format for other programs.

    Args:
        results: The results.
        reports: Their reports.
        form: "json", "markdown" or "mermaid".
        as_list: Whether JSON is a list, even with one result.
    """
    from browsercors.cli.terminal import write_text

    if form == "json":
        import json

        from browsercors.explain.formats.json import report_as_data

        data: list[dict[str, Any]] = [
            {**result.to_dict(), "report": report_as_data(report)}
            for result, report in zip(results, reports, strict=True)
        ]
        write_text(json.dumps(data if as_list else data[0], indent=2) + "\n")
        return
    from browsercors.explain.formats.markdown import report_as_markdown
    from browsercors.explain.formats.mermaid import report_as_mermaid

    as_form = report_as_markdown if form == "markdown" else report_as_mermaid
    write_text("\n".join(as_form(report).rstrip("\n") + "\n" for report in reports))


def write_page(path: str, reports: Sequence[Report], title: str) -> None:
    """
    Write *reports* as one HTML page to the file *path*, or to stdout for "-".

    Raises:
        click.BadParameter: The file cannot be written.
    """
    from browsercors.cli.terminal import write_file
    from browsercors.explain.formats.html.page import report_as_html

    # NB: with many reports, each would repeat the configurations of all servers.
    page = report_as_html(reports, title=title, configurations=_configurations if len(reports) == 1 else None)
    write_file("--html", path, page)


def _configurations(fix: Fix) -> Sequence[Configuration]:
    from browsercors.explain.configurations.choose import SERVERS, configuration

    return () if fix.needs is None else [configuration(server, fix.needs) for server in SERVERS]
