"""
The file that `browsercors har` reads: its progress is shown to those who see it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from browsercors.cli.har_file import opened

if TYPE_CHECKING:
    import pytest

SAMPLES = Path(__file__).parent.parent / "har" / "samples"
CHROMIUM = SAMPLES / "chromium.har"


def test_a_bar_is_shown_only_to_those_who_see_it() -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "browsercors", "har", str(SAMPLES / "webkit.har")], capture_output=True, check=False
    )

    assert (1, b"") == (finished.returncode, finished.stderr)


def test_where_the_verdicts_scroll_by_there_is_no_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with opened(str(CHROMIUM)) as file:
        assert CHROMIUM.read_bytes() == file.read()

    assert ("", "") == capsys.readouterr()


def test_on_a_terminal_the_bar_is_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with opened(str(CHROMIUM)) as file:
        assert CHROMIUM.read_bytes() == file.read()

    stdout, stderr = capsys.readouterr()
    assert "" == stdout
    assert "100%" in stderr
