"""
The command as a process: version, pipes, colours, and how it ends.
"""

from __future__ import annotations

import importlib
import io
import os
import runpy
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from browsercors.cli import terminal
from browsercors.cli.main import cli, main
from browsercors.cli.terminal import write, write_text
from browsercors.explain.formats.text import Line

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "browsercors"]


def test_the_module_can_be_run_as_a_command() -> None:
    finished = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True)

    assert finished.stdout.startswith("browsercors ")


def test_the_tour_does_not_depend_on_hash_seeds_or_encodings() -> None:
    outputs = [
        subprocess.run(
            [*COMMAND, "demo"],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": encoding},
        ).stdout
        for seed, encoding in (("1", "ascii"), ("2", "utf-8"))
    ]

    assert outputs[0] == outputs[1]
    assert b"\x1b" not in outputs[0]


def test_a_reader_that_leaves_changes_neither_the_exit_status_nor_stderr() -> None:
    with subprocess.Popen([*COMMAND, "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaints = process.stderr.read()

    assert (0, b"") == (process.returncode, complaints)


def test_no_engine_is_needed_for_the_version() -> None:
    script = (
        "import sys; from browsercors.cli.main import cli; cli.main(['--version'], standalone_mode=False);"
        "print([name for name in ('browsercors.browser.browser', 'ssl') if name in sys.modules])"
    )
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "[]" == finished.stdout.splitlines()[1]


ENDINGS = [
    (["browsercors", "--version"], 0),
    (["browsercors", "explain"], 2),
    (["browsercors", "explain", "data:,x", "--origin", "https://app.example.com"], 0),
    (["browsercors", "explain", "about:blank", "--origin", "https://app.example.com"], 1),
    (["browsercors", "profiles", "webkit"], 0),
    (["browsercors", "profiles", "safari"], 2),
    (["browsercors", "nonsense"], 2),
]


@pytest.mark.parametrize(("arguments", "status"), ENDINGS)
def test_the_process_ends_with_the_status_of_the_command(
    arguments: list[str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", arguments)

    with pytest.raises(SystemExit) as ended:
        main()

    assert status == ended.value.code


def test_the_module_is_the_command_only_when_it_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["browsercors", "--version"])
    path = importlib.import_module("browsercors.__main__").__file__
    assert path is not None

    # NB: by its path, since runpy cannot run a module that pytest has rewritten, as it does packages with a plugin.
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(path, run_name="__main__")

    assert 0 == ended.value.code


def test_the_help_names_the_exit_statuses() -> None:
    text = CliRunner().invoke(cli, ["--help"]).output

    assert "  0  the page can read the response; nothing was found\n" in text
    assert "\b" not in text


class Terminal(io.StringIO):
    """
    A stdout that says it is a terminal.
    """

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "colored"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_it_does_not_want_them(
    no_color: str, colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys, "stdout", stdout := Terminal())

    write([Line("[red]x[/red] :smile: \x1b[5m", "blocked")])

    assert "[red]x[/red] :smile: \\x1b[5m" in stdout.getvalue()
    assert colored is ("\x1b[31m\x1b[1m[red]x" in stdout.getvalue())
    assert "\x1b[5m" not in stdout.getvalue()


def test_a_long_line_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    write([Line("x" * 500), Line("a " * 100)])

    assert ["x" * 500, ("a " * 100).rstrip()] == [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_what_an_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))

    write_text("café")

    assert b"caf\\xe9" == raw.getvalue()


class Closed(io.StringIO):
    """
    A stdout that nobody reads any more, with or without a file behind it.
    """

    def __init__(self, descriptor: int | None) -> None:
        super().__init__()
        self.descriptor = descriptor

    def write(self, _text: str) -> int:
        raise BrokenPipeError

    def fileno(self) -> int:
        if self.descriptor is None:
            raise io.UnsupportedOperation
        return self.descriptor


def test_a_closed_pipe_is_replaced_by_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "pipe").open("w") as file:
        monkeypatch.setattr(sys, "stdout", Closed(file.fileno()))
        write_text("x")
        os.write(file.fileno(), b"lost")

    assert "" == (tmp_path / "pipe").read_text()


def test_a_closed_stream_without_a_file_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Closed(None))

    terminal.write_text("x")
