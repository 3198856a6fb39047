"""
Telling WSGI applications from ASGI ones, without calling them.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from browsercors.values.arguments import ArgumentTypeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.literals import Interface

__all__ = ["detect_interface", "is_double_callable", "to_single_callable"]


def detect_interface(app: object) -> Interface:
    """
    Return which interface *app* has: a coroutine function is ASGI; otherwise the number of its arguments tells.

    Raises:
        TypeError: It is no application, or cannot be told.
    """
    if not callable(app):
        raise ArgumentTypeError(
            "target has to be a WSGI or ASGI application, the URL of a live server ('http://127.0.0.1:8000') "
            f"or a server such as ScriptedServer, not {app!r}"
        )
    if is_double_callable(app) or any(inspect.iscoroutinefunction(layer) for layer in _layers(app)):
        return "asgi"
    names = _required_arguments(app)
    if names is not None:
        if len(names) == 2:
            return "wsgi"
        if len(names) == 3:
            return "asgi"
    raise ArgumentTypeError(
        f'target cannot be told to be a WSGI or an ASGI application: {app!r}; say which with interface="wsgi" or '
        'interface="asgi"'
    )


def is_double_callable(app: object) -> bool:
    """
    Whether *app* is an ASGI 2 application: called with the scope, it returns what is called with receive and send.
    """
    if _required_arguments(app) is None or len(_required_arguments(app) or ()) != 1:
        return False
    if inspect.isclass(app):
        return inspect.iscoroutinefunction(getattr(app, "__call__", None))  # noqa: B004 - whether it is a coroutine
    return _required_arguments(app) == ["scope"]


def to_single_callable(app: Callable[..., Any]) -> Callable[..., Any]:
    """
    Return an ASGI 3 application that does what the ASGI 2 application does.
    """

    async def single_callable(scope: Any, receive: Any, send: Any) -> None:
        await app(scope)(receive, send)

    return single_callable


def _layers(app: Any) -> list[object]:
    """
    Return the application and what it wraps: partials, decorated functions, and the `__call__` of an object.
    """
    layers: list[object] = []
    while app is not None and len(layers) < 32:
        layers.append(app)
        if isinstance(app, functools.partial):
            app = app.func
        elif inspect.isfunction(app) or inspect.ismethod(app):
            app = getattr(app, "__wrapped__", None)
        elif inspect.isclass(app):
            break
        else:
            # NB: on the instance, for some wrappers (Sentry's) put their `__call__` there.
            call = getattr(app, "__call__", None)  # noqa: B004
            app = call if inspect.ismethod(call) or inspect.isfunction(call) else None
    return layers


def _required_arguments(app: Any) -> list[str] | None:
    """
    Return the names of the positional arguments without a default; None where they cannot be known or are any number.
    """
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return None
    return [
        parameter.name
        for parameter in parameters
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        and parameter.default is parameter.empty
    ]
