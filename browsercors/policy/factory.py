"""
Where the server that is checked comes from, and whether each run can have a fresh one.

An application that remembers what it was asked makes two runs differ. One that comes out of a factory does not: each
run has its own.
"""

from __future__ import annotations

import inspect
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Literal, final

from browsercors.servers.applications.interfaces import detect_interface
from browsercors.servers.named_applications import ApplicationFailed, failure_text, find_application
from browsercors.servers.server import Server
from browsercors.servers.time_limits import Hangs, checked_seconds, within
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FIXTURES", "Factory", "FactoryError", "factory_of"]

RIGHT: Final = (
    "a WSGI or ASGI application, a function or a class that returns one without arguments, 'module:app', "
    "'module:create_app()', a server such as ScriptedServer, or the URL of a live server"
)

FIXTURES: Final[ContextVar[Callable[[str], Any] | None]] = ContextVar("FIXTURES", default=None)
"""How a fixture is found by its name, while pytest runs a test."""


class FactoryError(RuntimeError):
    """
    A factory raised, or did not return in time.
    """


@final
class Factory:
    """
    What gives a server to each run.

    Args:
        target: A WSGI or ASGI application; a factory, which is a function or a class that can be called without
            arguments and returns an application; the name of either, `"module:app"`, `"module:create_app"` or
            `"module:create_app()"`; in a test that pytest runs, the name of a fixture whose value is any of these; a
            server such as `ScriptedServer`; or the URL of a live server.
        interface: "wsgi" or "asgi", for an application that cannot be told.
        timeout: How many seconds a factory has. As `time_limits` says, only the main thread can keep it.

    A factory is called once at once, so that one that does not work is named before anything is asked.

    Raises:
        TypeError: *target* is none of these, or a factory returned something else.
        ValueError: A name leads nowhere, or a URL is no http(s) URL.
        FactoryError: A factory raised or took too long, or so did the module that has it.
    """

    def __init__(self, target: Any, *, interface: Literal["wsgi", "asgi"] | None = None, timeout: float = 10.0) -> None:
        self._interface = interface
        self._timeout = checked_seconds("timeout", timeout)
        self._make: Callable[[], Any] | None = None
        self._unused: Any = None
        self._is_used = True
        self.name: str
        if isinstance(target, str) and "://" not in target:
            self.name, target = self._found(target)
        else:
            self.name = str(target) if isinstance(target, (str, URL)) else _name_of(target)
        if self._make is None and self._is_factory(target):
            self._make = target
        if self._make is None:
            self._object = target
            return
        self._object = self._unused = self._made(self._make)
        self._is_used = False

    def __repr__(self) -> str:
        return f"<Factory {self.name}{'' if self.is_fresh else ', always the same'}>"

    @property
    def is_fresh(self) -> bool:
        """
        Whether `fresh` gives a new application each time; a factory that was seen to return the same one does not.
        """
        return self._make is not None

    @property
    def sample(self) -> Any:
        """
        The first application that was made, or the object that is always the same: to look at, and not to be asked.
        """
        return self._object

    def fresh(self) -> Any:
        """
        Return a fresh application if there is a factory, else always the same object or URL.

        Raises:
            TypeError: The factory returned something else than an application this time.
            FactoryError: It raised or took too long this time.
        """
        if self._make is None:
            return self._object
        if not self._is_used:
            self._is_used = True
            made, self._unused = self._unused, None
            return made
        made = self._made(self._make)
        if made is self._object:
            self._make = None
        return made

    def _found(self, name: str) -> tuple[str, Any]:
        """
        Return what a name leads to; if the name has a call, that is the factory.
        """
        fixture = FIXTURES.get()
        if fixture is not None and name.isidentifier():
            return name, fixture(name)
        try:
            named = within(self._timeout, find_application, name)
        except ApplicationFailed as error:
            raise FactoryError(str(error)) from None
        except Hangs:
            raise FactoryError(f"importing {name} did not end within {self._timeout:g} seconds") from None
        if named.arguments is not None:
            found, arguments = named.found, named.arguments
            self._make = lambda: found(*arguments)
        return name, named.found

    def _is_factory(self, target: Any) -> bool:
        """
        Tell factories from applications by the arguments that they need.

        Raises:
            TypeError: It is neither.
            ValueError: It is a URL, but not of a server.
        """
        if isinstance(target, (str, URL)):
            url = parse_url(str(target))
            if url is None or not url.is_http:
                raise ValueError(f"app has to be {RIGHT}, not {str(target)!r}")
            return False
        if isinstance(target, Server) and not isinstance(target, type):
            return False
        if not callable(target):
            # NB: the `live_server` of pytest-django says in `url` where it listens.
            if getattr(target, "url", None) is None:
                raise TypeError(f"app has to be {RIGHT}, not {target!r}")
            return False
        if _needs_nothing(target) and not _is_application(target, None, or_coroutine=False):
            return True
        if not _is_application(target, self._interface):
            raise TypeError(
                f"app has to be {RIGHT}; {self.name} needs {_needed(target)}. If it is an application, say which with "
                'interface="wsgi" or interface="asgi"'
            )
        return False

    def _made(self, make: Callable[[], Any]) -> Any:
        name = self.name if self.name.endswith(")") else f"{self.name}()"
        try:
            made = within(self._timeout, make)
        except Hangs:
            raise FactoryError(f"{name} did not return within {self._timeout:g} seconds") from None
        except (Exception, SystemExit) as error:
            raise FactoryError(failure_text(name, error)) from error
        problem = _problem_with(made, self._interface)
        if problem is not None:
            raise TypeError(f"{name} has to return a WSGI or ASGI application, not {problem}")
        return made


