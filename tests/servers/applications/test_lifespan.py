"""
The lifespan: once before the first request, and once at the end.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from browsercors.servers.applications.asgi import ASGIServer
from browsercors.servers.applications.event_loop import EventLoopThread
from browsercors.servers.applications.lifespan import LifespanError
from tests.servers.helpers import make_request, response_of


class Application:
    """
    An application with a lifespan, that writes down what happens to it.
    """

    def __init__(self, *, startup: str = "complete", shutdown: str = "complete", returns: bool = True) -> None:
        self.events: list[Any] = []
        self.startup = startup
        self.shutdown = shutdown
        self.returns = returns

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.events.append(dict(scope["state"]))
            scope["state"]["mine"] = "changed"
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body"})
            return
        while True:
            message = await receive()
            self.events.append(message["type"])
            outcome = self.startup if message["type"] == "lifespan.startup" else self.shutdown
            if outcome == "raise":
                raise ValueError("oh")
            if outcome == "return":
                return
            scope["state"]["mine"] = "value"
            await asyncio.sleep(0)
            await send({"type": f"{message['type']}.{outcome}", "message": "no database"})
            if message["type"] == "lifespan.shutdown" and self.returns:
                return


STATE = {"mine": "value"}


@pytest.mark.parametrize("returns", [True, False])
def test_an_async_browser_starts_the_application_once_and_shuts_it_down(returns: bool) -> None:
    app = Application(returns=returns)

    async def main() -> set[Any]:
        server = ASGIServer(app)
        await asyncio.gather(*(server.send_async(make_request()) for _ in range(3)))
        await server.aclose()
        await server.aclose()
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert set() == asyncio.run(main())
    assert app.events == ["lifespan.startup", STATE, STATE, STATE, "lifespan.shutdown"]


def test_a_sync_browser_does_the_same_and_can_begin_again() -> None:
    app = Application()
    server = ASGIServer(app)
    for _ in range(2):
        server.send(make_request())
        server.send(make_request())
        server.close()

    assert app.events == ["lifespan.startup", STATE, STATE, "lifespan.shutdown"] * 2


@pytest.mark.parametrize("startup", ["raise", "return", "unheard-of"])
def test_an_application_without_lifespan_is_served_without(startup: str) -> None:
    app = Application(startup=startup)
    server = ASGIServer(app)

    assert response_of(server.send(make_request())).status == 200
    server.close()
    assert [event for event in app.events if isinstance(event, str)] == ["lifespan.startup"]


def test_a_failed_start_up_is_raised_in_the_caller_each_time() -> None:
    app = Application(startup="failed")
    server = ASGIServer(app)
    for _ in range(2):
        with pytest.raises(LifespanError, match="the application's start-up failed: no database"):
            server.send(make_request())
    server.close()

    assert app.events[0] == "lifespan.startup"
    assert STATE not in app.events


@pytest.mark.parametrize(
    ("shutdown", "message"),
    [
        ("failed", "the application's shutdown failed: no database"),
        ("raise", r"the application raised ValueError\('oh'\) at its shutdown"),
    ],
)
def test_a_failed_shutdown_is_raised_in_the_caller(shutdown: str, message: str) -> None:
    server = ASGIServer(Application(shutdown=shutdown))
    server.send(make_request())

    with pytest.raises(LifespanError, match=message):
        server.close()


def test_an_application_that_only_returns_at_its_shutdown_is_content() -> None:
    app = Application(shutdown="return")
    server = ASGIServer(app)
    server.send(make_request())
    server.close()

    assert app.events[-1] == "lifespan.shutdown"


def test_an_application_that_answers_its_start_up_twice_is_still_shut_down() -> None:
    events = []

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.startup.complete"})
            events.append((await receive())["type"])
            await send({"type": "lifespan.shutdown.complete"})

    server = ASGIServer(app)
    server.send(make_request())
    server.close()

    assert events == ["lifespan.shutdown"]


def test_an_application_that_is_started_belongs_to_its_loop() -> None:
    thread = EventLoopThread()
    server = ASGIServer(Application(), loop_thread=thread)
    server.send(make_request())

    async def send() -> None:
        with pytest.raises(RuntimeError, match="started in another event loop; open a browser in each loop"):
            await server.send_async(make_request())
        with pytest.raises(RuntimeError, match="has to be closed there"):
            await server.aclose()

    asyncio.run(send())
    server.close()
    thread.close()


def test_an_application_whose_loop_has_ended_is_started_again() -> None:
    app = Application()
    server = ASGIServer(app)
    for _ in range(2):
        asyncio.run(server.send_async(make_request()))

    assert app.events == ["lifespan.startup", STATE] * 2


def test_a_first_request_that_is_cancelled_does_not_cancel_the_start_up() -> None:
    started = asyncio.Event()

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body"})
            return
        await receive()
        await started.wait()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def main() -> int:
        server = ASGIServer(app)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await server.send_async(make_request())
        started.set()
        response = await server.send_async(make_request())
        await server.aclose()
        return response_of(response).status

    assert asyncio.run(main()) == 200
