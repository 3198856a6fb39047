"""
A real browser on the scripted server, in a network of its own: what every command that runs scenarios live needs.
"""

import contextlib
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

import attrs

from tests.evidence.recorder import isolation
from tests.evidence.recorder.chromium import Chromium
from tests.evidence.recorder.engine import Engine, Setting
from tests.evidence.recorder.firefox import Firefox
from tests.evidence.recorder.record import PATIENCE, Outcome, Patience, Recorder
from tests.evidence.recorder.scenario import Scenario
from tests.evidence.recorder.server import Server
from tests.evidence.recorder.webkit import Webkit

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
    _patience: Patience

    def record(self, scenarios: Sequence[Scenario], *, twice: bool) -> Outcome:
        """
        Run all *scenarios*, and again if *twice*.

        Raises:
            EngineError: The browser never started.
        """
        recorder = Recorder(self.engine, self._server, self._setting, _tell, self._patience)
        return recorder.record(scenarios, twice=twice)


@contextlib.contextmanager
def live(
    name: str,
    transport: str,
    *,
    engines: Mapping[str, Callable[[], Engine]] = ENGINES,
    isolate: Callable[[], None] = isolation.isolate,
    patience: Patience = PATIENCE,
) -> Iterator[Live]:
    """
    Prepare network, certificate and server for the browser called *name*, and clear all of it away again.

    NB: outside of the network of its own, the command begins once more inside of it; so this comes first.

    Args:
        name: Of the browser.
        transport: The transport.
        engines: The browsers there are; tests have one of their own,
        isolate: and a network,
        patience: and little time.

    Raises:
        EngineError: The browser is not installed.
        OSError: There is no network of our own, or a port is taken.
    """
    engine = engines[name]()
    with _interrupted_once(), contextlib.ExitStack() as stack:
        # NB: asked before all else: who has no such browser need not become root to hear of it.
        version = engine.version()
        isolate()
        if transport == "localhost":
            setting, server = Setting(transport), Server(transport)
        else:
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="recorder-keys-"))
            chain, authority, key_digest = isolation.make_certificate(Path(directory))
            setting, server = Setting(transport, authority, key_digest), Server(transport, chain)
            if isolation.inside():
                isolation.trust(authority)
        try:
            server.start()
            yield Live(engine, version, server, setting, patience)
        finally:
            engine.stop()
            server.stop()


@contextlib.contextmanager
def _interrupted_once() -> Iterator[None]:
    """
    Take being ended as an interruption like any other, and no second one: what has been observed is written down.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
