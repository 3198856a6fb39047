"""
Ports of this machine.
"""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

from tests.evidence.recorder.engine import EngineError

if TYPE_CHECKING:
    from tests.evidence.recorder.engine import Process

__all__ = ["free_port", "wait_for_port"]


def free_port() -> int:
    """
    Return a port that nothing listens on.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, process: Process) -> None:
    """
    Wait until *process* listens.

    Raises:
        EngineError: It ended, or takes too long.
    """
    for _ in range(240):
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
        if not process.alive():
            break
        time.sleep(0.25)
    raise EngineError(f"nothing listens on port {port}: {process.log()}")
