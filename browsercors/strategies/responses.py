"""
Strategies for answers: the CORS headers that a page needs, and the many ways to get them wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from browsercors.explain.words.templates import Template
from browsercors.policy.origins.patterns import is_serialized_origin
from browsercors.servers.scripted import Answer
from browsercors.strategies.arguments import chosen_from, strategy_or, three_valued, when_drawn
from browsercors.values.headers import is_header_name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["cors_headers", "responses"]

Pairs: TypeAlias = "tuple[tuple[str, str], ...]"
Values: TypeAlias = "tuple[str | Template, ...]"
Spellings: TypeAlias = "tuple[Values, ...]"


class _Head(NamedTuple):
    """
    What an answer begins with, but for its CORS headers.

    Attributes:
        status: The status.
        headers: What belongs to it.
        body: What it has to have for a body; None for any.
    """

    status: int
    headers: Pairs = ()
    body: str | None = None


DEFAULT_ORIGIN: Final = "https://app.example.com"
WITHOUT_BODY: Final = frozenset({204, 304})
BODIES: Final = ("", "hello", '{"a":1}')

ANSWER_KINDS: Final = ("ok", "error", "redirect", "conditional", "range")
PART: Final = "hello"
"""What an answer to a request for a range has, in five of ten bytes."""

DAY: Final = "Tue, 01 Jul 2025 12:00:00 GMT"

HEADS: Final[Mapping[str, tuple[_Head, ...]]] = {
    "ok": (_Head(200), _Head(201), _Head(203), _Head(204)),
    "error": (
        *(_Head(status) for status in (400, 401, 403, 404, 409, 410, 422, 500, 502)),
        _Head(405, (("Allow", "GET"),)),
        _Head(429, (("Retry-After", "1"),)),
        _Head(503, (("Retry-After", "1"),)),
    ),
    "redirect": tuple(
        _Head(status, (("Location", target),))
        for status in (302, 301, 303, 307, 308)
        for target in ("/elsewhere", "elsewhere/?a#b", "https://elsewhere.example/", "http://elsewhere.example/", "")
    ),
    "conditional": (
        _Head(200, (("ETag", '"1"'), ("Cache-Control", "no-cache"))),
        _Head(200, (("ETag", 'W/"1"'), ("Cache-Control", "max-age=60"))),
        _Head(200, (("Last-Modified", DAY), ("Cache-Control", "max-age=0"))),
        _Head(200, (("Last-Modified", DAY),)),
        _Head(304, (("ETag", '"1"'),)),
        _Head(412),
    ),
    "range": (
        _Head(206, (("Content-Range", f"bytes 0-{len(PART) - 1}/{2 * len(PART)}"),), PART),
        _Head(206, (("Content-Range", f"bytes {len(PART)}-{2 * len(PART) - 1}/*"),), PART),
        _Head(200, (("Accept-Ranges", "bytes"),)),
        _Head(416, (("Content-Range", f"bytes */{2 * len(PART)}"),)),
    ),
}
"""What answers of each kind begin with; the simplest first."""

ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"

# What stands in place of the origin, by its values; no value is a missing header. `whole` is the right one.
BROKEN_ORIGINS: Final[Spellings] = (
    (),
    ("",),
    (Template("{whole}/"),),
    (Template("{whole}.attacker.example"),),
    ("https://attacker.example",),
    (Template("{whole}, {whole}"),),
    (Template("{whole}, *"),),
    (Template("{whole} https://attacker.example"),),
    (Template("{whole}"), Template("{whole}")),
    (Template("{whole}"), "*"),
    (Template("{whole}:*"),),
    ("https://*",),
    (Template("'{whole}'"),),
    (Template("{whole};"),),
    ("true",),
    ("all",),
)
# What is wrong only where credentials are asked for, or only where they are not `null`.
BROKEN_WITH_CREDENTIALS: Final[Spellings] = (("*",),)
BROKEN_TUPLE_ORIGINS: Final[Spellings] = (("null",), ("*.example.com",))
BROKEN_CREDENTIALS: Final[Spellings] = (
    (),
    ("",),
    ("True",),
    ("TRUE",),
    ("false",),
    ("1",),
    ("yes",),
    ("true, true",),
    ("true;",),
)
# What allows no name of the list `whole`; `first` is its first one.
BROKEN_LISTS: Final[Spellings] = (
    (),
    ("",),
    ("X-Other",),
    (Template("{first}x"),),
    (Template("x{first}"),),
    (Template("'{first}'"),),
    (Template("{first}; X-Other"),),
    (Template("X-Other {first}"),),
)


def cors_headers(
    *,
    origin: str = DEFAULT_ORIGIN,
    credentials: bool = False,
    methods: Iterable[str] = (),
    headers: Iterable[str] = (),
    sound: bool | None = None,
) -> st.SearchStrategy[Pairs]:
    """
    Draw the CORS headers of an answer, as (name, value) pairs; they shrink to the right ones.

    Args:
        origin: The page's origin; "null" for an opaque one.
        credentials: Whether the page asks with the credentials mode "include".
        methods: For the answer to a preflight: the methods to allow, as they are asked for.
        headers: For the answer to a preflight: the request headers to allow.
        sound: True for those under which the page may read the answer (and make the request, if methods or headers are
            given), False for those under which it may not.
    """

    def make() -> st.SearchStrategy[Pairs]:
        wanted = three_valued("sound", sound)
        for name, value in (("origin", origin), ("credentials", credentials)):
            right = isinstance(value, bool) if name == "credentials" else _is_origin(value)
            if not right:
                raise InvalidArgument(
                    f"{name} has to be {'a bool' if name == 'credentials' else 'an origin'}, not {value!r}"
                )
        good = _sound(origin, _names("methods", methods), _names("headers", headers), credentials=credentials)
        bad = _broken(origin, _names("methods", methods), _names("headers", headers), credentials=credentials)
        if wanted is None:
            return good | bad
        return good if wanted else bad

    return when_drawn(make)


def responses(
    *,
    kinds: Collection[str] = ANSWER_KINDS,
    headers: st.SearchStrategy[Pairs] | None = None,
    statuses: st.SearchStrategy[int] | None = None,
    bodies: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Answer]:
    """
    Draw answers of a server; they shrink to an empty 200 with the right CORS headers for `https://app.example.com`.

    Args:
        kinds: "ok", "error", "redirect", "conditional" (validators, 304 and 412) and "range" (206 and 416), each with
            the headers that belong to it; all by default.
        headers: As `cors_headers(...)` draws them; sound and broken ones by default.
        statuses: Statuses in place of the kinds, without headers of their own.
        bodies: As text. An answer of status 204 or 304 has none, and a 206 is a certain part.
    """

    def make() -> st.SearchStrategy[Answer]:
        # NB: the kind first, so that those with many heads are not drawn more often.
        of_kind = [st.sampled_from(HEADS[kind]) for kind in chosen_from("kinds", kinds, ANSWER_KINDS)]
        heads = st.one_of(of_kind) if statuses is None else strategy_or(st.nothing, "statuses", statuses).map(_Head)
        return st.tuples(
            heads,
            strategy_or(cors_headers, "headers", headers),
            strategy_or(lambda: st.sampled_from(BODIES), "bodies", bodies),
        ).map(_answer)

    return when_drawn(make)


def _answer(drawn: tuple[_Head, Pairs, str]) -> Answer:
    head, headers, body = drawn
    whole = body if head.body is None else head.body
    return Answer(head.status, (*headers, *head.headers), "" if head.status in WITHOUT_BODY else whole)


def _sound(
    origin: str, methods: tuple[str, ...], headers: tuple[str, ...], *, credentials: bool
) -> st.SearchStrategy[Pairs]:
    """
    Draw headers under which the page may read; where there are no credentials, a wildcard does as well.
    """
    exact = _right(origin, methods, headers, credentials=credentials)
    spellings = [
        exact,
        tuple((name.lower(), f" {value} ") for name, value in exact),
        (("Vary", "Origin"), *exact, ("Access-Control-Expose-Headers", "ETag")),
    ]
    if not credentials:
        spellings += [
            ((ALLOW_ORIGIN, "*"), *exact[1:]),
            (*exact, (ALLOW_CREDENTIALS, "true")),
            (*exact, (ALLOW_CREDENTIALS, "nonsense")),
        ]
    return st.sampled_from(spellings)


def _broken(
    origin: str, methods: tuple[str, ...], headers: tuple[str, ...], *, credentials: bool
) -> st.SearchStrategy[Pairs]:
    """
    Draw headers of which one is wrong, in a way that matters.
    """
    wrong: list[tuple[str, Values, str, str]] = [
        (ALLOW_ORIGIN, values, origin, origin)
        for values in (
            *BROKEN_ORIGINS,
            *(BROKEN_WITH_CREDENTIALS if credentials else ()),
            *(BROKEN_TUPLE_ORIGINS if origin != "null" else ()),
        )
    ]
    if credentials:
        wrong += [(ALLOW_CREDENTIALS, values, "true", "true") for values in BROKEN_CREDENTIALS]
    for name, names in ((ALLOW_METHODS, methods), (ALLOW_HEADERS, headers)):
        wrong += [(name, values, ", ".join(names), names[0]) for values in BROKEN_LISTS if names]
    right = _right(origin, methods, headers, credentials=credentials)

    def spoil(chosen: tuple[str, Values, str, str]) -> Pairs:
        name, values, whole, first = chosen
        fields = {"whole": whole, "first": first}
        lines = [(name, value.fill(fields) if isinstance(value, Template) else value) for value in values]
        place = next(number for number, pair in enumerate(right) if pair[0] == name)
        return (*right[:place], *lines, *right[place + 1 :])

    return st.sampled_from(wrong).map(spoil)


def _right(origin: str, methods: tuple[str, ...], headers: tuple[str, ...], *, credentials: bool) -> Pairs:
    return (
        (ALLOW_ORIGIN, origin),
        *(((ALLOW_CREDENTIALS, "true"),) if credentials else ()),
        *(((ALLOW_METHODS, ", ".join(methods)),) if methods else ()),
        *(((ALLOW_HEADERS, ", ".join(headers)),) if headers else ()),
    )


def _is_origin(value: object) -> bool:
    return isinstance(value, str) and is_serialized_origin(value)


def _names(argument: str, names: Iterable[str]) -> tuple[str, ...]:
    listed = tuple(names) if isinstance(names, Iterable) and not isinstance(names, (str, bytes)) else ()
    if (
        not isinstance(names, Iterable)
        or (names and not listed)
        or any(not isinstance(name, str) or not is_header_name(name.encode()) for name in listed)
    ):
        raise InvalidArgument(f"{argument} has to be a list of names, not {names!r}")
    return listed
