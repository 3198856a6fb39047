"""
What the judge makes of counts; how it counts is seen by running it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.benchmarks import counted, instructions
from tests.benchmarks.instructions import (
    NAMES,
    ROOT,
    Row,
    instructions_of_log,
    main,
    per_work,
    rows_of,
    table,
    updated,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

ONE_THREAD = """\
==7== # Thread 1
==7== #   Total intervals: 1 (Interval Size 100000000)
==7== #   Total instructions: 100764951
==7== #   Total reps: 334621
==7== #   Total fldcw instructions: 0
"""


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        pytest.param(ONE_THREAD, 100_764_951, id="one thread"),
        pytest.param(ONE_THREAD + ONE_THREAD.replace("100764951", "49"), 100_765_000, id="two threads are added"),
        pytest.param("==7== # Thread 1\n==7== #   Total instructions: 0\n", 0, id="nothing was done"),
    ],
)
def test_instructions_of_log(log: str, expected: int) -> None:
    assert instructions_of_log(log) == expected


@pytest.mark.parametrize("log", ["", "==7== #   Total fldcw instructions: 5\n"], ids=["empty", "of another kind"])
def test_a_log_without_a_count_is_an_error(log: str) -> None:
    with pytest.raises(ValueError, match="counted no instructions"):
        instructions_of_log(log)


def test_what_comes_before_the_works_cancels_out() -> None:
    assert per_work(1_000_000 + 50 * 30, 1_000_000 + 100 * 30, 50) == 30


@pytest.mark.parametrize("twice", [1000, 999], ids=["the same", "less"])
def test_twice_the_works_take_more(twice: int) -> None:
    with pytest.raises(ValueError, match="twice as many took"):
        per_work(1000, twice, 50)


def test_a_work_has_its_unit() -> None:
    counted_now = {"unit": 200.0, "unit of imports": 5000.0, "WSGI GET": 100.0, "import": 6000.0}

    rows = rows_of(counted_now, {"WSGI GET": 0.4, "report": 9.0})

    assert rows == [Row("WSGI GET", 100.0, 0.5, 0.4), Row("import", 6000.0, 1.2, None)]


@pytest.mark.parametrize(
    ("ratio", "recorded", "expected"),
    [
        pytest.param(1.0, None, False, id="not on record"),
        pytest.param(1.0, 1.0, False, id="as recorded"),
        pytest.param(1.029, 1.0, False, id="within 3 %"),
        pytest.param(1.031, 1.0, True, id="more than 3 % above"),
        pytest.param(0.5, 1.0, False, id="cheaper"),
    ],
)
def test_dearer(ratio: float, recorded: float | None, expected: bool) -> None:
    assert Row("WSGI GET", 1.0, ratio, recorded).is_dearer is expected


@pytest.mark.parametrize(
    ("name", "ratio", "expected"),
    [
        pytest.param("import", 1.049, False, id="the import is hardly dearer than its unit"),
        pytest.param("import", 1.05, True, id="the import is dearer than its unit"),
        pytest.param("WSGI GET", 5.0, False, id="another work has no limit"),
    ],
)
def test_limits(name: str, ratio: float, expected: bool) -> None:
    assert Row(name, 1.0, ratio, None).is_above_limit is expected


def test_table() -> None:
    rows = [Row("WSGI GET", 359_424, 0.82, 0.793), Row("report", 5e6, 11.0, 11.1), Row("import", 5e8, 1.6, None)]

    assert table(rows).splitlines()[2:] == [
        "| WSGI GET | 359,424 | 0.820 | 0.793 | +3.4% (dearer) |",
        "| report | 5,000,000 | 11.000 | 11.100 | -0.9% |",
        "| import | 500,000,000 | 1.600 | none | (has to be below 1.050) |",
    ]


def test_a_record_keeps_what_was_not_counted() -> None:
    other = {"werkzeug": "3.0", "units": {"unit": 1}, "ratios": {"report": 2.0}}
    before = {"werkzeug": "3.0", "units": {"unit": 1}, "ratios": {"report": 2.0, "WSGI GET": 3.0}}

    after = updated({"3.11": before, "3.12": other}, "3.11", {"unit": 200.0, "WSGI GET": 100.0}, "3.1")

    assert after == {
        "3.11": {"werkzeug": "3.1", "units": {"unit": 200}, "ratios": {"report": 2.0, "WSGI GET": 0.5}},
        "3.12": other,
    }


def test_each_work_but_the_unit_has_a_line() -> None:
    assert set(NAMES) == set(counted.COUNTS) - {"unit"} | {"import"}


def test_each_work_is_recorded() -> None:
    for python, known in json.loads(instructions.RECORD.read_text()).items():
        assert set(known["ratios"]) == set(NAMES), python


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Write a record of this Python that says 0.5 of one work; a count makes it 0.5, unless a test counts otherwise.
    """
    path = tmp_path / "instructions.json"
    path.write_text(
        json.dumps({PYTHON: {"werkzeug": "3.1", "units": {"unit": 200, "x": 1}, "ratios": {"WSGI GET": 0.5}}})
    )
    monkeypatch.setattr(instructions, "RECORD", path)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    _counts(monkeypatch, 100.0)
    return path