def factory_of(target: Any) -> Any:
    """
    Return what gives a server to each run: *target* itself if it is a URL or a `Factory`, else a `Factory` of it.

    Raises:
        TypeError: As `Factory`.
        ValueError: As `Factory`.
        FactoryError: As `Factory`.
    """
    is_url = isinstance(target, URL) or (isinstance(target, str) and "://" in target)
    return target if is_url or isinstance(target, Factory) else Factory(target)


def _problem_with(made: Any, interface: Literal["wsgi", "asgi"] | None) -> str | None:
    """
    Say what a factory returned in place of an application, and what to write instead.
    """
    if inspect.iscoroutine(made):
        made.close()
        return "a coroutine; give a function that is not async, such as lambda: asyncio.run(create_app())"
    if inspect.isgenerator(made) or inspect.isasyncgen(made):
        return f"the generator {made!r}; give a function that returns the application instead of yielding it"
    if made is None:
        return "None; is there a 'return app' at its end?"
    if isinstance(made, Server) and not isinstance(made, type):
        return None
    if not callable(made):
        return repr(made)
    if _needs_nothing(made) and not _is_application(made, None):
        return f"the factory {_name_of(made)}; give that factory itself"
    return None if _is_application(made, interface) else f"{made!r}, which needs {_needed(made)}"


def _is_application(target: Any, interface: str | None, *, or_coroutine: bool = True) -> bool:
    if interface is not None:
        return callable(target)
    if not or_coroutine and inspect.iscoroutinefunction(target) and _needs_nothing(target):
        return False
    try:
        detect_interface(target)
    except TypeError:
        return False
    return True


def _needs_nothing(target: Callable[..., Any]) -> bool:
    try:
        inspect.signature(target).bind()
    except (TypeError, ValueError):
        return False
    return True


def _needed(target: Callable[..., Any]) -> str:
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return "arguments that cannot be found out"
    names = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
    return f"the arguments {', '.join(names)}" if names else "no arguments"


def _name_of(target: Any) -> str:
    name = getattr(target, "__qualname__", None)
    return name if isinstance(name, str) else repr(target)
