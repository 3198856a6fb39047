"""
What the recorder asks of a browser, whichever it is.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final, Protocol

import attrs

from tests.recorder.scenario import Json


class EngineError(Exception):
    """
    A browser is not installed, did not start, or stopped answering; the message says which.
    """


@attrs.frozen
class Reason:
    """
    One thing that a browser said about a request it did not like.

    Attributes:
        token: The run it belongs to, or an empty string if the browser's words name no host of a run.
        step: The step that was running, or -1 where the browser does not tell.
        data: What it said: the browser's own identifiers under short keys.
    """

    token: str
    step: int
    data: Json


@attrs.frozen
class Setting:
    """
    What an engine has to know of its surroundings.

    Attributes:
        transport: The transport recorded on.
        authority: The certificate of the test authority, where there is TLS.
        key_digest: The base64 SHA-256 of the server's public key, where there is TLS.
    """

    transport: str
    authority: Path | None = None
    key_digest: str = ""


class Engine(Protocol):
    """
    A browser that is started with one URL and from then on goes where its pages go.
    """

    name: str

    def start(self, setting: Setting, url: str) -> None:
        """
        Start the browser and let it open *url*.

        Raises:
            EngineError: It is not installed, or did not start.
        """

    def version(self) -> str:
        """
        Say the version that the browser itself states.
        """

    def reasons(self) -> list[Reason]:
        """
        Take what it has said since the last call.
        """

    def alive(self) -> bool:
        """
        Whether its process still runs.
        """

    def stop(self) -> None:
        """
        End the processes that were started, and remove their profile.
        """


class Process:
    """
    A process group of our own with a throw-away directory; ending it ends nothing else.

    Args:
        command: The program and its arguments.
        wires: Descriptors the program gets under fixed numbers: theirs by number, ours as values.
    """

    def __init__(
        self,
        command: list[str],
        directory: Path,
        *,
        wires: dict[int, int] | None = None,
        output: int | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        program = shutil.which(command[0])
        if program is None:
            message = f"{command[0]} is not installed"
            raise EngineError(message)
        self.directory = directory
        self._log = os.open(directory / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        actions: list[tuple[int, ...]] = [
            (os.POSIX_SPAWN_DUP2, self._log if output is None else output, 1),
            (os.POSIX_SPAWN_DUP2, self._log if output is None else output, 2),
        ]
        actions.extend((os.POSIX_SPAWN_DUP2, ours, theirs) for theirs, ours in (wires or {}).items())
        self.pid = os.posix_spawn(
            program,
            command,
            {**os.environ, "HOME": str(directory), **(environment or {})},
            file_actions=actions,
            setsid=True,
        )
        self._status: int | None = None

    def alive(self) -> bool:
        """
        Whether the program still runs.
        """
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = status
        return self._status is None

    def end(self) -> None:
        """
        End the program and what it started, first politely.
        """
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
            until = time.monotonic() + (3 if number == signal.SIGTERM else 1)
            while self.alive() and time.monotonic() < until:
                time.sleep(0.02)
        os.close(self._log)
        shutil.rmtree(self.directory, ignore_errors=True)

    def log(self) -> str:
        """
        Read the end of what the program wrote, for a message about its failure.
        """
        return (self.directory / "log.txt").read_text(errors="replace")[-400:].strip()


def new_directory(name: str) -> Path:
    """
    Make a throw-away directory for a browser called *name*.
    """
    return Path(tempfile.mkdtemp(prefix=f"recorder-{name}-"))


def stated_version(*command: str) -> str:
    """
    Ask a program for its version: what the command prints.

    Raises:
        EngineError: It is not installed, or says nothing.
    """
    if shutil.which(command[0]) is None:
        message = f"{command[0]} is not installed"
        raise EngineError(message)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        message = f"{command[0]} does not say its version: {error}"
        raise EngineError(message) from error
    return done.stdout.strip()


ENVIRONMENT: Final = {"LANG": "en_US.UTF-8", "LANGUAGE": "en_US", "NO_AT_BRIDGE": "1", "GTK_A11Y": "none"}
