"""
What the recorder asks of a browser, whichever it is.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import attrs

from tests.evidence.recorder.scenario import Json, Pairs

Permissions: TypeAlias = Mapping[str, Pairs]
"""By origin, what its pages may: the name of a permission, and `granted` or `denied`."""


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
        data: What it said: the browser's own identifiers under short keys; or, under `console` alone, a line of its
            console as a developer reads it.
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

    def start(self, setting: Setting, url: str, permissions: Permissions) -> None:
        """
        Start the browser, with the *permissions* that a visitor has given before, and let it open *url*.

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


def installed(program: str) -> str:
    """
    Find *program*.

    Raises:
        EngineError: It is not installed.
    """
    path = shutil.which(program)
    if path is None:
        message = f"{program} is not installed"
        raise EngineError(message)
    return path


class Process:
    """
    A process group of our own with a throw-away directory; ending it ends nothing else.

    Args:
        command: The program and its arguments.
        directory: Its home, removed at the end, or at once if there is nothing to run.
        wires: Descriptors the program gets under fixed numbers: theirs by number, ours as values.

    Raises:
        EngineError: The program is not installed, or cannot be run.
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
        self.directory = directory
        self._ended = False
        self._log = os.open(directory / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        actions: list[tuple[int, ...]] = [
            (os.POSIX_SPAWN_DUP2, self._log if output is None else output, 1),
            (os.POSIX_SPAWN_DUP2, self._log if output is None else output, 2),
        ]
        actions.extend((os.POSIX_SPAWN_DUP2, ours, theirs) for theirs, ours in (wires or {}).items())
        try:
            self.pid = os.posix_spawn(
                installed(command[0]),
                command,
                {**os.environ, "HOME": str(directory), **(environment or {})},
                file_actions=actions,
                setsid=True,
            )
        except (EngineError, OSError) as error:
            self._remove()
            message = f"{command[0]} cannot be run: {error}"
            raise error if isinstance(error, EngineError) else EngineError(message) from error

    def alive(self) -> bool:
        """
        Whether the program still runs.
        """
        # NB: looked at, not collected: as long as it is there, no other process can get its number.
        return not self._ended and os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def end(self, patience: float = 3) -> None:
        """
        End the program and what it started: politely, and after *patience* seconds by force.
        """
        if self._ended:
            return
        for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 1)):
            os.killpg(self.pid, number)
            until = time.monotonic() + seconds
            while self.alive() and time.monotonic() < until:
                time.sleep(0.02)
        os.waitpid(self.pid, os.WNOHANG)
        self._ended = True
        self._remove()

    def _remove(self) -> None:
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
    installed(command[0])
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        message = f"{command[0]} does not say its version: {error}"
        raise EngineError(message) from error
    if not done.stdout.strip():
        message = f"{command[0]} does not say its version"
        raise EngineError(message)
    return done.stdout.strip()


ENVIRONMENT: Final = {"LANG": "en_US.UTF-8", "LANGUAGE": "en_US", "NO_AT_BRIDGE": "1", "GTK_A11Y": "none"}
