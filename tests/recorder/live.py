"""
A real browser on the scripted server, in a network of its own: what every command that runs scenarios live needs.
"""

import contextlib
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

from tests.recorder import isolation
from tests.recorder.chromium import Chromium
from tests.recorder.engine import Engine, Setting
from tests.recorder.firefox import Firefox
from tests.recorder.record import Outcome, Recorder
from tests.recorder.scenario import Scenario
from tests.recorder.server import Server
from tests.recorder.webkit import Webkit

ENGINES: Final[dict[str, Callable[[], Engine]]] = {"chromium": Chromium, "firefox": Firefox, "webkit": Webkit}


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@attrs.frozen
class Live:
    """
    A browser that is ready to run scenarios; each call starts it anew, so that no run reaches the next.
    """

    engine: Engine
    version: str
    _server: Server
    _setting: Setting

    def record(self, scenarios: Sequence[Scenario], *, twice: bool) -> Outcome:
        """
        Run all *scenarios*, and again if *twice*.

        Raises:
            EngineError: The browser never started.
        """
        return Recorder(self.engine, self._server, self._setting, _tell).record(scenarios, twice=twice)


@contextlib.contextmanager
def live(name: str, transport: str) -> Iterator[Live]:
    """
    Prepare network, certificate and server for the browser called *name*, and clear all of it away again.

    NB: outside of the network of its own, the command begins once more inside of it; so this comes first.

    Raises:
        EngineError: The browser is not installed.
        OSError: There is no network of our own, or a port is taken.
    """
    if not isolation.inside():
        isolation.enter()
    isolation.prepare()
    # NB: being ended is an interruption like any other: what has been observed is not lost.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    engine = ENGINES[name]()
    with tempfile.TemporaryDirectory(prefix="recorder-keys-") as directory:
        chain, authority, key_digest = isolation.make_certificate(Path(directory))
        tls = transport != "localhost"
        setting = Setting(transport, authority if tls else None, key_digest if tls else "")
        server = Server(transport, chain)
        try:
            version = engine.version()
            server.start()
            yield Live(engine, version, server, setting)
        finally:
            engine.stop()
            server.stop()
