"""
Code of users that type checkers have to accept, and code that they have to refuse.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

ROOT: Final = Path(__file__).parents[1]
ACCEPTED: Final = sorted(ROOT.glob("tests/typing/accepted/*.py"))
REJECTED: Final = sorted(ROOT.glob("tests/typing/rejected/*.py"))

Lines = set[tuple[str, int]]


def marked_lines() -> Lines:
    """
    Find the lines that are marked as errors.
    """
    return {
        (path.name, number)
        for path in REJECTED
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if line.endswith("# error")
    }


def lines_refused_by_mypy() -> Lines:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--no-error-summary",
        "--show-error-codes",
        *map(str, [*ACCEPTED, *REJECTED]),
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode in {0, 1}, run.stderr or run.stdout
    return {
        (Path(name).name, int(line)) for name, line in re.findall(r"^(.+?):(\d+): error:", run.stdout, re.MULTILINE)
    }


def lines_refused_by_pyright() -> Lines:
    # NB: the command may have to fetch what it runs.
    command = shutil.which("pyright", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if command is None:
        pytest.skip("pyright is not installed")
    arguments = [command, "--pythonpath", sys.executable, "--outputjson", *map(str, [*ACCEPTED, *REJECTED])]
    run = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    if not run.stdout.startswith("{"):
        pytest.skip(f"pyright cannot run here: {(run.stderr or run.stdout)[-200:]}")
    errors = [found for found in json.loads(run.stdout)["generalDiagnostics"] if found["severity"] == "error"]
    return {(Path(error["file"]).name, error["range"]["start"]["line"] + 1) for error in errors}


@pytest.mark.parametrize("refused_by", [lines_refused_by_mypy, lines_refused_by_pyright])
def test_type_checkers_refuse_the_marked_lines_and_no_others(refused_by: object) -> None:
    assert callable(refused_by)
    refused: Lines = refused_by()

    assert marked_lines() - refused == set()
    assert refused - marked_lines() == set()
