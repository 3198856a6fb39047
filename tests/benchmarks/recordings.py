"""
Recordings of any size, for measuring what it costs to judge them.
"""

from __future__ import annotations

import json
import time
import tracemalloc
from typing import IO, TYPE_CHECKING, Final

from browsercors.har.replaying import read_har
from tests.har.build import API, PAGE, chromium_entry, har

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["RECORDINGS", "peak_megabytes", "seconds_to_judge", "write_recording"]

# How many entries a recording has, and how many bytes the body of an answer.
RECORDINGS: Final = ((1_000, 0), (10_000, 0), (20_000, 0), (1_000, 100_000))

ASKED: Final = {"access-control-request-method": "PUT", "access-control-request-headers": "content-type"}
ALLOWED: Final = {"access-control-allow-origin": PAGE}
GRANTED: Final = {**ALLOWED, "access-control-allow-methods": "PUT", "access-control-allow-headers": "content-type"}


def write_recording(file: IO[bytes], count: int, body: int) -> None:
    """
    Write a recording of so many entries: requests with their preflights, every third answer without the header.
    """
    head, end = json.dumps(har()).rsplit("]", 1)
    file.write(head.encode())
    for number in range(count // 2):
        fails = number % 3 == 0
        url = f"{API}/items/{number}"
        request = chromium_entry(
            "PUT",
            url,
            200,
            {"content-type": "application/json"},
            {} if fails else ALLOWED,
            error="net::ERR_FAILED" if fails else None,
            body="{}",
            second=number / 100,
        )
        request["response"]["content"]["text"] = "x" * body
        preflight = chromium_entry("OPTIONS", url, 204, ASKED, GRANTED, kind="preflight", second=number / 100)
        file.write(f"{',' if number else ''}{json.dumps(request)},{json.dumps(preflight)}".encode())
    file.write(f"]{end}".encode())


def seconds_to_judge(path: Path) -> tuple[int, float]:
    """
    Judge a recording; return how many verdicts there are, and how much processor time they took.
    """
    begun = time.process_time()
    verdicts = sum(1 for _ in read_har(path))
    return verdicts, time.process_time() - begun


def peak_megabytes(path: Path) -> float:
    """
    Judge a recording; return how much memory Python's objects had at most.
    """
    tracemalloc.start()
    try:
        for _ in read_har(path):
            pass
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
