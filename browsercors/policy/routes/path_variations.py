"""
Which variations a path and a request have that servers treat in another way.

CORS is often decided by a path, a query or a body that the router reads differently: a redirect to the path with a
slash has no CORS headers, an old route with `.json` has headers of its own, a parser that fails answers before the CORS
layer does. No figures exist for how often each fault is met, so the order is a judgement: what a page meets by accident
comes first, then what older routes and libraries leave open, then what only an attacker tries.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import attrs

from browsercors.policy.origins.near_misses import ATTACKER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "LARGE_BODY_BYTES",
    "PathVariation",
    "PathVariationKind",
    "RequestVariation",
    "RequestVariationKind",
    "path_variations",
    "request_variations",
]

LARGE_BODY_BYTES: Final = 1024 * 1024 + 1
"""One byte more than nginx takes: https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size."""


class PathVariationKind(enum.Enum):
    """
    In what a path differs from the one that it was made from; the value is the name in reports.
    """

    SLASH = "slash"
    """With a slash at the end, or without it: `/items/`."""

    FORMAT_SUFFIX = "format-suffix"
    """With an ending that names a format: `/items.json`."""

    FORMAT_QUERY = "format-query"
    """With a query that names a format: `/items?format=json`."""

    CALLBACK_QUERY = "callback-query"
    """With a query that asks for JSONP: `/items?callback=x`."""

    DEBUG_QUERY = "debug-query"
    """With a query that asks for debugging: `/items?debug=1`."""

    ORIGIN_QUERY = "origin-query"
    """With a query that names the origin: `/items?origin=https://attacker.example`."""

    METHOD_QUERY = "method-query"
    """With a query that names another method: `/items?_method=DELETE`."""

    DOUBLE_SLASH = "double-slash"
    """With a slash twice: `//items`."""

    UPPER_CASE = "upper-case"
    """In upper case: `/ITEMS`."""

    ENCODED_LETTER = "encoded-letter"
    """With a letter percent-encoded that need not be: `/item%73`."""

    ENCODED_SLASH = "encoded-slash"
    """With a slash percent-encoded: `/items%2f7`."""

    ENCODED_TRAVERSAL = "encoded-traversal"
    """Up one directory, by a slash that browsers leave alone: `/public/..%2fitems`."""

    PATH_PARAMETER = "path-parameter"
    """With a parameter after a semicolon: `/items;v=1`."""


@attrs.frozen
class PathVariation:
    """
    A path that a server may treat in another way than the one it was made from.

    Attributes:
        kind: In what it differs.
        path: As a URL has it, with its query; browsers send it as it stands.
        reason: What may go wrong, in one sentence.
    """

    kind: PathVariationKind
    path: str
    reason: str


class RequestVariationKind(enum.Enum):
    """
    In what a request differs from a plain one; the value is the name in reports.
    """

    BROKEN_JSON = "broken-json"
    """A body that says it is JSON and is not."""

    EMPTY_BODY = "empty-body"
    """A body of no bytes that says it is JSON."""

    FORM_BODY = "form-body"
    """A form in place of JSON, which needs no preflight."""

    UNDECODABLE_BODY = "undecodable-body"
    """A text whose bytes are no UTF-8."""

    LARGE_BODY = "large-body"
    """A body above what servers take by default."""

    ACCEPT_EVENT_STREAM = "accept-event-stream"
    """A request as `EventSource` makes it."""

    ACCEPT_HTML = "accept-html"
    """A request for a page."""

    ACCEPT_XML = "accept-xml"
    """A request for XML."""

    ACCEPT_VENDOR_JSON = "accept-vendor-json"
    """A request for a version of an API by its media type."""


@attrs.frozen
class RequestVariation:
    """
    A request that a server may treat in another way than a plain one.

    Attributes:
        kind: In what it differs.
        headers: The headers that a page gives, as (name, value) pairs.
        body: None for a request without one, which any method can have.
        reason: What may go wrong, in one sentence.
        is_costly: Whether one such request to a server is enough.
    """

    kind: RequestVariationKind
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    reason: str
    is_costly: bool = False


JSON: Final = (("Content-Type", "application/json"),)

# NB: with and without a preflight: `Content-Type` decides about that, and `Accept` never needs one.
REQUEST_VARIATIONS: Final = (
    RequestVariation(
        RequestVariationKind.BROKEN_JSON,
        JSON,
        b"not json",
        "A parser that fails before the CORS layer answers without CORS headers.",
    ),
    RequestVariation(
        RequestVariationKind.EMPTY_BODY,
        JSON,
        b"",
        "A parser that finds nothing answers with an error of its own.",
    ),
    RequestVariation(
        RequestVariationKind.FORM_BODY,
        (("Content-Type", "application/x-www-form-urlencoded"),),
        b"name=example",
        "A form is parsed elsewhere than JSON, and refused with an error of its own.",
    ),
    RequestVariation(
        RequestVariationKind.ACCEPT_EVENT_STREAM,
        (("Accept", "text/event-stream"),),
        None,
        "A handler of server-sent events often writes CORS headers of its own.",
    ),
    RequestVariation(
        RequestVariationKind.UNDECODABLE_BODY,
        (("Content-Type", "text/plain"),),
        b"\x80",
        "An application that reads the body as UTF-8, or repeats it in an error, fails without CORS headers.",
    ),
    RequestVariation(
        RequestVariationKind.LARGE_BODY,
        (("Content-Type", "text/plain"),),
        b"x" * LARGE_BODY_BYTES,
        "A limit on bodies is kept by a proxy or a framework, which answers 413 without CORS headers.",
        is_costly=True,
    ),
    RequestVariation(
        RequestVariationKind.ACCEPT_XML,
        (("Accept", "application/xml"),),
        None,
        "A router that looks at the media type takes another view, or answers 406.",
    ),
    RequestVariation(
        RequestVariationKind.ACCEPT_VENDOR_JSON,
        (("Accept", "application/vnd.api+json"),),
        None,
        "An API that has its version in the media type takes another version's views.",
    ),
    RequestVariation(
        RequestVariationKind.ACCEPT_HTML,
        (("Accept", "text/html"),),
        None,
        "A framework that has a page for people answers with that page, or with its own error page.",
    ),
)


def path_variations(path: str, *, others: Iterable[str] = (), attacker: str = ATTACKER) -> tuple[PathVariation, ...]:
    """
    Return the variations of *path*, ordered as the module says; none twice, and never *path* itself.

    Args:
        path: As a URL has it, with or without a query: `/items/7`.
        others: Other paths of the server, which encoded traversals lead to.
        attacker: The domain that a query names as origin.

    Raises:
        ValueError: A path does not begin with a slash.
    """
    paths = (path, *others)
    for given in paths:
        if not isinstance(given, str) or not given.startswith("/"):
            raise ValueError(f"path has to begin with '/', as in '/items/7', not {given!r}")
    bare, mark, query = path.partition("?")
    elsewhere = tuple(other.partition("?")[0] for other in paths[1:])
    found: dict[str, PathVariation] = {}
    for kind, (vary, reason) in VARIATIONS.items():
        for varied in vary(bare, elsewhere):
            candidate = f"{varied}{mark}{query}"
            if candidate != path:
                found.setdefault(candidate, PathVariation(kind, candidate, reason))
        for parameter in QUERIES.get(kind, ()):
            candidate = f"{bare}?{query}{'&' if query else ''}{parameter.replace('{attacker}', attacker)}"
            found.setdefault(candidate, PathVariation(kind, candidate, reason))
    return tuple(found.values())


def request_variations(method: str) -> tuple[RequestVariation, ...]:
    """
    Return the variations of a request with *method*, ordered as the module says; GET and HEAD have no body.
    """
    has_body = method.upper() not in {"GET", "HEAD"}
    return tuple(variation for variation in REQUEST_VARIATIONS if variation.body is None or has_body)


QUERIES: Final[dict[PathVariationKind, tuple[str, ...]]] = {
    PathVariationKind.FORMAT_QUERY: ("format=json",),
    PathVariationKind.CALLBACK_QUERY: ("callback=x",),
    PathVariationKind.DEBUG_QUERY: ("debug=1",),
    PathVariationKind.ORIGIN_QUERY: ("origin=https%3A%2F%2F{attacker}",),
    PathVariationKind.METHOD_QUERY: ("_method=DELETE",),
}


def _none(path: str, others: tuple[str, ...]) -> Iterator[str]:
    yield from ()


def _slash(path: str, others: tuple[str, ...]) -> Iterator[str]:
    yield path.rstrip("/") or "/" if path.endswith("/") else f"{path}/"


def _format_suffix(path: str, others: tuple[str, ...]) -> Iterator[str]:
    stem = path.rstrip("/")
    if stem and not stem.endswith(".json"):
        yield f"{stem}.json"


def _double_slash(path: str, others: tuple[str, ...]) -> Iterator[str]:
    yield f"/{path}"
    start, _, last = path.rpartition("/")
    if start:
        yield f"{start}//{last}"


def _upper_case(path: str, others: tuple[str, ...]) -> Iterator[str]:
    # NB: only letters of ASCII; others grow in upper case, and a path has none unless it is written by hand.
    yield "".join(character.upper() if character.isascii() else character for character in path)


def _encoded_letter(path: str, others: tuple[str, ...]) -> Iterator[str]:
    for place in range(len(path) - 1, 0, -1):
        character = path[place]
        is_encoded = "%" in path[max(0, place - 2) : place]
        if character.isascii() and character.isalnum() and not is_encoded:
            yield f"{path[:place]}%{ord(character):02x}{path[place + 1 :]}"
            return


def _encoded_slash(path: str, others: tuple[str, ...]) -> Iterator[str]:
    stem = path.rstrip("/")
    start, _, last = stem.rpartition("/")
    if start:
        yield f"{start}%2f{last}"
    if stem:
        yield f"{stem}%2f"


def _encoded_traversal(path: str, others: tuple[str, ...]) -> Iterator[str]:
    directory = path.rpartition("/")[0]
    # NB: as many steps up as the directory has segments, so that a router which resolves them ends at the other path.
    up = "..%2f" * directory.count("/")
    for other in others:
        if up and other != path:
            yield f"{directory}/{up}{quote(other[1:], safe=SAFE)}"
    yield f"{directory}/..%2f{path.rpartition('/')[2]}"


def _path_parameter(path: str, others: tuple[str, ...]) -> Iterator[str]:
    yield f"{path};v=1"


# NB: a path comes percent-encoded; its slashes are encoded too, so that browsers do not resolve the dots before them.
SAFE: Final = "%~!$&'()*+,;=:@"

VARIATIONS: Final[dict[PathVariationKind, tuple[Callable[[str, tuple[str, ...]], Iterator[str]], str]]] = {
    PathVariationKind.SLASH: (_slash, "A router redirects to the other path, and the redirect has no CORS headers."),
    PathVariationKind.FORMAT_SUFFIX: (_format_suffix, "An older route with an ending has CORS headers of its own."),
    PathVariationKind.CALLBACK_QUERY: (_none, "A view that knows JSONP is open to every page."),
    PathVariationKind.FORMAT_QUERY: (_none, "Another renderer answers, with headers of its own."),
    PathVariationKind.DOUBLE_SLASH: (_double_slash, "A router merges the slashes, and the CORS layer does not."),
    PathVariationKind.UPPER_CASE: (_upper_case, "A router ignores upper case, and the CORS layer does not."),
    PathVariationKind.DEBUG_QUERY: (_none, "A switch for developers opens the answer to every page."),
    PathVariationKind.ORIGIN_QUERY: (_none, "A server takes the origin from the query, where any page can write it."),
    PathVariationKind.METHOD_QUERY: (_none, "A router takes the method from the query, and the CORS layer does not."),
    PathVariationKind.ENCODED_LETTER: (_encoded_letter, "The CORS layer compares the path before it is decoded."),
    PathVariationKind.ENCODED_SLASH: (_encoded_slash, "A router decodes the slash, and the CORS layer does not."),
    PathVariationKind.ENCODED_TRAVERSAL: (
        _encoded_traversal,
        "The CORS layer sees a path below an open directory, and the router goes up from it.",
    ),
    PathVariationKind.PATH_PARAMETER: (
        _path_parameter,
        "A router cuts the parameter off, and the CORS layer does not.",
    ),
}
