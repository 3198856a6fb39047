"""
The routes of an application, as its framework keeps them. No framework is imported: an application brings its own.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.policy.routes.openapi_routes import openapi_route
from browsercors.policy.routes.route import (
    DiscoveredRoutes,
    Route,
    RouteParameter,
    example_for,
    filled_in,
    ordered_methods,
    reason_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    ReadMounted = Callable[[Any], DiscoveredRoutes]
    Reader = Callable[[Any, ReadMounted], DiscoveredRoutes]

__all__ = ["framework_reader", "mounted_in"]

IN_BRACES: Final = re.compile(r"\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::(?P<converter>[A-Za-z_][A-Za-z0-9_]*))?\}")
IN_ANGLES: Final = re.compile(r"<(?:(?P<converter>[^<>:]+):)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)>")

# https://werkzeug.palletsprojects.com/en/stable/routing/ and https://docs.djangoproject.com/en/stable/topics/http/urls/
CONVERTERS: Final = {
    "UnicodeConverter": "str",
    "StringConverter": "str",
    "AnyConverter": "any",
    "PathConverter": "path",
    "IntegerConverter": "int",
    "IntConverter": "int",
    "FloatConverter": "float",
    "UUIDConverter": "uuid",
    "SlugConverter": "slug",
    "StringConvertor": "str",
    "PathConvertor": "path",
    "IntegerConvertor": "int",
    "FloatConvertor": "float",
    "UUIDConvertor": "uuid",
}

DOCUMENTATION: Final = ("openapi_url", "docs_url", "redoc_url", "swagger_ui_oauth2_redirect_url")
"""Where FastAPI says at which paths it documents itself: https://fastapi.tiangolo.com/reference/fastapi/."""

SIMPLE_METHODS: Final = ("GET", "HEAD", "POST")
METHOD_NAMES: Final = ("get", "head", "post", "put", "patch", "delete")


def framework_reader(application: Any) -> Reader | None:
    """
    Return what reads the routes of *application*; None if it is of no framework that is known.

    A reader is called with the application, and with what reads one that is mounted in it.
    """
    for base in type(application).__mro__:
        package = base.__module__.partition(".")[0]
        if package in ("flask", "quart") and hasattr(application, "url_map"):
            return _read_werkzeug
        if package in ("starlette", "fastapi") and isinstance(getattr(application, "routes", None), list):
            return _read_starlette
        if package == "litestar" and isinstance(getattr(application, "routes", None), list):
            return _read_litestar
        if base.__module__.startswith("django.core.handlers"):
            return _read_django
    return None


def mounted_in(found: DiscoveredRoutes, prefix: str, assumed: tuple[str, ...] = ()) -> DiscoveredRoutes:
    """
    Return routes as they are where their application is mounted below *prefix*.
    """
    routes = tuple(
        attrs.evolve(
            route,
            path_template=prefix + route.path_template,
            example_path=prefix + route.example_path,
            assumed=(*assumed, *route.assumed),
        )
        for route in found.routes
    )
    return attrs.evolve(found, routes=routes)


def _parameters(converters: Iterable[tuple[str, Any]], assumed: list[str], where: str) -> dict[str, RouteParameter]:
    """
    Return the parameters of a path with their examples; what was assumed is added to *assumed*.

    Raises:
        ValueError: No value can be told for one.
    """
    found = {}
    for name, converter in converters:
        kind = type(converter).__name__
        known = CONVERTERS.get(kind, kind)
        value = _within_bounds(converter) or example_for(known, getattr(converter, "regex", None))
        if value is None:
            raise ValueError(f"no value can be told for {name} of {where}, which {kind} converts")
        assumed.append(f"{name} is {value!r}.")
        found[name] = RouteParameter(name, known, value)
    return found


def _within_bounds(converter: Any) -> str | None:
    """
    Return the first of a converter's items, or a number within its bounds, as Werkzeug's have them.
    """
    items = getattr(converter, "items", None)
    if isinstance(items, (set, frozenset, tuple, list)) and items:
        return str(min(items))
    least, most = getattr(converter, "min", None), getattr(converter, "max", None)
    digits = getattr(converter, "fixed_digits", 0)
    if least is None and most is None and not digits:
        return None
    number = 7 if least is None else max(7, least)
    number = number if most is None else min(number, most)
    return str(number).zfill(digits or 0)


