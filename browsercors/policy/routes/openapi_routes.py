"""
The routes that an OpenAPI document describes, with the values that it asks for.

https://spec.openapis.org/oas/latest.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from browsercors.policy.routes.example_values import example_of_schema, resolved
from browsercors.policy.routes.route import DiscoveredRoutes, Route, RouteBody, RouteParameter, filled_in
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["openapi_route", "openapi_routes"]

METHODS: Final = ("get", "head", "post", "put", "patch", "delete", "trace")
IN_BRACES: Final = re.compile(r"\{(?P<name>[^{}/:]+)(?::[^{}/]*)?\}")

# The commonest first; another JSON type comes after them.
MEDIA_TYPES: Final = ("application/json", "application/x-www-form-urlencoded", "text/plain")


def openapi_routes(document: Mapping[str, Any]) -> DiscoveredRoutes:
    """
    Return a route for each path and method of *document*; what is malformed is named and left out.
    """
    paths = document.get("paths")
    source = "the OpenAPI document"
    if not isinstance(paths, dict):
        return DiscoveredRoutes((), source, ("The document has no paths.",))
    prefix, assumed = _prefix(document)
    routes, unreadable = [], []
    for path, item in paths.items():
        try:
            operations = resolved(item, document)
        except ValueError as error:
            unreadable.append(f"{path} was not read: {error}.")
            continue
        if not isinstance(path, str) or not path.startswith("/") or not isinstance(operations, dict):
            unreadable.append(f"{path!r} was not read: it is no path with operations.")
            continue
        for method in METHODS:
            if method in operations and method != "trace":
                try:
                    routes.append(openapi_route(document, path, method, prefix=prefix, assumed=assumed))
                except (ValueError, TypeError, RecursionError) as error:
                    unreadable.append(f"{method.upper()} {path} was not read: {error}.")
    return DiscoveredRoutes(tuple(routes), source, tuple(unreadable))


def openapi_route(
    document: Mapping[str, Any],
    path: str,
    method: str,
    *,
    prefix: str = "",
    assumed: tuple[str, ...] = (),
) -> Route:
    """
    Return the route of an operation.

    Args:
        document: The document.
        path: The path as the document has it.
        method: In lower case.
        prefix: What stands before each path.
        assumed: What was assumed already.

    Raises:
        ValueError: The document has no such operation, or it is malformed.
    """
    item = resolved(document["paths"].get(path), document) if isinstance(document.get("paths"), dict) else None
    operation = resolved(item.get(method), document) if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(operation, dict):
        raise ValueError("the operation is no object")  # noqa: TRY004 - it is the document that is malformed
    parameters, body, described = _parameters(document, item, operation)
    notes = [*assumed]
    values = {parameter.name: parameter.example for parameter in parameters if parameter.place == "path"}
    for found in IN_BRACES.finditer(path):
        if found["name"] not in values:
            values[found["name"]] = "7"
            parameters.append(RouteParameter(found["name"], "str", "7"))
    notes += [
        f"{parameter.name} is {parameter.example!r}." for parameter in parameters if parameter.name not in described
    ]
    query = urlencode([(given.name, given.example) for given in parameters if given.place == "query"], quote_via=quote)
    example = filled_in(prefix + path, values, IN_BRACES)
    if body is None and "requestBody" in operation:
        body = _body(document, resolved(operation["requestBody"], document))
        notes.append("The body was made from its schema." if body else "The body has a type that is not made up here.")
    return Route(
        prefix + path,
        f"{example}?{query}" if query else example,
        (method.upper(),),
        tuple(parameters),
        body,
        tuple(notes),
    )


def _prefix(document: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """
    Return what stands before each path: that of the first server, or Swagger's `basePath`.
    """
    prefix = document.get("basePath", "")
    servers = document.get("servers")
    if isinstance(servers, list) and servers and isinstance(servers[0], dict):
        url = parse_url(str(servers[0].get("url", "")), parse_url("https://host.example/"))
        prefix = "" if url is None or not url.is_http else url.path
    prefix = prefix.rstrip("/") if isinstance(prefix, str) and prefix.startswith("/") else ""
    return prefix, (f"Paths begin with {prefix}, as the document's first server has it.",) if prefix else ()


def _parameters(
    document: Mapping[str, Any], item: dict[str, Any], operation: dict[str, Any]
) -> tuple[list[RouteParameter], RouteBody | None, set[str]]:
    """
    Return what has to be given, a body as Swagger 2 has it, and the names that have an example of their own.
    """
    found: dict[tuple[str, str], RouteParameter] = {}
    body: RouteBody | None = None
    described: set[str] = set()
    for owner in (item, operation):
        given = owner.get("parameters")
        for written in given if isinstance(given, list) else ():
            parameter = resolved(written, document)
            if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
                raise ValueError("a parameter has no name")  # noqa: TRY004 - as above
            name, place = parameter["name"], parameter.get("in")
            schema = parameter.get("schema", parameter)
            if place == "body":
                body = RouteBody("application/json", _as_json(example_of_schema(schema, document)))
            elif place == "path" or (place in ("query", "header") and parameter.get("required") is True):
                if "example" in parameter:
                    described.add(name)
                    value = parameter["example"]
                else:
                    value = example_of_schema(schema, document)
                    # NB: the ids of most applications are numbers, whatever their schema says.
                    value = "7" if value == "example" and place == "path" else value
                kind = resolved(schema, document)
                converter = str(kind.get("format") or kind.get("type") or "str") if isinstance(kind, dict) else "str"
                found[name, place] = RouteParameter(name, converter, _as_text(value), place)
    return [*found.values()], body, described


def _body(document: Mapping[str, Any], body: Any) -> RouteBody | None:
    content = body.get("content") if isinstance(body, dict) else None
    if not isinstance(content, dict):
        return None
    for media_type in (*MEDIA_TYPES, *(name for name in content if str(name).endswith("+json"))):
        described = content.get(media_type)
        if not isinstance(described, dict):
            continue
        value = described["example"] if "example" in described else example_of_schema(described.get("schema"), document)
        if media_type == "text/plain":
            return RouteBody(media_type, _as_text(value).encode())
        if media_type == "application/x-www-form-urlencoded":
            fields = value if isinstance(value, dict) else {}
            return RouteBody(media_type, urlencode([(k, _as_text(v)) for k, v in fields.items()]).encode())
        return RouteBody(media_type, _as_json(value))
    return None


def _as_json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), default=str).encode()


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else _as_json(value).decode()
