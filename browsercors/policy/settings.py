"""
The settings of a policy apart from its paths: the rule that holds for one path and one origin, and what it allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from browsercors.fetch.filtering import CORS_SAFELISTED_RESPONSE_HEADER_NAMES
from browsercors.policy.as_python import WrittenAsPython
from browsercors.policy.names import ANY, ANY_NAME, NEEDS_LISTING, NEVER_EXPOSED, AnyName, Name
from browsercors.policy.origins.patterns import ANY_ORIGIN, OriginPattern, is_serialized_origin, listed_patterns
from browsercors.values.arguments import checked_text, checked_texts
from browsercors.values.methods import is_cors_safelisted_method

__all__ = ["DEFAULT_METHODS", "Names", "Patterns", "PolicySettings", "listed_names"]

DEFAULT_METHODS: Final = ("GET", "HEAD", "POST")

Patterns: TypeAlias = "OriginPattern | Iterable[OriginPattern]"
Names: TypeAlias = "AnyName | Iterable[Name]"


# NB: what a converter takes is what type checkers allow `Policy(...)` to take. At run time there may be anything in it,
# and what is not a list stays, for `contradictions_of` to name.
def _listed_patterns(origins: Patterns) -> tuple[OriginPattern, ...]:
    return listed_patterns(origins)  # type: ignore[no-any-return]


def listed_names(names: Names) -> tuple[Name, ...]:
    """
    Return the names as a tuple; what is not a list is returned as it is.
    """
    if isinstance(names, AnyName):
        return (names,)
    if isinstance(names, Iterable) and not isinstance(names, (str, bytes, Mapping)):
        return tuple(names)
    return names  # type: ignore[return-value]


@attrs.frozen(kw_only=True, repr=False)
class PolicySettings(WrittenAsPython):
    """
    What pages may do under one rule of a policy. `Policy` says what each setting means.
    """

    origins: tuple[OriginPattern, ...] = attrs.field(default=(), converter=_listed_patterns)
    methods: tuple[Name, ...] = attrs.field(default=DEFAULT_METHODS, converter=listed_names)
    headers: tuple[Name, ...] = attrs.field(default=(), converter=listed_names)
    expose: tuple[Name, ...] = attrs.field(default=(), converter=listed_names)
    credentials: bool = False
    max_age: int | None = None
    at_most: PolicySettings | None = None
    _exact: frozenset[str] = attrs.field(init=False, eq=False)
    _patterns: tuple[Any, ...] = attrs.field(init=False, eq=False)
    _headers: frozenset[str | AnyName] = attrs.field(init=False, eq=False)
    _exposed: frozenset[str | AnyName] = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        # NB: made once; a search asks a hundred thousand times.
        prepared = {
            "_exact": frozenset(pattern for pattern in self.origins if isinstance(pattern, str)),
            "_patterns": tuple(pattern for pattern in self.origins if not isinstance(pattern, str)),
            "_headers": frozenset(map(_lower, self.headers)),
            "_exposed": frozenset(map(_lower, self.expose)),
        }
        for name, value in prepared.items():
            object.__setattr__(self, name, value)

    @property
    def allows_any_origin(self) -> bool:
        """
        Whether pages of every origin are meant.
        """
        return ANY_ORIGIN in self.origins

    @property
    def allows_credentials(self) -> bool:
        """
        Whether credentials are allowed at most, whatever the paths say.
        """
        return self.credentials if self.at_most is None else self.at_most.credentials

    def promises(self, origin: str, method: str, headers: Iterable[str] = (), *, credentials: bool = False) -> bool:
        """
        Whether these settings promise *origin* such a request and its response.

        Args:
            origin: Any text.
            method: As it is sent.
            headers: The names of those headers that need permission.
            credentials: Whether it is made with credentials.
        """
        checked_text("origin", origin, "https://app.example.com")
        return (
            self._is_own_origin(origin)
            and (self.credentials or not credentials)
            and (method in self.methods or ANY in self.methods or ANY_NAME in self.methods)
            and all(_covers(self._headers, name.lower()) for name in checked_texts("headers", headers, "X-A"))
        )

    def promises_exposed(self, name: str) -> bool:
        """
        Whether these settings promise to show a response header.
        """
        lower = checked_text("name", name, "X-Request-Id").lower()
        return lower not in NEVER_EXPOSED and not {lower, ANY, ANY_NAME}.isdisjoint(self._exposed)

    def lists_origin(self, origin: str) -> bool:
        """
        Whether these settings allow *origin*, which may be any text.
        """
        checked_text("origin", origin, "https://app.example.com")
        return self._is_own_origin(origin) if self.at_most is None else self.at_most.lists_origin(origin)

    def lists_method(self, method: str) -> bool:
        """
        Whether these settings allow *method*, as it is sent.
        """
        checked_text("method", method, "PUT")
        methods = self.methods if self.at_most is None else self.at_most.methods
        return (
            is_cors_safelisted_method(method.encode("utf-8"))
            or method in methods
            or ANY in methods
            or ANY_NAME in methods
        )

    def lists_header(self, name: str) -> bool:
        """
        Whether these settings allow a request header that needs permission.
        """
        headers = self._headers if self.at_most is None else self.at_most._headers  # noqa: SLF001 - of the same class
        return _covers(headers, checked_text("name", name, "X-Requested-With").lower())

    def lists_exposed(self, name: str) -> bool:
        """
        Whether these settings show a response header to those who may read.
        """
        is_exposed = self.promises_exposed(name) if self.at_most is None else self.at_most.promises_exposed(name)
        return is_exposed or name.lower().encode("utf-8") in CORS_SAFELISTED_RESPONSE_HEADER_NAMES

    def _is_own_origin(self, origin: str) -> bool:
        if origin in self._exact:
            return True
        if not self._patterns:
            return False
        is_one = self.allows_any_origin or is_serialized_origin(origin)
        return is_one and any(pattern.matches(origin) for pattern in self._patterns)


def _lower(name: Name) -> Name:
    return name.lower() if isinstance(name, str) else name


def _covers(headers: frozenset[str | AnyName], lower: str) -> bool:
    return lower in headers or ANY in headers or (ANY_NAME in headers and lower != NEEDS_LISTING)
