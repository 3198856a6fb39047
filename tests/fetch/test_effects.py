"""
The two drivers of a fetch: they hand on each effect, give each reply back, and add nothing of their own.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from browsercors.fetch.effects import Reply, drive, drive_async

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from browsercors.fetch.effects import Effect


class Broken(Exception):  # noqa: N818 - what a caller may raise
    """
    An exception that no driver knows.
    """


def sync_driver(fetching: Any, perform: Callable[[Effect], Reply]) -> object:
    return drive(fetching, perform)


def async_driver(fetching: Any, perform: Callable[[Effect], Reply]) -> object:
    async def perform_later(effect: Effect) -> Reply:
        await asyncio.sleep(0)
        return perform(effect)

    return asyncio.run(drive_async(fetching, perform_later))


both = pytest.mark.parametrize("driver", [sync_driver, async_driver])


@both
def test_each_effect_gets_its_own_reply(driver: Callable[..., object]) -> None:
    def fetching() -> Generator[Any, Any, list[Any]]:
        return [(yield "first"), (yield "second")]

    assert ["FIRST", "SECOND"] == driver(fetching(), str.upper)


@both
def test_a_fetch_that_asks_for_nothing_performs_nothing(driver: Callable[..., object]) -> None:
    def fetching() -> Generator[Any, Any, str]:
        return "done"
        yield

    def refuse(effect: Effect) -> Reply:
        raise AssertionError(f"nothing asked for {effect!r}")

    assert driver(fetching(), refuse) == "done"


@both
def test_what_the_caller_raises_ends_the_fetch(driver: Callable[..., object]) -> None:
    def fetching() -> Generator[Any, Any, None]:
        yield "send"
        raise AssertionError("the fetch went on")

    def broken(effect: Effect) -> Reply:
        raise Broken(effect)

    with pytest.raises(Broken, match="send"):
        driver(fetching(), broken)


def test_a_stop_iteration_of_the_caller_is_no_result() -> None:
    def fetching() -> Generator[Any, Any, None]:
        yield "send"

    def stop(effect: Effect) -> Reply:
        raise StopIteration(effect)

    with pytest.raises(StopIteration, match="send"):
        drive(fetching(), stop)
