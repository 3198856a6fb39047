"""
`browsercors har`: judge what a browser recorded.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import attrs
import click

from browsercors.cli.arguments import read_origin
from browsercors.cli.browsers import BrowserName
from browsercors.cli.errors import bad_value, stdin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer

    from browsercors.explain.formats.text import Line
    from browsercors.har.reading import HarProblem
    from browsercors.har.verdicts import HarReading, HarVerdict

__all__ = ["har"]

MOST_KINDS: Final = 200
"""The most kinds of failures that are explained."""
MOST_PROBLEMS: Final = 100
"""The most problems of a file that are reported one by one."""
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
    html_path: str | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """
    Judge every cross-origin request in FILE, a HAR file as DevTools exports it.

    \b
    browsercors har shop.har
    browsercors har shop.har --origin https://app.example.com -v

    A simulated browser makes the requests again and gets the recorded
    responses; nothing is contacted. Entries are numbered from 0, as in
    log.entries. FILE may be compressed with gzip; - is stdin.

    \b
    Exit status:
      0  the pages could read every response from other origins
      1  a request was blocked, or failed in the recording
      2  FILE cannot be read, or ends early; what comes before is reported
    """  # noqa: D301 - click wants the backspace itself
    from browsercors.engines.registry import profile_named
    from browsercors.har.replaying import read_har

    wanted = None if origin is None else read_origin("--origin", origin, may_be_null=True)
    output = _Output(as_json=as_json, verbose=verbose, keeps_results=html_path is not None)
    problems = _Problems()
    with _opened(file) as opened:
        reading = read_har(
            opened, browser="auto" if browser == "auto" else profile_named(browser), on_problem=problems.report
        )
        verdicts = 0
        for verdict in reading:
            verdicts += 1
            if wanted in (None, verdict.page_origin):
                output.add(verdict)
    output.end(reading, problems.reported)
    if html_path is not None:
        _write_html(html_path, output.results)
    problems.end()
    if reading.problems and not problems.is_broken and not verdicts and not reading.counts:
        click.echo("Error: no verdict: none of the entries can be read", err=True)
        context.exit(2)
    context.exit(2 if problems.is_broken else 1 if output.has_problems else 0)


def _opened(path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    """
    Open the file, with a progress bar if stderr is a terminal.
    """
    if path == "-":
        return contextlib.nullcontext(stdin("FILE"))
    if Path(path).is_dir():
        raise bad_value("FILE", f"{path!r} is a directory; give a HAR file")
    try:
        # NB: on a terminal the verdicts themselves show the progress, and a bar would stand between them.
        if sys.stderr is None or not sys.stderr.isatty() or (sys.stdout is not None and sys.stdout.isatty()):
            return Path(path).open("rb")
        return _opened_with_bar(path)
    except OSError as error:
        raise bad_value("FILE", f"{path!r} cannot be read: {error.strerror}") from None


@contextlib.contextmanager
def _opened_with_bar(path: str) -> Iterator[IO[bytes]]:
    with (
        Path(path).open("rb") as file,
        click.progressbar(length=Path(path).stat().st_size, label="Reading", file=sys.stderr) as bar,
    ):
        yield io.BufferedReader(_Watched(file, bar.update))


class _Watched(io.RawIOBase):
    """
    A file that reports how much of it has been read.
    """

    def __init__(self, file: IO[bytes], tell: Callable[[int], None]) -> None:
        self._file = file
        self._tell = tell

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._file.read(len(view))
        view[: len(data)] = data
        self._tell(len(data))
        return len(data)


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
    count: int = 1


class _Output:
    """
    The output: a line for each verdict as it comes, then each kind of failure once, then the counts.
    """

    def __init__(self, *, as_json: bool, verbose: bool, keeps_results: bool) -> None:
        self._as_json = as_json
        self._verbose = verbose
        self._keeps_results = keeps_results
        self._kinds: dict[tuple[str, ...], _Kind] = {}
        self._counts = dict.fromkeys(("readable", "blocked", "undecided", "contradictory"), 0)
        self._is_first = True
        self.has_problems = False
        self.results: list[HarVerdict] = []

    def add(self, verdict: HarVerdict) -> None:
        self.has_problems = self.has_problems or verdict.is_problem
        self._counts[_word(verdict)] += 1
        self._counts["contradictory"] += bool(verdict.contradictions)
        self._keep(verdict)
        if self._as_json:
            self._write_json(verdict)
            return
        from browsercors.cli.terminal import write

        write(self._lines(verdict))

    def _keep(self, verdict: HarVerdict) -> None:
        """
        Count *verdict* among those like it, and keep the first of each kind.
        """
        kind = _kind_of(verdict)
        if kind in self._kinds:
            self._kinds[kind].count += 1
        elif not verdict.result.readable and len(self._kinds) < MOST_KINDS:
            self._kinds[kind] = _Kind(verdict)
            if self._keeps_results:
                self.results.append(verdict)

    def end(self, reading: HarReading, problems: list[HarProblem]) -> None:
        if self._as_json:
            self._end_json(reading, problems)
            return
        from browsercors.cli.terminal import write

        write(self._explanations())
        if reading.entries:
            write(self._summary(reading))

    def _lines(self, verdict: HarVerdict) -> Iterator[Line]:
        from browsercors.cli.report import verdict as verdict_line
        from browsercors.explain.formats.text import Line
        from browsercors.explain.words.sanitise import shown

        text, style = verdict_line(verdict.result)
        yield Line(f"{text}  {shown(verdict.method)} {shown(verdict.url)}  (entry {verdict.entry})", style)
        if verdict.otherwise is not None and (self._verbose or not verdict.knows_credentials):
            other = "include" if verdict.credentials != "include" else "same-origin"
            yield from _hanging(f"with credentials {other}: {verdict_line(verdict.otherwise).text}")
        for contradiction in verdict.contradictions:
            yield from _hanging(f"but: {shown(contradiction)}")
        if self._verbose:
            yield from _hanging(f"page: {shown(verdict.page_origin)}; {'; '.join(map(shown, verdict.grounds))}")
            for unknown in verdict.unknown:
                yield from _hanging(f"unknown: {shown(unknown)}")

    def _explanations(self) -> Iterator[Line]:
        from browsercors.explain.formats.text import Line, brief, wrapped
        from browsercors.explain.words.sanitise import shown

        for kind in self._kinds.values():
            example = kind.example
            yield Line()
            count = _counted(kind.count, "request")
            yield Line(f"{count} like {shown(example.method)} {shown(example.url)} (entry {example.entry})", "heading")
            yield Line()
            first, *rest = brief(example.result.report())
            yield from (Line(line) for line in wrapped(first.text, WIDTH))
            yield from rest

    def _summary(self, reading: HarReading) -> Iterator[Line]:
        from browsercors.explain.formats.text import Line
        from browsercors.explain.words.sanitise import shown

        counts = self._counts
        total = counts["readable"] + counts["blocked"] + counts["undecided"]
        yield Line()
        yield Line(
            f"{_counted(total, 'cross-origin request')}: {counts['readable']} readable, {counts['blocked']} blocked, "
            f"{counts['undecided']} without a verdict",
            "heading",
        )
        if counts["contradictory"]:
            yield Line(f"  {counts['contradictory']} where the recording and the simulation disagree")
        for name, count in sorted(reading.counts.items()):
            what = SKIPPED.get(name, f"of the scheme {shown(name)}")
            yield Line(f"  {_counted(count, 'request')} left out, {what}")
        if reading.problems:
            yield Line(f"  {_counted(reading.problems, 'problem')} with the file")
        if reading.creator:
            yield Line(f"  recorded by {shown(reading.creator)}, simulated as {reading.browser}")

    def _write_json(self, verdict: HarVerdict) -> None:
        from browsercors.cli.terminal import say

        # NB: one by one, so that a document of any size needs no more memory than one verdict.
        say(f"{self._json_opening()}{json.dumps(verdict.to_dict())}")
        self._is_first = False

    def _json_opening(self) -> str:
        return '{"version": 1, "verdicts": [\n' if self._is_first else ",\n"

    def _end_json(self, reading: HarReading, problems: list[HarProblem]) -> None:
        from browsercors.cli.terminal import say

        rest = {
            "browser": reading.browser,
            "creator": reading.creator,
            "entries": reading.entries,
            "left_out": dict(sorted(reading.counts.items())),
            "problems": [attrs.asdict(problem) for problem in problems],
        }
        opening = self._json_opening() if self._is_first else ""
        say(f"{opening}\n], {json.dumps(rest)[1:]}\n")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _word(verdict: HarVerdict) -> str:
    if verdict.is_undecided:
        return "undecided"
    return "readable" if verdict.result.readable else "blocked"


def _kind_of(verdict: HarVerdict) -> tuple[str, ...]:
    from browsercors.values.urls import parse_url

    block = verdict.result.block
    url = parse_url(verdict.url)
    server = "" if url is None else url.origin.serialized
    reason = "" if block is None else f"{block.reason.value} {block.during_preflight}"
    return (verdict.page_origin, server, reason)


def _hanging(text: str) -> Iterator[Line]:
    from browsercors.explain.formats.text import Line, wrapped

    first, *rest = wrapped(text, WIDTH - 6) or [""]
    yield Line(f"    {first}", "quiet")
    yield from (Line(f"      {line}", "quiet") for line in rest)


def _write_html(path: str, verdicts: list[HarVerdict]) -> None:
    """
    Write the report on one request of each kind of failure.
    """
    from browsercors.cli.report import write_page

    write_page(path, [verdict.result.report() for verdict in verdicts], "Cross-origin requests")
