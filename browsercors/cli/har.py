"""
`browsercors har`: judge the requests in a recording.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs
import click

from browsercors.cli.arguments import read_origin
from browsercors.cli.browsers import BrowserName
from browsercors.cli.har_console import ConsoleLines, read_console_file
from browsercors.cli.har_file import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.cli.har_console import Conclusion
    from browsercors.explain.formats.text import Line
    from browsercors.har.reading import HarProblem
    from browsercors.har.verdicts import HarReading, HarVerdict

__all__ = ["har"]

MOST_KINDS: Final = 200
"""How many kinds of failures are explained at most."""
MOST_PROBLEMS: Final = 100
"""How many problems of a file are reported one by one at most."""
WIDTH: Final = 80

SKIPPED: Final = {
    "same-origin": "to the page's own origin",
    "no-cors": "without CORS: images, scripts, styles and the like",
    "navigate": "for documents",
    "websocket": "for WebSockets",
    "other schemes": "of other schemes",
}


@click.command()
@click.argument("file")
@click.option(
    "--browser",
    type=BrowserName(("auto",)),
    default="auto",
    show_default=True,
    help="The browser to simulate; auto is the one that made the recording.",
)
@click.option("--origin", metavar="ORIGIN", help="Only judge requests that pages of this origin made.")
@click.option("--console", "console_path", metavar="FILE", help="Console lines that belong to the recording.")
@click.option("--html", "html_path", metavar="OUT", help="Also write the reports to OUT as one HTML page.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
@click.option("-v", "--verbose", is_flag=True, help="Show how the page, the mode and the credentials were inferred.")
@click.pass_context
def har(
    context: click.Context,
    /,
    *,
    file: str,
    browser: str,
    origin: str | None,
    console_path: str | None,
    html_path: str | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """
    Judge every cross-origin request in FILE, a HAR file as DevTools exports it.

    \b
    browsercors har shop.har
    browsercors har shop.har --origin https://app.example.com -v
    browsercors har shop.har --console console.txt

    A simulated browser makes the requests again and gets the recorded
    responses; nothing is contacted. Entries are numbered from 0, as in
    log.entries. FILE may be compressed with gzip; - is stdin.

    \b
    Exit status:
      0  nothing was blocked, as far as FILE shows
      1  something was blocked
      2  FILE cannot be read, or ends early; what comes before is reported
    """  # noqa: D301 - click wants the backspace itself
    from browsercors.engines.registry import profile_named
    from browsercors.har.replaying import read_har

    wanted = None if origin is None else read_origin("--origin", origin, may_be_null=True)
    console = ConsoleLines([]) if console_path is None else read_console_file(console_path)
    output = _Output(console, as_json=as_json, verbose=verbose, keeps_results=html_path is not None)
    problems = _Problems()
    with opened(file) as recording:
        reading = read_har(
            recording, browser="auto" if browser == "auto" else profile_named(browser), on_problem=problems.report
        )
        verdicts = 0
        for verdict in reading:
            verdicts += 1
            if wanted in (None, verdict.page_origin):
                output.add(verdict)
    output.end(reading, problems.reported)
    if html_path is not None:
        _write_html(html_path, output.results, without_report=output.kinds - len(output.results))
    problems.end()
    if reading.problems and not problems.is_broken and not verdicts and not reading.counts:
        click.echo("Error: no verdict: none of the entries can be read", err=True)
        context.exit(2)
    context.exit(2 if problems.is_broken else 1 if output.has_problems else 0)


class _Problems:
    """
    Reports on stderr what cannot be read in the file.
    """

    def __init__(self) -> None:
        self.reported: list[HarProblem] = []
        self.is_broken = False
        self._unreported = 0

    def report(self, problem: HarProblem) -> None:
        from browsercors.explain.words.sanitise import shown

        self.is_broken = self.is_broken or problem.ends_reading
        if not problem.ends_reading and len(self.reported) >= MOST_PROBLEMS:
            self._unreported += 1
            return
        self.reported.append(problem)
        click.echo(f"{'Error' if problem.ends_reading else 'Warning'}: {shown(problem)}", err=True)

    def end(self) -> None:
        if self._unreported:
            click.echo(f"Warning: {self._unreported} more problems", err=True)


@attrs.define
class _Kind:
    """
    Failures that are alike: the same page, reason and server.
    """

    example: HarVerdict
    conclusion: Conclusion
    count: int = 1


class _Output:
    """
    The output: a line for each verdict as it comes, then each kind of failure once, then the counts.
    """

    def __init__(self, console: ConsoleLines, *, as_json: bool, verbose: bool, keeps_results: bool) -> None:
        self._console = console
        self._as_json = as_json
        self._verbose = verbose
        self._keeps_results = keeps_results
        self._kinds: dict[tuple[str, ...], _Kind] = {}
        self._counts = dict.fromkeys(("readable", "blocked", "stopped", "undecided", "contradictory"), 0)
        self._is_first = True
        self.has_problems = False
        self.results: list[HarVerdict] = []

    def add(self, verdict: HarVerdict) -> None:
        conclusion = self._console.conclude(verdict)
        self.has_problems = self.has_problems or conclusion.outcome == "blocked"
        self._counts[conclusion.outcome] += 1
        self._counts["contradictory"] += bool(verdict.contradictions or conclusion.disagreement)
        place = self._keep(verdict, conclusion)
        if self._as_json:
            self._write_json(verdict, conclusion, place)
            return
        from browsercors.cli.terminal import write

        write(self._lines(verdict, conclusion))

    def _keep(self, verdict: HarVerdict, conclusion: Conclusion) -> int | None:
        """
        Count *verdict* among those like it, and keep the first of each kind.

        Returns:
            The place of its kind among those that are explained; None if it is not explained.
        """
        kind = _kind_of(verdict, conclusion)
        if kind in self._kinds:
            self._kinds[kind].count += 1
        elif conclusion.outcome != "readable" and len(self._kinds) < MOST_KINDS:
            self._kinds[kind] = _Kind(verdict, conclusion)
            # NB: where the recording or the console says what happened, the replay's report would say something else.
            if self._keeps_results and _said_by_recording_or_console(self._kinds[kind]) is None:
                self.results.append(verdict)
        return list(self._kinds).index(kind) if kind in self._kinds else None

    @property
    def kinds(self) -> int:
        """
        How many kinds of failures there were.
        """
        return len(self._kinds)

    def end(self, reading: HarReading, problems: list[HarProblem]) -> None:
        if self._as_json:
            self._end_json(reading, problems)
            return
        from browsercors.cli.terminal import write

        write(self._explanations())
        if reading.entries:
            write(self._summary(reading))

    def _lines(self, verdict: HarVerdict, conclusion: Conclusion) -> Iterator[Line]:
        from browsercors.cli.report import verdict as verdict_line
        from browsercors.explain.formats.text import Line
        from browsercors.explain.words.sanitise import shown

        text, style = _verdict_line(verdict, conclusion)
        yield Line(f"{text}  {shown(verdict.method)} {shown(verdict.url)}  (entry {verdict.entry})", style)
        if verdict.otherwise is not None and (self._verbose or not verdict.knows_credentials):
            other = "include" if verdict.credentials != "include" else "same-origin"
            yield from _hanging(f"with credentials {other}: {verdict_line(verdict.otherwise).text}")
        for contradiction in (*verdict.contradictions, conclusion.disagreement):
            if contradiction:
                yield from _hanging(f"but: {shown(contradiction)}")
        if self._verbose or conclusion.disagreement or conclusion.is_by_console:
            for message in conclusion.lines:
                yield from _hanging(f"console: {shown(message.line)}")
        if self._verbose:
            yield from _hanging(f"page: {shown(verdict.page_origin)}; {'; '.join(map(shown, verdict.inferred_from))}")
            for unknown in verdict.unknown:
                yield from _hanging(f"unknown: {shown(unknown)}")

    def _explanations(self) -> Iterator[Line]:
        from browsercors.explain.formats.text import Line
        from browsercors.explain.words.sanitise import shown

        for kind in self._kinds.values():
            example = kind.example
            yield Line()
            count = _counted(kind.count, "request")
            yield Line(f"{count} like {shown(example.method)} {shown(example.url)} (entry {example.entry})", "heading")
            yield Line()
            yield from _explanation(kind)

    def _summary(self, reading: HarReading) -> Iterator[Line]:
        from browsercors.explain.formats.text import Line
        from browsercors.explain.words.sanitise import shown

        counts = self._counts
        total = sum(counts.values()) - counts["contradictory"]
        yield Line()
        yield Line(
            f"{_counted(total, 'cross-origin request')}: {counts['readable']} readable, {counts['blocked']} blocked, "
            f"{counts['undecided']} without a verdict",
            "heading",
        )
        if counts["stopped"]:
            yield Line(f"  {counts['stopped']} stopped on the user's side, by an extension or without a network")
        if reading.missing_preflights:
            yield from _hanging(_missing_preflights(reading), indent=2)
        if counts["contradictory"]:
            yield Line(f"  {counts['contradictory']} where recording and simulation disagree")
        for name, count in sorted(reading.counts.items()):
            what = SKIPPED.get(name, f"of the scheme {shown(name)}")
            yield Line(f"  {_counted(count, 'request')} left out, {what}")
        if reading.problems:
            yield Line(f"  {_counted(reading.problems, 'problem')} with the file")
        if self._console.unused:
            yield Line(f"  {_counted(self._console.unused, 'line')} of the console about none of these requests")
        if reading.creator:
            yield Line(f"  recorded by {shown(_recorder_named(reading))}, judged as {reading.browser}")
            for sentence in () if reading.recorder is None else reading.recorder.leaves_out:
                yield from _hanging(sentence)

    def _write_json(self, verdict: HarVerdict, conclusion: Conclusion, place: int | None) -> None:
        from browsercors.cli.terminal import write_text

        data = {
            **verdict.to_dict(),
            "outcome": conclusion.outcome,
            "code": conclusion.code,
            "explanation": place,
            "console": conclusion.lines_as_data(),
        }
        # NB: one by one, so that a large document needs no more memory than one verdict.
        write_text(f"{self._json_opening()}{json.dumps(data)}")
        self._is_first = False

    def _json_opening(self) -> str:
        return '{"version": 1, "verdicts": [\n' if self._is_first else ",\n"

    def _end_json(self, reading: HarReading, problems: list[HarProblem]) -> None:
        from browsercors.cli.terminal import write_text

        rest = {
            "browser": reading.browser,
            "creator": reading.creator,
            "recorder": None
            if reading.recorder is None
            else {"name": reading.recorder.name, "leaves_out": list(reading.recorder.leaves_out)},
            "entries": reading.entries,
            "preflights": reading.preflights,
            "missing_preflights": reading.missing_preflights,
            "explanations": [_explanation_as_data(kind) for kind in self._kinds.values()],
            "left_out": dict(sorted(reading.counts.items())),
            "problems": [attrs.asdict(problem) for problem in problems],
        }
        opening = self._json_opening() if self._is_first else ""
        write_text(f"{opening}\n], {json.dumps(rest)[1:]}\n")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _verdict_line(verdict: HarVerdict, conclusion: Conclusion) -> Line:
    """
    Return the verdict in one line: that of the replay, unless the recording or the console says more.
    """
    from browsercors.cli.report import verdict as verdict_line
    from browsercors.explain.formats.text import verdict_as_line

    if conclusion.outcome == "undecided" and verdict.is_disproved:
        return verdict_as_line("undecided", conclusion.code)
    if conclusion.outcome == "stopped":
        return verdict_as_line("undecided", conclusion.code)._replace(text=f"NOT CORS  {conclusion.code}")
    if verdict.is_by_recording or conclusion.is_by_console:
        return verdict_as_line("blocked", conclusion.code)
    return verdict_line(verdict.result)


def _explanation(kind: _Kind) -> Iterator[Line]:
    """
    Yield the lines that explain a kind of failure.
    """
    from browsercors.explain.formats.text import Line, brief, wrapped

    sentences = _said_by_recording_or_console(kind)
    if sentences is not None:
        yield from (Line(line) for line in wrapped(sentences, WIDTH))
        return
    first, *rest = brief(kind.example.result.report())
    yield from (Line(line) for line in wrapped(first.text, WIDTH))
    yield from rest


def _said_by_recording_or_console(kind: _Kind) -> str | None:
    """
    Return what the recording or the console says about a failure; None if the replay found it.
    """
    from browsercors.explain.words.sanitise import shown

    recorded, conclusion = kind.example.recorded, kind.conclusion
    if conclusion.is_by_console:
        line = next(line for line in conclusion.lines if line.meanings[0].name == conclusion.code)
        return f"The console says: {shown(line.line)} (For details: `browsercors reason {conclusion.code}`.)"
    is_open = conclusion.outcome == "undecided"
    if is_open and kind.example.is_disproved:
        return _DISPROVED
    if recorded.code is not None and (kind.example.is_by_recording or (is_open and recorded.status is None)):
        return f"The recording says {shown(recorded.error)}. {recorded.code.meaning} {recorded.code.advice}"
    if is_open and recorded.outcome == "failed" and not recorded.error:
        return _WITHOUT_A_REASON
    return None


_DISPROVED: Final = (
    "By its responses the page could not have read the response, but the recording shows that this did not stop the "
    "request. Something may have let it pass that is not in the file: an extension, a service worker, a permission of "
    "the user, or a browser whose security was turned off. Or a tool changed the headers in the file."
)
_WITHOUT_A_REASON: Final = (
    "The recording has neither a response nor a reason for the failure. The console says why: give its lines as well, "
    "by --console FILE."
)


def _explanation_as_data(kind: _Kind) -> dict[str, Any]:
    from browsercors.explain.formats.json import report_as_data

    sentences = _said_by_recording_or_console(kind)
    report = None
    if sentences is None:
        # NB: the exchanges are in the file, where the entry numbers say, and the finding is in the verdict.
        whole = report_as_data(kind.example.result.report())
        report = {name: value for name, value in whole.items() if name not in {"timeline", "steps"}}
    return {
        "count": kind.count,
        "entry": kind.example.entry,
        "code": kind.conclusion.code,
        "text": sentences,
        "report": report,
    }


def _missing_preflights(reading: HarReading) -> str:
    count = reading.missing_preflights
    needed = f"{_counted(count, 'request')} needed one"
    if not reading.preflights:
        return f"the file has no preflights, but {needed}: all count as allowed"
    return f"{_counted(count, 'request')} needed a preflight that the file lacks: it counts as allowed"


def _recorder_named(reading: HarReading) -> str:
    """
    Return the name of the recorder: the well-known one, and the one in the file if it is different.
    """
    recorder = reading.recorder
    if recorder is None or recorder.name == reading.creator:
        return reading.creator
    return f"{recorder.name} ({reading.creator})"


def _kind_of(verdict: HarVerdict, conclusion: Conclusion) -> tuple[str, ...]:
    from browsercors.values.urls import parse_url

    block = verdict.result.block
    url = parse_url(verdict.url)
    server = "" if url is None else url.origin.serialized
    during_preflight = str(block is not None and block.during_preflight)
    return (verdict.page_origin, server, conclusion.outcome, conclusion.code, during_preflight)


def _hanging(text: str, indent: int = 4) -> Iterator[Line]:
    from browsercors.explain.formats.text import Line, wrapped

    first, *rest = wrapped(text, WIDTH - indent - 2) or [""]
    yield Line(f"{' ' * indent}{first}", "quiet")
    yield from (Line(f"{' ' * (indent + 2)}{line}", "quiet") for line in rest)


def _write_html(path: str, verdicts: list[HarVerdict], *, without_report: int) -> None:
    """
    Write the report on one request of each kind of failure that the replay explains.
    """
    from browsercors.cli.report import write_page

    write_page(path, [verdict.result.report() for verdict in verdicts], "Cross-origin requests")
    if without_report:
        has = "has" if without_report == 1 else "have"
        what = "the recording or the console says what happened"
        click.echo(f"Note: {_counted(without_report, 'failure')} {has} no report in {path}: {what}", err=True)
