"""
Recordings of any size, for measuring what it costs to judge them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Final

from tests.har.build import API, PAGE, chromium_entry, har

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["RECORDINGS", "cost_of_judging", "write_recording"]

# How many entries a recording has, and how many bytes the body of an answer.
RECORDINGS: Final = ((1_000, 0), (10_000, 0), (30_000, 0), (1_000, 100_000))

PROGRAM: Final = """
import resource, sys, time
from browsercors import read_har
begun = time.process_time()
verdicts = sum(1 for _ in read_har(sys.argv[1]))
print(verdicts, time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

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


def cost_of_judging(path: Path) -> tuple[int, float, float]:
    """
    Judge a recording in a new interpreter.

    Returns:
        How many verdicts there are, how many seconds of processor time they took, and how many megabytes of memory the
        interpreter had at most.
    """
    finished = subprocess.run([sys.executable, "-c", PROGRAM, path], capture_output=True, check=True, text=True)
    verdicts, seconds, kilobytes = finished.stdout.split()
    return int(verdicts), float(seconds), int(kilobytes) / 1000