def _read_werkzeug(application: Any, read_mounted: ReadMounted) -> DiscoveredRoutes:  # noqa: ARG001 - as every reader has it
    """
    Read the map of Flask and Quart (https://werkzeug.palletsprojects.com/en/stable/routing/).
    """
    routes, unreadable = [], []
    for rule in application.url_map.iter_rules():
        if rule.build_only or rule.websocket:
            continue
        places = [place for place in ("host", "subdomain") if getattr(rule, place, None)]
        assumed = [f"The request goes to the {place} {getattr(rule, place)}." for place in places]
        try:
            converters = rule._converters  # noqa: SLF001 - a rule has no other way to tell
            used = {name: converters[name] for name in converters if f"{name}>" in rule.rule}
            parameters = _parameters(used.items(), assumed, rule.rule)
            values = {name: used[name].to_python(parameter.example) for name, parameter in parameters.items()}
            built = rule.build({**(rule.defaults or {}), **values}, append_unknown=False)
        except Exception as error:  # noqa: BLE001 - converters of applications raise what they like
            unreadable.append(f"{rule.rule} was not read: {reason_of(error)}.")
            continue
        if built is None:
            unreadable.append(f"{rule.rule} was not read: no path can be made of it.")
            continue
        methods = ordered_methods(rule.methods or SIMPLE_METHODS)
        if rule.methods is None:
            assumed.append("The methods are GET, HEAD and POST, as the rule names none.")
        # NB: Flask and its blueprints add the route of their static folder under this name.
        is_static = str(rule.endpoint).rpartition(".")[2] == "static"
        given = tuple(parameters.values())
        routes.append(Route(rule.rule, built[1], methods, given, None, tuple(assumed), is_framework_s=is_static))
    return DiscoveredRoutes(tuple(routes), f"{type(application).__name__}'s url_map", tuple(unreadable))


def _read_starlette(application: Any, read_mounted: ReadMounted) -> DiscoveredRoutes:
    """
    Read the routes of Starlette and FastAPI (https://starlette.dev/routing/), with FastAPI's OpenAPI document.
    """
    document, unreadable = _document(application)
    own = {getattr(application, name, None) for name in DOCUMENTATION}
    found = [
        attrs.evolve(route, is_framework_s=True) if route.path_template in own else route
        for route in _starlette_routes(application.routes, "", document, unreadable, read_mounted)
    ]
    return DiscoveredRoutes(tuple(found), f"{type(application).__name__}'s routes", tuple(unreadable))


def _document(application: Any) -> tuple[dict[str, Any], list[str]]:
    """
    Return the OpenAPI document that FastAPI makes, and leave the application as it was.
    """
    if not callable(getattr(application, "openapi", None)):
        return {}, []
    before = getattr(application, "openapi_schema", None)
    try:
        document = application.openapi()
    except Exception as error:  # noqa: BLE001 - so may schemas of applications
        return {}, [f"The OpenAPI document was not read: {reason_of(error)}."]
    finally:
        application.openapi_schema = before
    return (document, []) if isinstance(document, dict) else ({}, [])


def _starlette_routes(
    routes: Iterable[Any], prefix: str, document: dict[str, Any], unreadable: list[str], read_mounted: ReadMounted
) -> Iterator[Route]:
    for route in routes:
        if callable(getattr(route, "effective_route_contexts", None)):
            # NB: FastAPI keeps a router that was included as it is, and works out its routes on demand.
            yield from _starlette_routes(route.effective_route_contexts(), prefix, document, unreadable, read_mounted)
        elif isinstance(getattr(route, "host", None), str):
            note = f"The request goes to the host {route.host}."
            for inner in _mounted(route, prefix, unreadable, read_mounted):
                yield attrs.evolve(inner, assumed=(note, *inner.assumed))
        elif hasattr(route, "path_regex") and not hasattr(route, "methods"):
            # NB: a mount; a WebSocket's route has an endpoint.
            if not hasattr(route, "endpoint"):
                yield from _mounted(route, prefix + route.path, unreadable, read_mounted)
        elif getattr(route, "path", "") and getattr(route, "endpoint", None) is not None:
            try:
                yield _starlette_route(route, prefix, document)
            except ValueError as error:
                unreadable.append(f"{prefix}{route.path} was not read: {error}.")


