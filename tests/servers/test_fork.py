"""
A child after `fork` has none of its parent's threads: it makes its own, and starts applications anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")

SETTING: Final = """
import asyncio, gc, os, signal, sys, threading
from browsercors import AsyncBrowser, Browser

signal.alarm(20)
started = []

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        started.append(os.getpid())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        started.append(-os.getpid())
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})

def wsgi(environ, start_response):
    start_response("200 OK", [])
    return [str(os.getpid()).encode()]

def in_child(function):
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        try:
            function()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "the child has failed"

def make(target, **options):
    browser = Browser()
    browser.mount("https://app.example.com", target, **options)
    return browser, browser.open("https://app.example.com/")

def ask(page):
    assert page.fetch("/").text() == str(os.getpid())
"""

CASES: Final = {
    "a loop of its own, in which the application is started again": """
browser, page = make(app)
ask(page)
def child():
    ask(page)
    ask(page)
    browser.close()
    me, parent = os.getpid(), os.getppid()
    assert started == [parent, me, -me], started
in_child(child)
ask(page)
browser.close()
me = os.getpid()
assert started == [me, -me], started
""",
    "closing alone": """
browser, page = make(app)
ask(page)
in_child(browser.close)
ask(page)
browser.close()
""",
    "a browser that is forgotten": """
browsers = [make(app)]
ask(browsers[0][1])
def child():
    browsers.clear()
    gc.collect()
in_child(child)
ask(browsers[0][1])
browsers[0][0].close()
""",
    "an ordinary end of the child": """
browser, page = make(app)
ask(page)
child = os.fork()
if child == 0:
    ask(page)
    sys.exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
ask(page)
""",
    "deadlines in the main thread": """
def slow(environ, start_response):
    threading.Event().wait()
def child():
    quick, page = make(slow, timeout=0.1)
    assert page.fetch("/").block.reason.value == "timed-out"
child()
in_child(child)
""",
    "a worker thread of its own": """
browser, page = make(wsgi)
def elsewhere():
    thread = threading.Thread(target=ask, args=(page,))
    thread.start()
    thread.join()
elsewhere()
in_child(elsewhere)
elsewhere()
""",
    "a loop of the caller's own": """
browser = AsyncBrowser()
browser.mount("https://app.example.com", app)
browser.mount("https://wsgi.example.com", wsgi)
async def fetch():
    for host in ("app", "wsgi"):
        page = browser.open(f"https://{host}.example.com/")
        assert (await page.fetch("/")).text() == str(os.getpid())
    return asyncio.get_running_loop()
loop = asyncio.new_event_loop()
loop.run_until_complete(fetch())
in_child(lambda: asyncio.run(fetch()))
loop.run_until_complete(fetch())
loop.run_until_complete(browser.aclose())
loop.close()
""",
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_child_after_fork_has(case: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", SETTING + case],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
