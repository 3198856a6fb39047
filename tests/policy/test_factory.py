"""
Factories and applications: how they are told apart, what is fresh, and what is said of those that do not work.
"""

from __future__ import annotations

import functools
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import fastapi
import flask
import pytest
import starlette.applications

from browsercors import ScriptedServer
from browsercors.policy.factory import Factory, FactoryError
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def wsgi(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return []


def configured(settings: Any, environ: Any, start_response: Any) -> list[bytes]:
    return wsgi(environ, start_response)


async def asgi(scope: Any, receive: Any, send: Any) -> None: ...


class PerRequest:
    """
    A WSGI application that is a class: an instance is the answer to one request.
    """

    def __init__(self, environ: Any, start_response: Any) -> None: ...


class DoubleCallable:
    """
    An ASGI 2 application.
    """

    def __init__(self, scope: Any) -> None: ...
    async def __call__(self, receive: Any, send: Any) -> None: ...


class Made:
    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        return wsgi(environ, start_response)


class MadeAsync:
    def __init__(self, name: str = "") -> None: ...
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


def create_app(config: Any = None) -> Any:
    return flask.Flask("made")


def create_with(config: Any) -> Any:
    return flask.Flask("made")


class Maker:
    def __call__(self) -> Any:
        return Made()


APPLICATIONS: list[Any] = [
    wsgi,
    asgi,
    PerRequest,
    DoubleCallable,
    Made(),
    MadeAsync(),
    flask.Flask("it"),
    flask.Flask("it").wsgi_app,
    starlette.applications.Starlette(),
    fastapi.FastAPI(),
    functools.partial(configured, None),
    ScriptedServer(),
    "http://127.0.0.1:8000",
    parse_url("http://127.0.0.1:8000"),
    SimpleNamespace(url="http://127.0.0.1:8000"),
]


APPLICATION_NAMES = [
    "WSGI function",
    "ASGI function",
    "WSGI class for each request",
    "ASGI 2 class",
    "WSGI object",
    "ASGI object",
    "Flask",
    "what Flask wraps",
    "Starlette",
    "FastAPI",
    "partial of a WSGI function",
    "server",
    "URL as text",
    "URL",
    "object with a URL",
]


@pytest.mark.parametrize("target", APPLICATIONS, ids=APPLICATION_NAMES)
def test_an_application_a_server_or_a_url_stays_what_it_is(target: Any) -> None:
    factory = Factory(target)

    assert not factory.is_fresh
    assert target is factory.fresh()
    assert target is factory.fresh()


FACTORIES: list[Any] = [
    create_app,
    Made,
    MadeAsync,
    Maker(),
    lambda: wsgi_of(1),
    functools.partial(create_with, None),
    starlette.applications.Starlette,
    fastapi.FastAPI,
    ScriptedServer,
]


def wsgi_of(number: int) -> Any:
    return functools.partial(configured, number)


FACTORY_NAMES = [
    "function",
    "WSGI class",
    "ASGI class",
    "object",
    "lambda",
    "partial of a function",
    "Starlette",
    "FastAPI",
    "ScriptedServer",
]


@pytest.mark.parametrize("target", FACTORIES, ids=FACTORY_NAMES)
def test_what_can_be_called_without_arguments_makes_fresh_applications(target: Any) -> None:
    factory = Factory(target)
    made = [factory.fresh() for _ in range(3)]

    assert factory.is_fresh
    assert 3 == len({id(app) for app in made})


def test_a_factory_is_called_once_before_anything_is_asked_and_nothing_is_wasted() -> None:
    calls = []

    def create() -> Any:
        calls.append(1)
        return Made()

    factory = Factory(create)
    assert 1 == len(calls)
    factory.fresh()
    assert 1 == len(calls)
    factory.fresh()
    assert 2 == len(calls)


def test_a_factory_that_returns_the_same_object_is_not_fresh() -> None:
    app = Made()
    factory = Factory(lambda: app)
    factory.fresh()
    factory.fresh()

    assert not factory.is_fresh
    assert app is factory.fresh()


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """
    Be in a directory with the module `made_here`, of which nothing is left afterwards.
    """
    (tmp_path / "made_here.py").write_text(
        "def app(environ, start_response):\n    return []\n"
        "def create_app(name='x'):\n    return lambda environ, start_response: [name]\n"
        "def needs(name):\n    return create_app(name)\n"
        "def nothing():\n    pass\n"
    )
    (tmp_path / "broken_here.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in ("made_here", "broken_here"):
        sys.modules.pop(name, None)


NAMES = [
    # name                       fresh
    ("made_here:app", False),
    ("made_here:create_app", True),
    ("made_here:create_app()", True),
    ("made_here:create_app('y')", True),
    ("made_here:needs('y')", True),
]


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_a_name_leads_to_an_application_or_to_a_factory(name: str, expected: bool) -> None:
    factory = Factory(name)

    assert expected == (factory.fresh() is not factory.fresh())
    assert expected == factory.is_fresh
    assert name in repr(factory)


def raising() -> Any:
    raise LookupError("no settings")


def exiting() -> Any:
    sys.exit("no settings")


def hanging() -> Any:
    time.sleep(60)


def returns_nothing() -> Any: ...


def returns_text() -> Any:
    return "made_here:app"


def returns_a_factory() -> Any:
    return create_app


def returns_what_needs_one() -> Any:
    return create_with


def yields() -> Any:
    yield Made()


async def create_async() -> Any:
    return Made()


WRONG: list[tuple[Any, type[Exception], str]] = [
    (raising, FactoryError, "raising() raised LookupError: no settings (line "),
    (exiting, FactoryError, "exiting() raised SystemExit: no settings (line "),
    (hanging, FactoryError, "hanging() did not return within 0.1 seconds"),
    (returns_nothing, TypeError, "returns_nothing() has to return a WSGI or ASGI application, not None; is there a"),
    (returns_text, TypeError, "returns_text() has to return a WSGI or ASGI application, not 'made_here:app'"),
    (returns_a_factory, TypeError,
     "returns_a_factory() has to return a WSGI or ASGI application, not the factory create_app; give that"),
    (returns_what_needs_one, TypeError, "returns_what_needs_one() has to return a WSGI or ASGI application, not <func"),
    (yields, TypeError, "yields() has to return a WSGI or ASGI application, not the generator"),
    (create_async, TypeError, "create_async() has to return a WSGI or ASGI application, not a coroutine; give"),
    (create_with, TypeError, "app has to be a WSGI or ASGI application, a function or a class that returns one"),
    (flask.Flask, TypeError, "app has to be a WSGI or ASGI application, a function or a class"),
    (None, TypeError, "app has to be a WSGI or ASGI application, a function or a class"),
    (42, TypeError, "app has to be a WSGI or ASGI application, a function or a class"),
    ("ftp://a.example", ValueError, "app has to be a WSGI or ASGI application, a function or a class"),
    ("made_here", ValueError, "there is no fixture 'made_here' for this test; write the name of a fixture"),
    ("made_here:nope", ValueError, "module 'made_here' has no attribute 'nope'"),
    ("made_here:needs", TypeError, "app has to be a WSGI or ASGI application, a function or a class"),
    ("made_here:nothing()", TypeError, "made_here:nothing() has to return a WSGI or ASGI application, not None"),
    ("made_here:needs()", FactoryError, "made_here:needs() raised TypeError: needs() missing 1 required"),
    ("not_there:app", ValueError, "there is no module 'not_there'"),
    ("broken_here:app", FactoryError, "importing broken_here raised ZeroDivisionError: division by zero (line 1 of"),
]  # fmt: skip


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize(("target", "error", "message"), WRONG, ids=[str(row[2])[:60] for row in WRONG])
def test_what_does_not_work_is_named_at_once(target: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        Factory(target, timeout=0.1 if target is hanging else 10)

    assert str(caught.value).startswith(message)


def test_what_needs_arguments_is_told_which() -> None:
    with pytest.raises(TypeError, match=r"create_with needs the arguments config\. If it is an application, say which"):
        Factory(create_with)


def test_an_application_that_cannot_be_told_is_taken_as_what_it_is_said_to_be() -> None:
    def app(environ: Any, start_response: Any, more: Any, further: Any) -> Any: ...

    assert app is Factory(app, interface="wsgi").fresh()


def test_a_factory_that_fails_later_is_named_then() -> None:
    made = [Made()]
    factory = Factory(lambda: made.pop())
    factory.fresh()

    with pytest.raises(FactoryError, match="raised IndexError: pop from empty list"):
        factory.fresh()
