"""
What a route of an application is: where a request can go, and what the application wants there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote

import attrs

from browsercors.policy.routes.example_values import EXAMPLE_VALUES, example_of_expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "DiscoveredRoutes",
    "Route",
    "RouteBody",
    "RouteParameter",
    "example_for",
    "filled_in",
    "ordered_methods",
    "reason_of",
]

METHOD_ORDER: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SAFE: Final = "/~!$&'()*+,;=:@"


@attrs.frozen
class RouteParameter:
    """
    A value that the application wants.

    Attributes:
        name: As the application calls it.
        converter: The name of its type, such as "int".
        example: The value that stands in for it, as text.
        place: Where it goes.
    """

    name: str
    converter: str
    example: str
    place: Literal["path", "query", "header"] = "path"


@attrs.frozen
class RouteBody:
    """
    A body that the application takes.

    Attributes:
        content_type: Its media type.
        content: Its bytes.
    """

    content_type: str
    content: bytes


@attrs.frozen
class Route:
    """
    A path of an application, and what it answers there.

    Attributes:
        path_template: As the application has it: `/items/{id}`.
        example_path: A path that it matches, with the query that it needs, as a URL has it: `/items/7?q=1`.
        methods: Its methods, without OPTIONS, which preflights use.
        parameters: What it wants in path, query and headers.
        body: What it takes; None if that is not known.
        assumed: What was assumed to make the example, each in one sentence.
        is_framework_s: Whether the framework added it, and not the application: static files, pages of documentation.
    """

    path_template: str
    example_path: str
    methods: tuple[str, ...]
    parameters: tuple[RouteParameter, ...] = ()
    body: RouteBody | None = None
    assumed: tuple[str, ...] = ()
    is_framework_s: bool = False


@attrs.frozen
class DiscoveredRoutes:
    """
    The routes of an application.

    Attributes:
        routes: In the order in which the application tries them.
        source: Where they were read, such as "Flask's url_map"; empty if nowhere.
        unreadable: What could not be read, each with the reason, in one sentence.
    """

    routes: tuple[Route, ...] = ()
    source: str = ""
    unreadable: tuple[str, ...] = ()


def ordered_methods(methods: Iterable[str]) -> tuple[str, ...]:
    """
    Return *methods* without OPTIONS, the commonest first.
    """
    names = {method.upper() for method in methods} - {"OPTIONS"}
    return (*(name for name in METHOD_ORDER if name in names), *sorted(names - {*METHOD_ORDER}))


def example_for(converter: str, expression: str | None = None) -> str | None:
    """
    Return a value for a parameter of a path: that of its type if *expression* allows it, else one that it matches.

    Returns:
        None if no value can be told from the expression.
    """
    value = EXAMPLE_VALUES.get(converter, EXAMPLE_VALUES["str"])
    if expression is None:
        return value
    try:
        # NB: the values are a few characters long, whatever the expression costs.
        if re.fullmatch(expression, value):
            return value
    except re.error:
        return None
    return example_of_expression(expression)


def filled_in(template: str, values: Mapping[str, str], expression: re.Pattern[str]) -> str:
    """
    Return *template* as a path in a URL: its parameters, which *expression* finds, have their values.
    """
    path, end = "", 0
    for found in expression.finditer(template):
        path += quote(template[end : found.start()], safe=SAFE) + quote(values[found["name"]], safe=SAFE)
        end = found.end()
    return path + quote(template[end:], safe=SAFE)


def reason_of(error: BaseException) -> str:
    """
    Return what an error says, or its type where it says nothing.
    """
    return str(error) or type(error).__name__
