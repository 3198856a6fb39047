"""
Print how browsercors agrees with the recordings: `python -m tests.evidence.agreement [-v] [ENGINE-TRANSPORT ...]`.

With `--write` the tables go into `spec_notes/agreement.md`, which a test compares.

With `--live` the browser that is installed is recorded first, and what it does otherwise than the recording is printed
too. Exit status 0: it does nothing otherwise; 1: it does; 2: it could not be seen.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.evidence.agreement.comparison import Comparison, compare, recordings
from tests.evidence.agreement.drift import NotLive, drift, record_now, report
from tests.evidence.agreement.page import PAGE, by_family, summary, with_tables
from tests.evidence.recorder.observation import RecordingError, read

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """
    Print what is asked for.
    """
    known = {path.stem: path for path in recordings()}
    parser = argparse.ArgumentParser(prog="python -m tests.evidence.agreement")
    parser.add_argument("recordings", nargs="*", metavar="ENGINE-TRANSPORT", help="default: all; " + ", ".join(known))
    parser.add_argument("-v", "--verbose", action="store_true", help="print each disagreement")
    parser.add_argument("--write", action="store_true", help="put the tables into spec_notes/agreement.md")
    parser.add_argument("--live", action="store_true", help="record now, and print what has changed; needs root")
    parser.add_argument("--family", action="append", default=[], help="with --live: only this; may be repeated")
    parser.add_argument("--scenario", action="append", default=[], help="with --live: only this; may be repeated")
    arguments = parser.parse_args(words)
    unknown = [name for name in arguments.recordings if name not in known]
    if unknown:
        parser.error(f"there is no recording {', '.join(unknown)}")
    if arguments.write and (arguments.live or arguments.recordings):
        parser.error("--write is for all recordings, as they are")
    if (arguments.family or arguments.scenario) and not arguments.live:
        parser.error("--family and --scenario go with --live")
    chosen = {name: known[name] for name in arguments.recordings or known}
    if not arguments.live:
        comparisons = [compare(path) for path in chosen.values()]
        _print(comparisons, verbose=arguments.verbose)
        if arguments.write:
            PAGE.write_text(with_tables(PAGE.read_text("utf-8"), comparisons), "utf-8")
        return 0
    options = [word for family in arguments.family for word in ("--family", family)]
    options += [word for scenario in arguments.scenario for word in ("--scenario", scenario)]
    return max(_live(name, path, options, verbose=arguments.verbose) for name, path in chosen.items())


def _live(name: str, path: Path, options: Sequence[str], *, verbose: bool) -> int:
    """
    Record one browser now, and print its drift and its agreement.
    """
    with tempfile.TemporaryDirectory() as directory:
        now = Path(directory) / path.name
        try:
            recorded = read(path)
            if not options and name.count("-") > 1:
                # NB: a recording of a topic has only some of the families of its transport.
                families = dict.fromkeys(observation.id.partition("/")[0] for observation in recorded.observations)
                options = [word for family in families for word in ("--family", family)]
            went_well = record_now(name, options, now)
            found = drift(recorded, read(now))
        except (NotLive, RecordingError) as error:
            print(error, file=sys.stderr)
            return 2
        print(report(found) + "\n")
        _print([compare(now)], verbose=verbose)
    if found.shifts:
        return 1
    return 0 if went_well else 2


def _print(comparisons: Sequence[Comparison], *, verbose: bool) -> None:
    print(f"{summary(comparisons)}\n\n{by_family(comparisons)}")
    if verbose:
        for comparison in comparisons:
            print(f"\n{comparison.engine} {comparison.version}, {comparison.transport}")
            for disagreement in comparison.disagreements:
                print(disagreement)


if __name__ == "__main__":
    sys.exit(main())
