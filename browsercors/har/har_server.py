"""
A server that answers as a HAR file has recorded it.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
from collections import Counter
from typing import IO, TYPE_CHECKING

import attrs

from browsercors.har.answers import answer
from browsercors.har.reading import GZIP, HarFile, HarProblem, check_source, opened
from browsercors.har.replaying import HarError
from browsercors.servers.messages import ResponseMessage
from browsercors.servers.recorded import RecordedServer

if TYPE_CHECKING:
    import os

__all__ = ["har_server"]


def har_server(source: str | os.PathLike[str] | IO[bytes]) -> RecordedServer:
    """
    Return a server that answers as a HAR file has recorded it: `browser.mount("https://api.example.com", server)`.

    Each request gets the response recorded for its method and URL, preflights apart; several come in the order
    recorded, and the last one repeats. A request that was not recorded has no verdict (`not-recorded`).

    Args:
        source: The path of the file, or the file, opened for reading bytes.

    Raises:
        TypeError: *source* is neither.
        HarError: The file is no HAR file, or breaks off.
        OSError: The file cannot be opened.
    """
    check_source(source)

    def tell(problem: HarProblem) -> None:
        if problem.ends_reading:
            raise HarError(str(problem))

    server = RecordedServer()
    with opened(source) as file:
        data = file.read()
    bodies = _bodies(data)
    for entry in HarFile(io.BytesIO(data), on_problem=tell, skipped=Counter()):
        asks = entry.request.value_of("Access-Control-Request-Method") is not None
        is_preflight = entry.request.method == "OPTIONS" and (asks or entry.resource_type == "preflight")
        recorded = answer(entry)
        if isinstance(recorded, ResponseMessage) and entry.number in bodies:
            recorded = attrs.evolve(recorded, body=bodies[entry.number])
        server.record(entry.request.method, entry.request.url, recorded, is_preflight=is_preflight)
    return server


def _bodies(data: bytes) -> dict[int, bytes]:
    """
    Return the whole bodies of responses by the numbers of their entries, which the reader of verdicts leaves out.
    """
    if data.startswith(GZIP):
        data = gzip.decompress(data)
    bodies = {}
    try:
        entries = json.loads(data)["log"]["entries"]
        for number, entry in enumerate(entries):
            content = entry.get("response", {}).get("content", {})
            text = content.get("text") if isinstance(content, dict) else None
            if isinstance(text, str):
                is_base64 = content.get("encoding") == "base64"
                bodies[number] = base64.b64decode(text) if is_base64 else text.encode("utf-8", "replace")
    except (ValueError, KeyError, TypeError, AttributeError):
        # NB: what is wrong with the file, its reader says.
        return bodies
    return bodies
