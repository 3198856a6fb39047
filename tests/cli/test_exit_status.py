"""
How commands end that have no verdict: never with 0 or 1, and never with a traceback that nobody asked for.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from browsercors.cli.main import cli

APPLICATION = """
def app(environ, start_response):
    start_response("200 OK", [("Access-Control-Allow-Origin", environ.get("HTTP_ORIGIN", "*"))])
    return [b"{}"]
"""

HAR = {
    "log": {
        "creator": {"name": "WebInspector"},
        "entries": [
            {
                "request": {
                    "method": "GET",
                    "url": "https://api.example.com/",
                    "headers": [
                        {"name": "Origin", "value": "https://app.example.com"},
                        {"name": "Sec-Fetch-Mode", "value": "cors"},
                    ],
                },
                "response": {"status": 200, "headers": [], "content": {}},
            }
        ],
    }
}


class Command(NamedTuple):
    """
    A command line, what it has to run through, and the exit status that it has if nothing goes wrong.
    """

    arguments: tuple[str, ...]
    inside: str
    status: int


COMMANDS = {
    "explain": Command(
        ("explain", "https://api.example.com/", "--origin", "https://app.example.com", "--mount",
         "https://api.example.com=endings:app"),
        "browsercors.browser.page.Page.fetch",
        0,
    ),
    "explain a report": Command(
        ("explain", "about:blank", "--origin", "https://app.example.com"),
        "browsercors.explain.compose.compose_report",
        1,
    ),
    "har": Command(("har", "traffic.har"), "browsercors.har.replaying._Judge._judge", 1),
    "audit": Command(
        ("audit", "endings:app", "--allow-origin", "https://app.example.com"),
        "browsercors.audits.prober.Prober.read",
        1,
    ),
    "reason": Command(("reason", "allow-origin-missing"), "browsercors.explain.catalogue.find.find", 0),
    "profiles": Command(("profiles",), "browsercors.cli.profiles._row", 0),
    "demo": Command(("demo",), "browsercors.browser.page.Page.fetch", 0),
}  # fmt: skip

EVERY_COMMAND = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)

# What is raised inside, and the exit status of it.
RAISED = {
    "a ValueError": (ValueError("Single '}' encountered in format string"), 70),
    "a TypeError": (TypeError("unhashable"), 70),
    "a KeyError": (KeyError("answer"), 70),
    "an AssertionError without a word": (AssertionError(), 70),
    "a RecursionError": (RecursionError("maximum recursion depth exceeded"), 70),
    "an EOFError": (EOFError(), 70),
    "an OSError": (OSError(errno.ENOENT, "No such file or directory"), 70),
    "a task that is cancelled": (asyncio.CancelledError(), 70),
    "SystemExit(0)": (SystemExit(0), 70),
    "SystemExit(1)": (SystemExit(1), 70),
    "Ctrl-C": (KeyboardInterrupt(), 130),
    "a closed pipe": (BrokenPipeError(errno.EPIPE, "Broken pipe"), 141),
    "a full disk": (OSError(errno.ENOSPC, "No space left on device"), 2),
}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "endings.py").write_text(APPLICATION)
    (tmp_path / "traffic.har").write_text(json.dumps(HAR))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("BROWSERCORS_TRACEBACK", raising=False)


def fail(monkeypatch: pytest.MonkeyPatch, inside: str, error: BaseException) -> None:
    """
    Let the function that *inside* names raise.
    """

    def failing(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(inside, failing)


@EVERY_COMMAND
def test_a_command_has_its_verdict_where_nothing_goes_wrong(command: Command) -> None:
    assert command.status == CliRunner().invoke(cli, command.arguments).exit_code


@EVERY_COMMAND
@pytest.mark.parametrize(("error", "status"), RAISED.values(), ids=RAISED)
def test_what_is_raised_inside_is_never_a_verdict(
    command: Command, error: BaseException, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, command.inside, error)

    ended = CliRunner().invoke(cli, command.arguments)

    assert (status, None) == (ended.exit_code, None if isinstance(ended.exception, SystemExit) else ended.exception)
    assert "Traceback" not in ended.output


@EVERY_COMMAND
def test_an_internal_error_is_one_line_that_asks_to_report_it(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, command.inside, ValueError("a\x1b[31m\nb"))

    ended = CliRunner().invoke(cli, command.arguments)
    told = [line for line in ended.stderr.splitlines() if not line.startswith("Warning: ")]

    message = (
        "Error: internal error, and no verdict: ValueError: a\\x1b[31m\\nb. This is a bug in browsercors. Please "
        "report it with the command and the output of BROWSERCORS_TRACEBACK=1."
    )
    assert [message] == told


@pytest.mark.parametrize(("value", "is_shown"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_the_environment_asks_for_the_traceback(value: str, is_shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(monkeypatch, COMMANDS["explain"].inside, ValueError("told"))
    monkeypatch.setenv("BROWSERCORS_TRACEBACK", value)

    ended = CliRunner().invoke(cli, COMMANDS["explain"].arguments)

    assert 70 == ended.exit_code
    assert is_shown is ended.stderr.startswith("Traceback (most recent call last):\n")
    assert is_shown is ("in failing\n" in ended.stderr)
    assert ended.stderr.splitlines()[-1].startswith("Error: internal error, and no verdict: ValueError: told. ")


@pytest.mark.parametrize("error", [TypeError("unhashable"), ValueError("not enough values to unpack")], ids=type)
@pytest.mark.parametrize(
    "inside", ["browsercors.browser.browser.create_environment", "browsercors.servers.mounts.make_server",
               "browsercors.browser.clock.Clock.advance"],
)  # fmt: skip
def test_no_option_is_blamed_for_a_mistake_of_ours(
    inside: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, inside, error)

    ended = CliRunner().invoke(cli, [*COMMANDS["explain"].arguments, "--repeat", "2", "--advance", "1"])

    assert 70 == ended.exit_code
    assert "--" not in ended.stderr


@EVERY_COMMAND
def test_a_process_ends_so_as_well(command: Command) -> None:
    module, _, name = command.inside.rpartition(".")
    script = (
        "import sys\n"
        "from pkgutil import resolve_name\n"
        "from browsercors.cli.main import main\n"
        "def failing(*_, **__): raise ValueError('told')\n"
        f"setattr(resolve_name({module!r}), {name!r}, failing)\n"
        f"sys.argv = ['browsercors', *{command.arguments!r}]\n"
        "main()\n"
    )
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert 70 == finished.returncode
    assert finished.stderr.splitlines()[-1].startswith("Error: internal error, and no verdict: ValueError: told. ")
    assert "Traceback" not in finished.stderr


def test_a_caller_who_runs_the_commands_gets_the_errors_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ValueError("told")
    fail(monkeypatch, COMMANDS["demo"].inside, error)

    ended = CliRunner().invoke(cli, ["demo"], standalone_mode=False)

    assert ended.exception is not None
    assert error is ended.exception.__cause__


SHELL = [
    ("demo > /dev/full", 2, "Error: input or output failed: No space left on device\n"),
    ("demo >&-", 0, ""),
    ("--help >&-", 0, ""),
    ("har nowhere.har 2>&-", 2, ""),
    ("har traffic.har 2>&-", 1, ""),
    ("audit endings:app 2>&-", 0, ""),
    ("har - <&-", 2, "Error: Invalid value for FILE: - means stdin, but stdin is closed\n"),
    ("reason - <&-", 2, "Error: Invalid value for TEXT: - means stdin, but stdin is closed\n"),
    ("explain --request - <&-", 2, "Error: Invalid value for --request: - means stdin, but stdin is closed\n"),
    (
        "explain data:,x --origin https://app.example.com --data @- <&-",
        2,
        "Error: Invalid value for --data: - means stdin, but stdin is closed\n",
    ),
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's devices")
@pytest.mark.parametrize(("line", "status", "told"), SHELL, ids=[row[0] for row in SHELL])
def test_streams_that_are_closed_or_full_are_nobody_s_verdict(line: str, status: int, told: str) -> None:
    finished = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m browsercors {line}', sys.executable], capture_output=True, text=True, check=False
    )

    assert status == finished.returncode
    assert finished.stderr.endswith(told)
    assert "Traceback" not in finished.stderr


# The exit status does not say that a pipe was closed where there was a verdict: that stands.
UNREAD = [
    (("--help",), 141),
    (("--version",), 141),
    (("demo",), 0),
    (("profiles",), 0),
    (("reason", "allow-origin-missing"), 0),
    (("har", "traffic.har"), 1),
    (("har", "nowhere.har"), 2),
    (("audit", "endings:app"), 0),
]


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize(("arguments", "status"), UNREAD, ids=[" ".join(row[0]) for row in UNREAD])
def test_where_nobody_reads_any_more_nothing_is_complained_of(arguments: tuple[str, ...], status: int) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "browsercors", *arguments],
            stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)

    assert status == finished.returncode
    assert "Traceback" not in finished.stderr
    assert "Exception ignored" not in finished.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_an_error_that_nobody_reads_keeps_its_status() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "browsercors", "explain"], stdout=writing, stderr=writing, check=False
        )
    finally:
        os.close(writing)

    assert 2 == finished.returncode


SLOW = """
import sys, time
def app(environ, start_response):
    sys.stderr.write("asked\\n")
    sys.stderr.flush()
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("command", ["explain", "audit"])
def test_ctrl_c_ends_a_process_without_a_verdict(command: str, tmp_path: Path) -> None:
    (tmp_path / "endings.py").write_text(SLOW)
    arguments = [sys.executable, "-m", "browsercors", *COMMANDS[command].arguments]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "asked\n" == process.stderr.readline()
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()

    assert 130 == process.returncode
    assert "Traceback" not in told
