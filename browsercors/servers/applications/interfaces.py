"""
Telling WSGI applications from ASGI ones, without calling them.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import weakref
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from browsercors.values.arguments import ArgumentTypeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.literals import Interface

__all__ = ["detect_interface", "is_double_callable", "to_single_callable"]


Kind: TypeAlias = Literal["wsgi", "asgi", "asgi2"]

KINDS_BY_ARGUMENTS: Final[dict[int, Kind]] = {2: "wsgi", 3: "asgi"}

# NB: a test suite mounts the same application in each test, and looking at a signature costs more than a fetch.
_kinds: Final[dict[int, tuple[weakref.ref[Any], Kind | None]]] = {}


def detect_interface(app: object) -> Interface:
    """
    Return which interface *app* has: a coroutine function is ASGI; otherwise the number of its arguments tells.

    The answer is remembered for as long as the application lives.

    Raises:
        TypeError: It is not an application, or its interface cannot be detected.
    """
    if not callable(app):
        raise ArgumentTypeError(
            "target has to be a WSGI or ASGI application, the URL of a live server ('http://127.0.0.1:8000') "
            f"or a server such as ScriptedServer, not {app!r}"
        )
    kind = _kind_of(app)
    if kind is None:
        raise ArgumentTypeError(
            f'the interface of target cannot be detected; give interface="wsgi" or interface="asgi" as well: {app!r}'
        )
    return "wsgi" if kind == "wsgi" else "asgi"


def is_double_callable(app: object) -> bool:
    """
    Whether *app* is an ASGI 2 application: called with the scope, it returns what is called with receive and send.
    """
    return _kind_of(app) == "asgi2"


def _kind_of(app: object) -> Kind | None:
    identity = id(app)
    known = _kinds.get(identity)
    if known is not None and known[0]() is app:
        return known[1]
    kind = _find_kind(app)
    # NB: by identity, since an application may be equal to another one, or have no hash.
    with contextlib.suppress(TypeError):  # some types have no weak references
        _kinds[identity] = (weakref.ref(app, lambda _: _kinds.pop(identity, None)), kind)
    return kind


def _find_kind(app: object) -> Kind | None:
    arguments = _required_arguments(app)
    if _has_form_of_asgi2(app, arguments):
        return "asgi2"
    if any(inspect.iscoroutinefunction(layer) for layer in _layers(app)):
        return "asgi"
    return None if arguments is None else KINDS_BY_ARGUMENTS.get(len(arguments))


def _has_form_of_asgi2(app: object, arguments: list[str] | None) -> bool:
    if inspect.isclass(app):
        is_called_later = inspect.iscoroutinefunction(getattr(app, "__call__", None))  # noqa: B004 - is it a coroutine?
        return is_called_later and arguments is not None and len(arguments) == 1
    return arguments == ["scope"]


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
