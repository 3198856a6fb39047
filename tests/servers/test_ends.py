"""
How browsers and the interpreter end when an application would not: in programs of their own, as only those can hang.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Final

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGALRM")

SETTING: Final = """
import asyncio, gc, signal, sys, threading, time
from browsercors import AsyncBrowser, Browser

async def waits(scope, receive, send):
    await asyncio.sleep(60)

async def stubborn(scope, receive, send):
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

async def blocks(scope, receive, send):
    assert scope["type"] == "http"
    time.sleep(60)

def wsgi(environ, start_response):
    time.sleep(60)

class Interrupted(BaseException):
    pass

def interrupt(*_):
    raise Interrupted

def page_of(target, **options):
    browser = Browser()
    browser.mount("https://app.example.com", target, **options)
    return browser, browser.open("https://app.example.com/")

def interrupted(page):
    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        page.fetch("/")
    except Interrupted:
        return
    raise AssertionError("not interrupted")
"""

# what is done                                    program                                                seconds
CASES: Final[list[tuple[str, str, float]]] = [
    ("close after an interrupted start-up", "b, p = page_of(waits)\ninterrupted(p)\nb.close()", 3),
    ("close after an interrupted start-up that catches all", "b, p = page_of(stubborn)\ninterrupted(p)\nb.close()", 9),
    ("no close after an interrupted start-up", "b, p = page_of(waits)\ninterrupted(p)", 3),
    ("close after an interrupted request that blocks the loop", "b, p = page_of(blocks)\ninterrupted(p)\nb.close()", 9),
    ("a test runner's alarm rings in its time, and in the application", "b, p = page_of(wsgi)\ninterrupted(p)", 3),
    (
        "a test runner's alarm goes on after a request that was too slow",
        """
b, p = page_of(wsgi, timeout=0.1)
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.5)
assert p.fetch("/").block.reason.value == "timed-out"
try:
    time.sleep(20)
except Interrupted:
    sys.exit(0)
sys.exit(1)
""",
        4,
    ),
    (
        "an abandoned worker thread",
        """
async def main():
    async with AsyncBrowser() as b:
        b.mount("https://app.example.com", wsgi, timeout=0.1)
        assert (await b.open("https://app.example.com/").fetch("/")).block.reason.value == "timed-out"
asyncio.run(main())
""",
        4,
    ),
    (
        "an abandoned loop thread",
        """
b, p = page_of(blocks, timeout=0.1)
assert p.fetch("/").block.reason.value == "timed-out"
b.close()
""",
        4,
    ),
    (
        "browsers that are forgotten leave no thread behind",
        """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body"})
def quick(environ, start_response):
    start_response("200 OK", [])
    return []
async def fetch():
    b = AsyncBrowser()
    b.mount("https://app.example.com", quick)
    await b.open("https://app.example.com/").fetch("/")
for _ in range(3):
    page_of(app)[1].fetch("/")
    asyncio.run(fetch())
gc.collect()
time.sleep(0.3)
left = [each.name for each in threading.enumerate() if each.name.startswith("browsercors")]
assert left == ["browsercors-deadlines"], left
""",
        4,
    ),
]


@pytest.mark.parametrize(("program", "seconds"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_it_ends(program: str, seconds: float) -> None:
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", SETTING + program], capture_output=True, text=True, timeout=40, check=False
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    # NB: and a second or two for the interpreter.
    assert time.monotonic() - began < seconds + 3
