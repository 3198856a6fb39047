"""
Scenarios whose server writes raw bytes: they go over a socket of this machine, as to a live server.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

from browsercors.servers.live.live import LiveServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.wire import HTTPRequest, HTTPResponse, TransportFailure
    from tests.evidence.recorder.scenario import Answer

__all__ = ["Streams"]


class Streams:
    """
    A server on a socket, and the live server of browsercors that asks it.

    Args:
        respond: Returns the answer to a request: its method, target, header lines and body.
        fill: Puts hosts into what is written.
    """

    def __init__(self, respond: Callable[[str, str, list[str], str], Answer], fill: Callable[[str], str]) -> None:
        self._respond = respond
        self._fill = fill
        self._writing = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        # NB: connections are kept for each origin.
        self._live: dict[tuple[str, str, int | None], LiveServer] = {}
        threading.Thread(target=self._serve, daemon=True).start()

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Ask over the socket.
        """
        origin = (request.url.scheme, request.url.host, request.url.port)
        if origin not in self._live:
            self._live[origin] = LiveServer(f"http://127.0.0.1:{self._listening.getsockname()[1]}", timeout=5)
        answer = self._live[origin].send(request)
        # NB: so that a connection which the server closes is closed before the next request.
        with self._writing:
            return answer

    def close(self) -> None:
        """
        Close the connections, and stop listening.
        """
        for live in self._live.values():
            live.close()
        # NB: closing alone does not wake the thread that waits for a connection.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as reading:
            while first := reading.readline():
                method, target, _ = first.decode("latin-1").split(" ", 2)
                lines = [line[:-2].decode("latin-1") for line in iter(reading.readline, b"\r\n")]
                length = next((line for line in lines if line.lower().startswith("content-length:")), ":0")
                body = reading.read(int(length.partition(":")[2])).decode("latin-1")
                answer = self._respond(method, target, lines, body)
                with self._writing:
                    connection.sendall(self._fill(_written(answer, method)).encode("latin-1"))
                    if not answer.keep:
                        connection.shutdown(socket.SHUT_WR)
                        return


def _written(answer: Answer, method: str) -> str:
    """
    Write an answer as the recorder's server does.
    """
    if answer.raw is not None:
        return answer.raw
    body = "" if answer.keep and method == "HEAD" else answer.body
    return "\r\n".join([f"HTTP/1.1 {answer.status} {answer.reason}", *answer.headers]) + "\r\n\r\n" + body
