"""
The policy: which pages may do what, and the questions that can be asked of it.

What a browser does not ask a server about, no policy can deny: any page may send a request with GET, HEAD or POST and
safelisted headers. Such a request is only ever kept from being read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypedDict, Unpack

import attrs

from browsercors.fetch.filtering import CORS_SAFELISTED_RESPONSE_HEADER_NAMES
from browsercors.fetch.preflight_response import DEFAULT_MAX_AGE
from browsercors.policy.as_python import WrittenAsPython
from browsercors.policy.contradictions import ANY_NAME, NEVER_EXPOSED, PolicyError, contradictions_of, decoded_path
from browsercors.policy.patterns import (
    ANY_ORIGIN,
    OriginPattern,
    is_serialized_origin,
    listed_patterns,
    serialized_origin,
)
from browsercors.values.methods import is_cors_safelisted_method, normalize_method

if TYPE_CHECKING:
    from browsercors.values.origins import Origin

__all__ = ["DEFAULT_METHODS", "Policy", "PolicyChanges"]

DEFAULT_METHODS: Final = ("GET", "HEAD", "POST")
NEEDS_LISTING: Final = "authorization"

Paths: TypeAlias = "Mapping[str, Policy | None]"


Patterns: TypeAlias = "OriginPattern | Iterable[OriginPattern]"


class PolicyChanges(TypedDict, total=False):
    """
    The settings of a policy, for those who pass some of them on.
    """

    origins: Patterns
    methods: Iterable[str]
    headers: Iterable[str]
    expose: Iterable[str]
    credentials: bool
    max_age: int | None
    paths: Paths


# NB: what a converter takes is what type checkers let `Policy(...)` take. At run time there may be anything in it, and
# what is no list stays, for `contradictions_of` to name.
def _patterns(origins: Patterns) -> tuple[OriginPattern, ...]:
    return listed_patterns(origins)  # type: ignore[no-any-return]


def _listed(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, Iterable) and not isinstance(names, (str, bytes, Mapping)):
        return tuple(names)
    return names  # type: ignore[return-value]


def _frozen(paths: Paths) -> Paths:
    return MappingProxyType(dict(paths)) if isinstance(paths, Mapping) else paths


@attrs.frozen(kw_only=True, repr=False)
class Policy(WrittenAsPython):
    """
    What pages of other origins may do.

    Args:
        origins: Whose pages: an origin exactly as browsers write it, or a list of them. `https://*.example.com` are all
            subdomains, as is `subdomains_of("https://example.com")`; `http://localhost:*` all ports, as is
            `ports_of("http://localhost")`; `*` every origin, as is `ANY_ORIGIN`.
        methods: Which methods they are promised. GET, HEAD and POST cannot be denied, as browsers do not ask about
            them; one that is not listed is merely not promised. `*` for every method.
        headers: Which request headers they may set, beyond those that browsers do not ask about. `*` for every one but
            `Authorization`, which has to be named.
        expose: Which response headers they see, beyond those that every page sees. `*` for every one.
        credentials: Whether they may read answers to requests with credentials (cookies).
        max_age: For how many seconds a preflight may be remembered; None for the five seconds that are the default.
        paths: What is otherwise for some paths: `"/items"` for one, `"/public/*"` for all that begin with `/public/`
            (`/public` does not), to a policy, or to None for "no page may read this". The most exact pattern rules,
            alone: nothing is taken over from the policy around it. Paths are compared percent-decoded.

    Raises:
        PolicyError: It contradicts itself or the protocol; everything that is wrong is said at once.
    """

    origins: tuple[OriginPattern, ...] = attrs.field(converter=_patterns)
    methods: tuple[str, ...] = attrs.field(default=DEFAULT_METHODS, converter=_listed)
    headers: tuple[str, ...] = attrs.field(default=(), converter=_listed)
    expose: tuple[str, ...] = attrs.field(default=(), converter=_listed)
    credentials: bool = False
    max_age: int | None = None
    paths: Paths = attrs.field(factory=dict, converter=_frozen, hash=False)
    _exact: frozenset[str] = attrs.field(init=False, eq=False)
    _patterns: tuple[Any, ...] = attrs.field(init=False, eq=False)
    _headers: frozenset[str] = attrs.field(init=False, eq=False)
    _exposed: frozenset[str] = attrs.field(init=False, eq=False)
    _rules: tuple[tuple[bytes, bool, Policy | None], ...] = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        contradictions = contradictions_of(self)
        if contradictions:
            raise PolicyError(contradictions)
        # NB: made once; a search asks a hundred thousand times.
        prepared = {
            "_exact": frozenset(pattern for pattern in self.origins if isinstance(pattern, str)),
            "_patterns": tuple(pattern for pattern in self.origins if not isinstance(pattern, str)),
            "_headers": frozenset(name.lower() for name in self.headers),
            "_exposed": frozenset(name.lower() for name in self.expose),
            "_rules": _rules(self.paths),
        }
        for name, value in prepared.items():
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        # NB: what is made of the arguments is made again.
        arguments = {field.name: getattr(self, field.name) for field in attrs.fields(Policy) if field.init}
        return _remade, ({**arguments, "paths": dict(self.paths)},)

    def evolve(self, **changes: Unpack[PolicyChanges]) -> Policy:
        """
        Return this policy with other settings: `policy.evolve(origins=ANY_ORIGIN, credentials=False, paths={})`.
        """
        return attrs.evolve(self, **changes)

    @property
    def allows_any_origin(self) -> bool:
        """
        Whether pages of every origin are meant.
        """
        return ANY_ORIGIN in self.origins

    def rule_for(self, path: str) -> Policy | None:
        """
        Return the policy that rules *path*: that of the most exact pattern in `paths`, or else this one itself.

        Args:
            path: As a URL has it, with or without query: `/items/7?full`.

        Returns:
            None where no page of another origin may read.

        Raises:
            ValueError: *path* does not begin with a slash.
        """
        if not path.startswith("/"):
            raise ValueError(f"path has to begin with '/', as in '/items/7', not {path!r}")
        if not self._rules:
            return self
        decoded = decoded_path(path)
        for pattern, is_prefix, policy in self._rules:
            if decoded.startswith(pattern) if is_prefix else decoded == pattern:
                return policy
        return self

    def allows_origin(self, origin: str | Origin, *, path: str = "/") -> bool:
        """
        Whether pages of *origin* may read anything at *path*.

        Args:
            origin: As the `Origin` header has it; "null" for pages with an opaque origin.
            path: As for `rule_for`.

        Raises:
            ValueError: *origin* is not how a browser writes an origin.
        """
        rule = self.rule_for(path)
        text = serialized_origin(origin)
        return rule is not None and rule.lists_origin(text)

    def may_send(
        self,
        origin: str | Origin,
        *,
        path: str = "/",
        method: str = "GET",
        headers: Iterable[str] = (),
        credentials: bool = False,
    ) -> bool:
        """
        Whether a page of *origin* may get such a request to the server.

        Args:
            origin: As the `Origin` header has it; "null" for pages with an opaque origin.
            path: Where the request goes.
            method: As given to `fetch()`.
            headers: The names of those of its headers that need permission, as `classify` tells them: not
                `Content-Type: text/plain`.
            credentials: Whether it is made with the credentials mode "include".

        Returns:
            True for what browsers do not ask about: GET, HEAD or POST, and no such header.
        """
        text = serialized_origin(origin)
        names = [name.lower() for name in headers]
        sent = normalize_method(method.encode("utf-8"))
        if not names and is_cors_safelisted_method(sent):
            return True
        rule = self.rule_for(path)
        if rule is None or not rule.lists_origin(text) or (credentials and not rule.credentials):
            return False
        return rule.lists_method(sent.decode("utf-8")) and all(rule.lists_header(name) for name in names)

    def may_read(
        self,
        origin: str | Origin,
        *,
        path: str = "/",
        method: str = "GET",
        headers: Iterable[str] = (),
        credentials: bool = False,
    ) -> bool:
        """
        Whether a page of *origin* may make such a request and read the answer; the arguments are those of `may_send`.
        """
        rule = self.rule_for(path)
        return (
            rule is not None
            and rule.lists_origin(serialized_origin(origin))
            and (rule.credentials or not credentials)
            and self.may_send(origin, path=path, method=method, headers=headers, credentials=credentials)
        )

    def promises_read(
        self,
        origin: str | Origin,
        *,
        path: str = "/",
        method: str = "GET",
        headers: Iterable[str] = (),
        credentials: bool = False,
    ) -> bool:
        """
        Whether a page of *origin* is promised that it can make such a request and read the answer.

        This is `may_read`, but for GET, HEAD and POST where they are not listed: a page may read their answers, since
        nothing can keep it from sending them, and the server need not see to it that it can.
        """
        rule = self.rule_for(path)
        listed = rule is not None and bool({ANY_NAME, normalize_method(method.encode()).decode()} & {*rule.methods})
        return listed and self.may_read(origin, path=path, method=method, headers=headers, credentials=credentials)

    def may_use_credentials(self, origin: str | Origin, *, path: str = "/") -> bool:
        """
        Whether a page of *origin* may read answers to requests with credentials.
        """
        return self.may_read(origin, path=path, credentials=True)

    def sees_header(self, name: str, *, path: str = "/") -> bool:
        """
        Whether a page that may read an answer sees its header *name*.
        """
        rule = self.rule_for(path)
        return rule is not None and rule.lists_exposed(name)

    def remembered_at_most(self, *, path: str = "/") -> float:
        """
        Return for how many seconds a browser may remember a preflight to *path*, if it has no lower cap of its own.
        """
        rule = self.rule_for(path)
        if rule is None:
            return 0
        return DEFAULT_MAX_AGE if rule.max_age is None else rule.max_age

    def lists_origin(self, origin: str) -> bool:
        """
        Whether the settings of this policy, whatever its paths say, allow *origin*, which may be any text.
        """
        if origin in self._exact:
            return True
        return any(pattern.matches(origin) for pattern in self._patterns) and (
            self.allows_any_origin or is_serialized_origin(origin)
        )

    def lists_method(self, method: str) -> bool:
        """
        Whether the settings of this policy, whatever its paths say, allow *method*, as it is sent.
        """
        return is_cors_safelisted_method(method.encode("utf-8")) or method in self.methods or ANY_NAME in self.methods

    def lists_header(self, name: str) -> bool:
        """
        Whether the settings of this policy, whatever its paths say, allow a request header that needs permission.
        """
        lower = name.lower()
        return lower in self._headers or (ANY_NAME in self._headers and lower != NEEDS_LISTING)

    def lists_exposed(self, name: str) -> bool:
        """
        Whether the settings of this policy, whatever its paths say, show a response header to those who may read.
        """
        lower = name.lower()
        if lower in NEVER_EXPOSED:
            return False
        return bool({lower, ANY_NAME} & self._exposed) or lower.encode("utf-8") in CORS_SAFELISTED_RESPONSE_HEADER_NAMES


def _remade(arguments: dict[str, Any]) -> Policy:
    return Policy(**arguments)


def _rules(paths: Paths) -> tuple[tuple[bytes, bool, Policy | None], ...]:
    """
    Return the rules in the order in which they are looked at: exact paths, then the longest prefixes first.
    """
    rules = []
    for pattern, policy in paths.items():
        is_prefix = pattern.endswith("/*")
        rules.append((decoded_path(pattern.removesuffix("*") if is_prefix else pattern), is_prefix, policy))
    return tuple(sorted(rules, key=lambda rule: (rule[1], -len(rule[0]), rule[0])))
