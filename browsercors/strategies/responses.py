"""
Strategies for answers: the CORS headers that a page needs, and the many ways to get them wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from browsercors.explain.words.templates import Template
from browsercors.policy.origins.patterns import is_serialized_origin
from browsercors.servers.scripted import Answer
from browsercors.strategies.arguments import strategy_or, three_valued, when_drawn
from browsercors.values.headers import is_header_name

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["cors_headers", "responses"]

Pairs: TypeAlias = "tuple[tuple[str, str], ...]"
Values: TypeAlias = "tuple[str | Template, ...]"
Spellings: TypeAlias = "tuple[Values, ...]"

DEFAULT_ORIGIN: Final = "https://app.example.com"
STATUSES: Final = (200, 201, 204, 206, 400, 401, 403, 404, 405, 429, 500, 502, 503)
WITHOUT_BODY: Final = frozenset({204})
BODIES: Final = ("", "hello", '{"a":1}')

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
    headers: st.SearchStrategy[Pairs] | None = None,
    statuses: st.SearchStrategy[int] | None = None,
    bodies: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Answer]:
    """
    Draw answers of a server; they shrink to an empty 200 with the right CORS headers for `https://app.example.com`.

    Args:
        headers: As `cors_headers(...)` draws them; sound and broken ones by default.
        statuses: Of successes and errors by default, but of no redirects.
        bodies: As text; an answer of status 204 has none.
    """

    def make() -> st.SearchStrategy[Answer]:
        return st.tuples(
            strategy_or(lambda: st.sampled_from(STATUSES), "statuses", statuses),
            strategy_or(cors_headers, "headers", headers),
            strategy_or(lambda: st.sampled_from(BODIES), "bodies", bodies),
        ).map(lambda parts: Answer(parts[0], parts[1], b"" if parts[0] in WITHOUT_BODY else parts[2]))

    return when_drawn(make)


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
    listed = () if isinstance(names, (str, bytes)) else tuple(names)
    if (names and not listed) or any(not isinstance(name, str) or not is_header_name(name.encode()) for name in listed):
        raise InvalidArgument(f"{argument} has to be a list of names, not {names!r}")
    return listed