def _mounted(route: Any, prefix: str, unreadable: list[str], read_mounted: ReadMounted) -> Iterator[Route]:
    found = read_mounted(getattr(route, "_base_app", None) or route.app)
    unreadable.extend(found.unreadable if found.source else [f"{prefix}/ was not read: {found.unreadable[0]}"])
    assumed: list[str] = []
    used = [item for item in route.param_convertors.items() if f"{{{item[0]}" in prefix]
    try:
        values = {name: parameter.example for name, parameter in _parameters(used, assumed, prefix).items()}
    except ValueError as error:
        unreadable.append(f"{prefix}/ was not read: {error}.")
        return
    path = filled_in(prefix, values, IN_BRACES)
    for inner in found.routes:
        yield attrs.evolve(
            inner,
            path_template=prefix + inner.path_template,
            example_path=path + inner.example_path,
            assumed=(*assumed, *inner.assumed),
        )


def _starlette_route(route: Any, prefix: str, document: dict[str, Any]) -> Route:
    assumed: list[str] = []
    methods = route.methods
    if not methods:
        methods = [name for name in METHOD_NAMES if isinstance(route.endpoint, type) and hasattr(route.endpoint, name)]
    if not methods:
        methods = SIMPLE_METHODS
        assumed.append("The methods are GET, HEAD and POST, as the route names none.")
    described = _described(document, getattr(route, "path_format", route.path), ordered_methods(methods))
    if described is not None:
        template = prefix + route.path
        return attrs.evolve(described, path_template=template, example_path=prefix + described.example_path)
    parameters = _parameters(route.param_convertors.items(), assumed, route.path)
    values = {name: parameter.example for name, parameter in parameters.items()}
    path = filled_in(prefix + route.path, values, IN_BRACES)
    return Route(prefix + route.path, path, ordered_methods(methods), tuple(parameters.values()), None, tuple(assumed))


def _described(document: dict[str, Any], path: str, methods: tuple[str, ...]) -> Route | None:
    """
    Return the route as the document describes it, with all of its methods; None if it does not.
    """
    for method in sorted(methods, key=lambda name: name in SIMPLE_METHODS[:2]):
        try:
            route = openapi_route(document, path, method.lower())
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
        return attrs.evolve(route, methods=methods)
    return None


def _read_litestar(application: Any, read_mounted: ReadMounted) -> DiscoveredRoutes:  # noqa: ARG001 - as every reader has it
    """
    Read the routes of Litestar (https://docs.litestar.dev/latest/usage/routing/), with its OpenAPI document.
    """
    unreadable: list[str] = []
    document: dict[str, Any] = {}
    try:
        document = application.openapi_schema.to_schema()
    except Exception as error:  # noqa: BLE001 - it may be switched off, or hold types that it cannot describe
        unreadable.append(f"The OpenAPI document was not read: {reason_of(error)}.")
    routes = []
    for route in application.routes:
        methods = getattr(route, "methods", None)
        if not methods:
            if type(route).__name__ == "ASGIRoute":
                unreadable.append(f"{route.path} was not read: it is an ASGI application that is mounted there.")
            continue
        components = [component for component in route.path_components if not isinstance(component, str)]
        values = {component.name: example_for(component.full.rpartition(":")[2]) or "7" for component in components}
        parameters = tuple(
            RouteParameter(component.name, component.full.rpartition(":")[2], values[component.name])
            for component in components
        )
        path = filled_in(route.path, values, IN_BRACES)
        for method in ordered_methods(methods):
            described = _described(document, re.sub(IN_BRACES, r"{\g<name>}", route.path), (method,))
            query = described.example_path.partition("?")[2] if described else ""
            routes.append(
                Route(
                    route.path,
                    f"{path}?{query}" if query else path,
                    (method,),
                    (*parameters, *(one for one in described.parameters if one.place != "path"))
                    if described
                    else parameters,
                    described.body if described else None,
                    tuple(f"{name} is {value!r}." for name, value in values.items()),
                    is_framework_s=all(map(_is_litestar_s, route.route_handlers)),
                )
            )
    return DiscoveredRoutes(tuple(routes), "Litestar's routes", tuple(unreadable))