def _counts(monkeypatch: pytest.MonkeyPatch, get: float) -> list[Sequence[str]]:
    asked: list[Sequence[str]] = []

    def count(names: Sequence[str]) -> dict[str, float]:
        asked.append(names)
        return {"unit": 200.0, "WSGI GET": get}

    monkeypatch.setattr(instructions, "_count", count)
    return asked


@pytest.mark.parametrize(
    ("get", "arguments", "status"),
    [
        pytest.param(100.0, [], 0, id="as recorded"),
        pytest.param(102.0, [], 0, id="two per cent dearer"),
        pytest.param(104.0, [], 1, id="four per cent dearer"),
        pytest.param(90.0, [], 0, id="cheaper"),
        pytest.param(104.0, ["--record"], 0, id="dearer, but recorded anew"),
    ],
)
def test_exit_status(
    record: Path, monkeypatch: pytest.MonkeyPatch, get: float, arguments: list[str], status: int
) -> None:
    _counts(monkeypatch, get)

    assert main(arguments) == status


@pytest.mark.parametrize(
    ("instructions_of_import", "recorded", "status"),
    [
        pytest.param(990.0, {}, 0, id="below its unit"),
        pytest.param(1060.0, {}, 1, id="above its limit, and nothing recorded"),
        pytest.param(1060.0, {"import": 1.06}, 1, id="above its limit, as recorded"),
    ],
)
def test_the_import_has_to_stay_below_its_unit(
    record: Path,
    monkeypatch: pytest.MonkeyPatch,
    instructions_of_import: float,
    recorded: dict[str, float],
    status: int,
) -> None:
    record.write_text(json.dumps({PYTHON: {"werkzeug": "3.1", "units": {}, "ratios": recorded}}))
    monkeypatch.setattr(instructions, "_count", lambda _: {"unit of imports": 1000.0, "import": instructions_of_import})

    assert main(["--only", "import"]) == status


def test_nothing_recorded_for_this_python_is_no_failure(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record.write_text("{}")

    assert main([]) == 0
    assert f"none recorded for {PYTHON}" in capsys.readouterr().out


def test_only_record_writes(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = record.read_text()
    _counts(monkeypatch, 104.0)

    main([])
    assert record.read_text() == before

    main(["--record"])
    assert json.loads(record.read_text())[PYTHON]["ratios"] == {"WSGI GET": 0.52}


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        pytest.param([], list(NAMES), id="all"),
        pytest.param(["--only", "report"], ["report"], id="one"),
        pytest.param(["--only", "warm"], ["WSGI warm PUT", "ASGI warm PUT"], id="a part of a name"),
        pytest.param(["--only", "import", "--only", "report"], ["report", "import"], id="two, in the table's order"),
    ],
)
def test_only(record: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], names: list[str]) -> None:
    asked = _counts(monkeypatch, 100.0)

    main(arguments)

    assert asked == [names]


def test_a_work_that_is_not_there_is_a_wrong_argument(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--only", "DELETE"])

    assert ended.value.code == 2
    assert "no work has 'DELETE' in its name" in capsys.readouterr().err


def test_without_valgrind_it_is_skipped(
    record: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    assert main([]) == 0
    assert capsys.readouterr().out.startswith("skipped: valgrind is not installed (`apt-get install valgrind`")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(subprocess.CalledProcessError(1, "valgrind", "", "no such tool"), "no such tool", id="it failed"),
        pytest.param(ValueError("valgrind counted no instructions"), "counted no", id="it counted nothing"),
        pytest.param(FileNotFoundError("7.log"), "7.log", id="it left no log"),
    ],
)
def test_a_failing_valgrind_is_no_verdict(
    record: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, said: str
) -> None:
    def count(names: Sequence[str]) -> Any:
        raise error

    monkeypatch.setattr(instructions, "_count", count)

    assert main([]) == 2
    assert said in capsys.readouterr().err


def test_the_counted_program_does_each_work_in_two_processes() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.counted", *counted.COUNTS],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    lines = [line.split("\t") for line in run.stdout.splitlines()]

    assert [line[:2] for line in lines] == [[name, str(count)] for name, count in counted.COUNTS.items()]
    assert len({process for line in lines for process in line[2:]}) == 2 * len(counted.COUNTS)
