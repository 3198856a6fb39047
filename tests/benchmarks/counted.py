"""
The works whose instructions are counted, and the program that valgrind runs for it.

`python -m tests.benchmarks.counted` warms each work up, then lets one child process do it N times and another 2N times,
and prints their process ids. What both did before, interpreter and imports included, cancels out in the difference, and
so does what a work does only the first time.
"""

from __future__ import annotations

import gc
import itertools
import os
import sys
import traceback
from functools import partial
from typing import TYPE_CHECKING, Final

import werkzeug.test

from browsercors import AsyncBrowser, Browser
from browsercors.servers import time_limits
from tests.benchmarks.apps import API, ORIGIN, PAGE, asgi_app, wsgi_app
from tests.benchmarks.measure import repeated
from tests.benchmarks.reports import BLOCKED, reports
from tests.benchmarks.scenarios import UPDATE, URL, Loop, fresh_browser

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["COUNTS", "UNIT", "works"]

UNIT: Final = "unit"
COOKIE: Final = ("session", "1")
SEEN: Final = 10_000
"""Numbers in distinct URLs begin here, so that all are of one length."""

COUNTS: Final = {
    UNIT: 50,
    "WSGI GET": 50,
    "WSGI cold PUT": 30,
    "WSGI warm PUT": 50,
    "WSGI GET, fresh browser": 30,
    "WSGI GET, distinct URLs": 50,
    "ASGI GET": 50,
    "ASGI cold PUT": 30,
    "ASGI warm PUT": 50,
    "ASGI GET, fresh browser": 20,
    "ASGI GET, distinct URLs": 50,
    "report": 5,
}
"""N of each work."""


def _unit() -> Callable[[int], None]:
    client = werkzeug.test.Client(wsgi_app)
    headers = {"Origin": ORIGIN, "Cookie": "=".join(COOKIE)}
    return repeated(lambda: client.get("/items/7", headers=headers))


def _works_of_wsgi() -> dict[str, Callable[[int], None]]:
    browser = Browser()
    browser.mount(API, wsgi_app)
    browser.set_cookie(*COOKIE, domain=API.removeprefix("https://"))
    page = browser.open(PAGE)
    numbers = itertools.count(SEEN)

    def cold() -> object:
        browser.preflight_cache.clear()
        return page.fetch(URL, **UPDATE)

    once: dict[str, Callable[[], object]] = {
        "GET": lambda: page.fetch(URL, credentials="include"),
        "cold PUT": cold,
        "warm PUT": lambda: page.fetch(URL, **UPDATE),
        "GET, fresh browser": fresh_browser,
        "GET, distinct URLs": lambda: page.fetch(f"{API}/items/{next(numbers)}", credentials="include"),
    }
    return {f"WSGI {name}": repeated(work) for name, work in once.items()}


def _works_of_asgi() -> dict[str, Callable[[int], None]]:
    loop = Loop()
    browser = AsyncBrowser()
    browser.mount(API, asgi_app)
    browser.set_cookie(*COOKIE, domain=API.removeprefix("https://"))
    page = browser.open(PAGE)
    numbers = itertools.count(SEEN)

    async def simple() -> object:
        return await page.fetch(URL, credentials="include")

    async def cold() -> object:
        browser.preflight_cache.clear()
        return await page.fetch(URL, **UPDATE)

    async def warm() -> object:
        return await page.fetch(URL, **UPDATE)

    async def fresh() -> object:
        # NB: an application of ASGI is started and shut down as well; without that, loops fill with waiting tasks.
        async with AsyncBrowser() as another:
            another.mount(API, asgi_app)
            return await another.open(PAGE).fetch(URL, credentials="include")

    async def distinct() -> object:
        return await page.fetch(f"{API}/items/{next(numbers)}", credentials="include")

    once = {
        "GET": simple,
        "cold PUT": cold,
        "warm PUT": warm,
        "GET, fresh browser": fresh,
        "GET, distinct URLs": distinct,
    }
    return {f"ASGI {name}": partial(loop.times, work) for name, work in once.items()}


def works() -> dict[str, Callable[[int], None]]:
    """
    Return by name what does a work so many times.

    A page's fetch sends what the unit sends, `Origin` and `Cookie`; a fresh browser has no cookie, since putting one
    there would be counted too.
    """
    return {UNIT: _unit(), **_works_of_wsgi(), **_works_of_asgi(), "report": repeated(reports()[BLOCKED])}


def _in_a_child(work: Callable[[int], None], count: int) -> int:
    """
    Do *work* that many times in a process of its own, and return its id.

    Raises:
        RuntimeError: The work failed.
    """
    process = os.fork()
    if process == 0:
        status = 1
        try:
            # NB: each request says when it has to be over, as always; but the thread that looks at the clock stays
            # asleep, since what threads cost depends on how busy the machine is.
            time_limits._watchdog.next_look = 0.0
            work(count)
            status = 0
        except BaseException:  # noqa: BLE001  # whatever it is, the child must not go on with what is the parent's
            traceback.print_exc()
        finally:
            os._exit(status)
    _, status = os.waitpid(process, 0)
    if status != 0:
        raise RuntimeError(f"a work ended with status {status}")
    return process


def main(names: list[str]) -> None:
    """
    Do the works of these names, N times and 2N times.
    """
    made = works()
    measured = {name: made[name] for name in names}
    for name, work in measured.items():
        work(COUNTS[name])
    gc.collect()
    gc.disable()
    gc.freeze()
    for name, work in measured.items():
        count = COUNTS[name]
        print(name, count, _in_a_child(work, count), _in_a_child(work, 2 * count), sep="\t", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
