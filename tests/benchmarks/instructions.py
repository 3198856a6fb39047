"""
Count the instructions of the main works: `python -m tests.benchmarks instructions`, the judge of what everything costs.

Instructions do not depend on what else the machine is doing. valgrind counts them. What is compared are ratios to one
GET through Werkzeug's test client, with the headers that a fetch sends; of an import, to `import werkzeug.test`.

Exit status: 0 when nothing is more than 3 % dearer than recorded for this minor version of Python and nothing is above
its limit, and when valgrind is not there (it says `skipped`); 1 when something is dearer or above its limit; 2 when the
arguments are wrong or valgrind fails.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from tests.benchmarks.counted import COUNTS, UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["RECORD", "Row", "instructions_of_log", "main", "per_work", "rows_of", "table", "updated"]

RECORD: Final = Path(__file__).with_name("instructions.json")
ROOT: Final = Path(__file__).parents[2]
TOLERANCE: Final = 0.03
"""How much dearer than recorded a work may be; counts of the same code differ by less than half a per cent."""

IMPORT: Final = "import"
LIMITS: Final = {IMPORT: 1.05}
"""What a ratio has to stay below, whatever is recorded: a browser hardly dearer to import than a test client."""
UNIT_OF_IMPORTS: Final = "unit of imports"
STATEMENTS: Final = {UNIT_OF_IMPORTS: "import werkzeug.test", IMPORT: "from browsercors import Browser"}
UNITS: Final = (UNIT, UNIT_OF_IMPORTS)
NAMES: Final = (*(name for name in COUNTS if name not in UNITS), IMPORT)

MISSING: Final = "skipped: valgrind is not installed (`apt-get install valgrind`, or your system's own way)"
TOTAL: Final = re.compile(r"Total instructions: (\d+)")


@attrs.frozen
class Row:
    """
    One line of the table.

    Attributes:
        name: The work.
        instructions: How many instructions it takes once.
        ratio: The same in units.
        recorded: The ratio on record, if there is one.
    """

    name: str
    instructions: float
    ratio: float
    recorded: float | None

    @property
    def change(self) -> float | None:
        """
        How much dearer it has become, as a share of what is recorded.
        """
        return None if self.recorded is None else self.ratio / self.recorded - 1

    @property
    def is_dearer(self) -> bool:
        """
        Whether it has become so much dearer that it has to be said.
        """
        return self.change is not None and self.change > TOLERANCE

    @property
    def is_above_limit(self) -> bool:
        """
        Whether it takes as much as its limit, or more.
        """
        return self.ratio >= LIMITS.get(self.name, math.inf)


def instructions_of_log(log: str) -> int:
    """
    Return how many instructions a process took, all threads together, from what valgrind's `exp-bbv` says of it.

    Raises:
        ValueError: It says nothing of instructions.
    """
    totals = TOTAL.findall(log)
    if not totals:
        raise ValueError(f"valgrind counted no instructions: {log!r}")
    return sum(int(total) for total in totals)


def per_work(once: int, twice: int, count: int) -> float:
    """
    Return what one work takes, from what the processes took that did it *count* times and twice as often.

    Raises:
        ValueError: Doing it twice as often took no more, so that something else was counted.
    """
    if twice <= once:
        raise ValueError(f"{count} works took {once} instructions, and twice as many took {twice}")
    return (twice - once) / count


def rows_of(counted: Mapping[str, float], recorded: Mapping[str, float]) -> list[Row]:
    """
    Return the lines of the table: each work that was counted in its unit, beside the ratio on record.
    """
    rows = []
    for name in NAMES:
        if name in counted:
            unit = counted[UNIT_OF_IMPORTS if name == IMPORT else UNIT]
            rows.append(Row(name, counted[name], counted[name] / unit, recorded.get(name)))
    return rows


def table(rows: Iterable[Row]) -> str:
    """
    Write the table.
    """
    lines = ["| work | instructions | ratio | recorded | change |", "| --- | ---: | ---: | ---: | ---: |"]
    for row in rows:
        recorded = "none" if row.recorded is None else f"{row.recorded:.3f}"
        change = "" if row.change is None else f"{row.change:+.1%}{' (dearer)' if row.is_dearer else ''}"
        if row.is_above_limit:
            change = f"{change} (has to be below {LIMITS[row.name]:.3f})".strip()
        lines.append(f"| {row.name} | {row.instructions:,.0f} | {row.ratio:.3f} | {recorded} | {change} |")
    return "\n".join(lines)


def updated(record: Mapping[str, Any], python: str, counted: Mapping[str, float], werkzeug: str) -> dict[str, Any]:
    """
    Return the record with what was counted in place of what it said of this *python*; other works keep their ratios.
    """
    known = record.get(python, {})
    ratios = {**known.get("ratios", {}), **{row.name: round(row.ratio, 4) for row in rows_of(counted, {})}}
    units = {**known.get("units", {}), **{name: round(counted[name]) for name in UNITS if name in counted}}
    return {**record, python: {"werkzeug": werkzeug, "units": units, "ratios": ratios}}


class _Valgrind:
    """
    Programs of this Python under valgrind, in an environment in which each run counts the same.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "VALGRIND_LIB") if name in os.environ}
        # NB: bytecode of its own, written by a first run without valgrind: compiling would be counted as importing.
        cache = str(directory / "bytecode")
        self._environment = {**kept, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": cache}
        # `exp-bbv` counts as `cachegrind` does, in a fraction of its time: it looks no source lines up.
        self._command = [
            "valgrind", "--quiet", "--tool=exp-bbv", "--instr-count-only=yes",
            "--bb-out-file=/dev/null", f"--log-file={directory}/%p.log",
        ]  # fmt: skip
        # NB: where objects lie decides the order of some sets: with random addresses counts differ by up to 0.7 %.
        steady = ["setarch", platform.machine(), "-R"]
        if shutil.which(steady[0]) and self._run([*steady, "true"]).returncode == 0:
            self._command = [*steady, *self._command]

    def _run(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=ROOT, env=self._environment, capture_output=True, text=True, **options)

    def output(self, *arguments: str) -> str:
        """
        Run Python with these arguments, and return what it prints.
        """
        program = [sys.executable, *arguments]
        self._run(program, check=True)
        return self._run([*self._command, *program], check=True).stdout

    def count(self, process: str) -> int:
        """
        Return how many instructions the process of this id took.
        """
        return instructions_of_log((self._directory / f"{process}.log").read_text())


def _count(names: Sequence[str]) -> dict[str, float]:
    """
    Count the instructions of the works of these names, and of the units that they are compared with.
    """
    counted = {}
    with tempfile.TemporaryDirectory() as directory:
        valgrind = _Valgrind(Path(directory))
        works = [name for name in names if name != IMPORT]
        if works:
            for line in valgrind.output("-m", "tests.benchmarks.counted", UNIT, *works).splitlines():
                name, count, once, twice = line.split("\t")
                counted[name] = per_work(valgrind.count(once), valgrind.count(twice), int(count))
        if IMPORT in names:
            tell = "import os; print(os.getpid())"
            bare = valgrind.count(valgrind.output("-c", tell).strip())
            for name, statement in STATEMENTS.items():
                counted[name] = float(valgrind.count(valgrind.output("-c", f"{tell}; {statement}").strip()) - bare)
    return counted


def _arguments(argv: Sequence[str]) -> tuple[list[str], bool]:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks instructions",
        description="Count the instructions of the main works, and compare them with the record.",
        epilog=f"The works are: {'; '.join(NAMES)}.",
    )
    parser.add_argument(
        "--only", action="append", metavar="TEXT", help="only works with TEXT in their name; repeatable"
    )
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name} anew, and judge nothing")
    given = parser.parse_args(argv)
    for text in given.only or []:
        if not any(text in name for name in NAMES):
            parser.error(f"argument --only: no work has {text!r} in its name; they are: {'; '.join(NAMES)}")
    return [name for name in NAMES if given.only is None or any(text in name for text in given.only)], given.record


def main(argv: Sequence[str]) -> int:
    """
    Count, print the table, and return the exit status.
    """
    names, writes = _arguments(argv)
    if shutil.which("valgrind") is None:
        print(MISSING)
        return 0
    try:
        counted = _count(names)
    except subprocess.CalledProcessError as error:
        print(f"{error}\n{error.stdout}{error.stderr}", file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2

    python = ".".join(platform.python_version_tuple()[:2])
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    known = record.get(python, {"werkzeug": None, "units": {}, "ratios": {}})
    rows = rows_of(counted, known["ratios"])
    print(f"Python {platform.python_version()}, Werkzeug {version('werkzeug')}", end="")
    print(f"; recorded with Werkzeug {known['werkzeug']}\n" if known["ratios"] else f"; none recorded for {python}\n")
    print(table(rows))
    print()
    for name in UNITS:
        if name in counted:
            before = f", recorded: {known['units'][name]:,}" if name in known["units"] else ""
            print(f"{name}: {counted[name]:,.0f} instructions{before}")
    if writes:
        RECORD.write_text(json.dumps(updated(record, python, counted, version("werkzeug")), indent=2) + "\n")
        return 0
    return 1 if any(row.is_dearer or row.is_above_limit for row in rows) else 0