def _is_litestar_s(handler: Any) -> bool:
    """
    Whether Litestar added a handler, as it does for its documentation: by the module of its function.
    """
    return str(getattr(getattr(handler, "fn", None), "__module__", "")).partition(".")[0] == "litestar"


def _read_django(application: Any, read_mounted: ReadMounted) -> DiscoveredRoutes:  # noqa: ARG001 - as every reader has it
    """
    Read Django's URL patterns (https://docs.djangoproject.com/en/stable/topics/http/urls/).
    """
    source = "Django's URL patterns"
    try:
        patterns = sys.modules["django.urls"].get_resolver().url_patterns
    except Exception as error:  # noqa: BLE001 - importing the patterns imports the views
        return DiscoveredRoutes((), source, (f"ROOT_URLCONF was not read: {reason_of(error)}.",))
    unreadable: list[str] = []
    routes = tuple(_django_routes(patterns, _DjangoPath("/", "/", (), ()), unreadable))
    return DiscoveredRoutes(routes, source, tuple(unreadable))


@attrs.frozen
class _DjangoPath:
    """
    What patterns add up to so far.
    """

    template: str
    example: str
    parameters: tuple[RouteParameter, ...]
    assumed: tuple[str, ...]


def _django_routes(patterns: Iterable[Any], above: _DjangoPath, unreadable: list[str]) -> Iterator[Route]:
    for pattern in patterns:
        try:
            here = _django_path(pattern.pattern, above)
            inner = getattr(pattern, "url_patterns", None)
        except Exception as error:  # noqa: BLE001 - an included module may raise while it is imported
            unreadable.append(f"{above.template}{pattern.pattern} was not read: {reason_of(error)}.")
            continue
        if inner is not None:
            # NB: https://docs.djangoproject.com/en/stable/ref/contrib/admin/#adminsite-objects
            is_admin = getattr(pattern, "app_name", None) == "admin"
            for route in _django_routes(inner, here, unreadable):
                yield attrs.evolve(route, is_framework_s=True) if is_admin else route
            continue
        methods: Iterable[str] = _django_methods(pattern.callback)
        assumed = here.assumed
        if not methods:
            methods = SIMPLE_METHODS
            assumed = (*assumed, "The methods are GET, HEAD and POST, as a view that is a function does not tell.")
        yield Route(here.template, here.example, ordered_methods(methods), here.parameters, None, assumed)


def _django_path(pattern: Any, above: _DjangoPath) -> _DjangoPath:
    """
    Add what `path`, `re_path` or `i18n_patterns` says.

    Raises:
        ValueError: No example can be made of it.
    """
    assumed: list[str] = []
    if hasattr(pattern, "language_prefix"):
        prefix = pattern.language_prefix
        return attrs.evolve(above, template=above.template + prefix, example=above.example + prefix)
    if hasattr(pattern, "_route"):
        template = str(pattern)
        parameters = tuple(_parameters(pattern.converters.items(), assumed, template).values())
        path = filled_in(template, {parameter.name: parameter.example for parameter in parameters}, IN_ANGLES)
    else:
        expression = pattern.regex
        text = example_for("", expression.pattern)
        found = None if text is None else expression.search(text)
        if text is None or found is None:
            raise ValueError("no path can be told from its regular expression")
        forms = sys.modules["django.utils.regex_helper"].normalize(expression.pattern)
        template = re.sub(r"%\((\w+)\)s", r"<\1>", forms[0][0]) if forms else expression.pattern
        parameters = tuple(RouteParameter(name, "re_path", value or "") for name, value in found.groupdict().items())
        path = filled_in(text, {}, IN_ANGLES)
        assumed.append(f"{text!r} stands for the regular expression {expression.pattern}.")
    return _DjangoPath(
        above.template + template,
        above.example + path,
        (*above.parameters, *parameters),
        (*above.assumed, *assumed),
    )


def _django_methods(view: Any) -> list[str]:
    """
    Return the methods of a view that is a class, or of a view set of Django REST framework; none for a function.
    """
    actions = getattr(view, "actions", None)
    if isinstance(actions, dict) and actions:
        return [*actions]
    owner = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if owner is None:
        return []
    methods = [
        name for name in getattr(owner, "http_method_names", METHOD_NAMES) if callable(getattr(owner, name, None))
    ]
    # NB: a view that answers GET answers HEAD.
    return [*methods, "head"] if "get" in methods else methods
