"""
The policy: which pages may do what, and the questions that can be asked of it.

A policy has two bounds. Its settings are what pages are promised; a server that refuses them that breaks it. `at_most`
is what a server may allow beyond: nothing, unless it is given.

What a browser does not ask a server about, no policy can deny: any page may send a request with GET, HEAD or POST and
safelisted headers. Such a request is only ever kept from being read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypedDict, Unpack

import attrs

from browsercors.policy.contradictions import PolicyError, contradictions_of
from browsercors.policy.origins.patterns import OriginPattern, pattern_of, serialized_origin
from browsercors.policy.presets.from_frameworks_and_files import (
    check_readable,
    settings_of_django,
    settings_of_flask_cors,
    settings_of_litestar,
    settings_of_s3,
    settings_of_starlette,
    settings_of_toml,
    settings_of_yaml,
)
from browsercors.policy.routes.path_patterns import PathPattern, most_specific_first, path_pattern
from browsercors.policy.settings import Names, Patterns, PolicySettings, listed_names
from browsercors.values.arguments import checked_text, checked_texts
from browsercors.values.methods import is_cors_safelisted_method, normalize_method

if TYPE_CHECKING:
    from pathlib import Path

    from browsercors.values.origins import Origin

__all__ = ["Policy", "PolicyChanges"]

MOST_LOOKED_UP: Final = 4096

Paths: TypeAlias = "Mapping[str, Policy | None]"
ByOrigin: TypeAlias = "Mapping[OriginPattern, Mapping[str, Any]]"


class PolicyChanges(TypedDict, total=False):
    """
    The settings of a policy, for those who pass some of them on.
    """

    origins: Patterns
    methods: Names
    headers: Names
    expose: Names
    credentials: bool
    max_age: int | None
    paths: Paths
    by_origin: ByOrigin
    at_most: Policy | None


def _frozen(paths: Paths) -> Paths:
    return MappingProxyType(dict(paths)) if isinstance(paths, Mapping) else paths


def _frozen_by_origin(by_origin: ByOrigin) -> ByOrigin:
    if not isinstance(by_origin, Mapping):
        return by_origin
    return MappingProxyType({pattern_of(pattern): _changes(changes) for pattern, changes in by_origin.items()})


def _changes(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(changes, Mapping):
        return changes
    lists = ("methods", "headers", "expose")
    return MappingProxyType({name: listed_names(value) if name in lists else value for name, value in changes.items()})


@attrs.frozen(kw_only=True, repr=False)
class Policy(PolicySettings):
    """
    What pages of other origins may do.

    Args:
        origins: Whose pages: an origin exactly as browsers write it, or a list of them. `https://*.example.com` are all
            subdomains, as is `subdomains_of("https://example.com")`; `http://localhost:*` all ports, as is
            `ports_of("http://localhost")`; `origins_where(...)` those that a function accepts; `*` every origin, as is
            `ANY_ORIGIN`. Without origins, no page may read anything but what `paths` opens.
        methods: Which methods they are promised. GET, HEAD and POST cannot be denied, as browsers do not ask about
            them; one that is not listed is merely not promised. `ANY` for every method; `["*"]` is the same without
            credentials.
        headers: Which request headers they may set, beyond those that browsers do not ask about. `ANY` for every one;
            `["*"]`, without credentials, for every one except `Authorization`, which has to be named.
        expose: Which response headers they see, beyond those that every page sees. `ANY` for every one; `["*"]` is the
            same without credentials.
        credentials: Whether they may read responses to requests with credentials (cookies).
        max_age: For how many seconds at most a browser may remember a preflight; None says nothing about it.
        paths: What is otherwise for some paths: `"/items"` for one, `"/public/*"` for all that begin with `/public/`
            (`/public` does not), `"*.json"` for all that end so, `"/items/{id}"`, `"/items/<int:id>"` or `"/items/:id"`
            for a template, to a policy, or to None for "no page may read this". The most specific pattern rules, alone:
            nothing is taken over from the policy around it (take it over with `evolve`).
        by_origin: What is otherwise for the pages of some of the `origins`, to the settings that change:
            `{"https://admin.example.com": {"methods": ["PUT"], "credentials": True}}`. The others are taken over. An
            origin as text comes before a pattern, and then the first pattern that matches.
        at_most: What a server may allow beyond what is promised: a policy without `paths`, `by_origin` and `at_most`,
            such as `starlette_defaults(origins=[...])`, that allows all that this one promises. None for nothing.

    Raises:
        PolicyError: It contradicts itself or the protocol; everything that is wrong is said at once.
    """

    paths: Paths = attrs.field(factory=dict, converter=_frozen, hash=False)
    by_origin: ByOrigin = attrs.field(factory=dict, converter=_frozen_by_origin, hash=False)
    at_most: Policy | None = None
    _rules: tuple[tuple[PathPattern, Policy | None], ...] = attrs.field(init=False, eq=False)
    _rules_by_origin: tuple[Policy, ...] = attrs.field(init=False, eq=False)
    _looked_up: dict[tuple[str, str | None], Policy | None] = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        settings = self._settings()
        contradictions = contradictions_of(settings)
        if contradictions:
            raise PolicyError(contradictions)
        super().__attrs_post_init__()
        by_origin = sorted(self.by_origin.items(), key=lambda item: not isinstance(item[0], str))
        prepared = {
            "_rules": _rules(self.paths),
            "_rules_by_origin": tuple(
                Policy(**{**settings, **changes, "origins": (pattern,), "paths": {}, "by_origin": {}})
                for pattern, changes in by_origin
            ),
            "_looked_up": {},
        }
        for name, value in prepared.items():
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        # NB: what is made of the arguments is made again.
        by_origin = {pattern: dict(changes) for pattern, changes in self.by_origin.items()}
        return _remade, ({**self._settings(), "paths": dict(self.paths), "by_origin": by_origin},)

    def _settings(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in attrs.fields(Policy) if field.init}

    def evolve(self, **changes: Unpack[PolicyChanges]) -> Policy:
        """
        Return this policy with other settings: `policy.evolve(origins=ANY_ORIGIN, credentials=False, paths={})`.
        """
        return attrs.evolve(self, **changes)

    @classmethod
    def from_starlette(cls, application: Any, **changes: Unpack[PolicyChanges]) -> Policy:
        """
        Return the policy that the `CORSMiddleware` of an application of Starlette or FastAPI follows.

        Args:
            application: The application.
            changes: Settings that take the place of those that are read.

        Raises:
            ValueError: It has no such middleware, or says who is allowed with a regular expression, and no `origins`
                are given.
            PolicyError: What it follows contradicts itself or the protocol, such as any origin with credentials.
        """
        return _loaded({**settings_of_starlette(application), **changes})

    @classmethod
    def from_litestar(cls, application: Any, **changes: Unpack[PolicyChanges]) -> Policy:
        """
        Return the policy that the `cors_config` of an application of Litestar says; see `from_starlette`.
        """
        return _loaded({**settings_of_litestar(application), **changes})

    @classmethod
    def from_flask_cors(cls, application: Any, **changes: Unpack[PolicyChanges]) -> Policy:
        """
        Return the policy that `CORS(app)` of Flask-CORS follows; see `from_starlette`.

        Its `resources` become `paths`: `/api/*` is `/api` and all below. `@cross_origin` at single views is not seen.
        """
        return _loaded(settings_of_flask_cors(application, changes))

    @classmethod
    def from_django(cls, **changes: Unpack[PolicyChanges]) -> Policy:
        """
        Return the policy that the settings of django-cors-headers say, in a configured Django project.

        See `from_starlette`. Its `CORS_URLS_REGEX` becomes `paths`. What handlers of its signal allow is not seen.
        """
        return _loaded(settings_of_django(changes))

    @classmethod
    def from_toml(cls, path: str | Path, **changes: Unpack[PolicyChanges]) -> Policy:
        """
        Return the policy that a TOML file says: the table `tool.browsercors.policy`, or else the whole file.

        The names are those of the arguments of `Policy`. `"ANY"` is `ANY`, and a path that no page may read is false.

        Args:
            path: The file.
            changes: Settings that take the place of those that are read.

        Raises:
            OSError: The file cannot be read.
            ValueError: It is not a TOML, or holds what is not a setting of a policy.
            PolicyError: It contradicts itself or the protocol.
        """
        return _loaded({**settings_of_toml(path), **changes})

    @classmethod
    def from_yaml(cls, path: str | Path, **changes: Unpack[PolicyChanges]) -> Policy:
        """
        Return the policy that a YAML file says, in the form of `from_toml`.

        Raises:
            ImportError: PyYAML is not installed.
        """
        return _loaded({**settings_of_yaml(path), **changes})

    @classmethod
    def from_s3(cls, document: Any, **changes: Unpack[PolicyChanges]) -> Policy:
        """
        Return the policy that the CORS document of a bucket says.

        Args:
            document: `{"CORSRules": [...]}`, its list of rules, or either as JSON.
            changes: Settings that take the place of those that are read.

        Raises:
            ValueError: It is not such a document, or says what a policy cannot say: two rules for one origin, or a
                `*` within the name of a header.
            PolicyError: It contradicts itself or the protocol.
        """
        return _loaded({**settings_of_s3(document), **changes})

    @property
    def path_patterns(self) -> tuple[PathPattern, ...]:
        """
        The patterns of `paths`, the most specific first.
        """
        return tuple(pattern for pattern, _ in self._rules)

    @property
    def rules(self) -> tuple[Policy, ...]:
        """
        Every policy that may rule a request: this one, if it has origins, those of `paths`, and those of `by_origin`.
        """
        by_path = (self, *(policy for _, policy in self._rules if policy is not None))
        return tuple(rule for each in by_path for rule in (each, *each._rules_by_origin) if rule.origins)  # noqa: SLF001

    def rule_for(self, path: str, origin: str | None = None) -> Policy | None:
        """
        Return the policy that rules *path*: that of the most specific pattern in `paths`, or else this one itself.

        Args:
            path: As a URL has it, with or without query: `/items/7?full`.
            origin: Whose page asks, so that `by_origin` counts; None for what holds for all others.

        Returns:
            None where no page of another origin may read.

        Raises:
            ValueError: *path* does not begin with a slash.
        """
        if not checked_text("path", path, "/items/7").startswith("/"):
            raise ValueError(f"path has to begin with '/', as in '/items/7', not {path!r}")
        if not self._rules:
            return self._for_origin(origin)
        if (path, origin) not in self._looked_up:
            if len(self._looked_up) >= MOST_LOOKED_UP:
                self._looked_up.clear()
            rules = (policy for pattern, policy in self._rules if pattern.matches(path))
            rule = next(rules, self if self.origins else None)
            self._looked_up[path, origin] = None if rule is None else rule._for_origin(origin)  # noqa: SLF001 - a policy
        return self._looked_up[path, origin]

    def _for_origin(self, origin: str | None) -> Policy:
        if origin is not None:
            for policy in self._rules_by_origin:
                if policy._is_own_origin(origin):  # noqa: SLF001 - a policy
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
        names = [name.lower() for name in checked_texts("headers", headers, "X-Requested-With")]
        sent = normalize_method(checked_text("method", method, "PUT").encode("utf-8"))
        if not names and is_cors_safelisted_method(sent):
            return True
        rule = self.rule_for(path, text)
        if rule is None or not rule.lists_origin(text) or (credentials and not rule.allows_credentials):
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
        Whether a page of *origin* may make such a request and read the response.

        The arguments are those of `may_send`.
        """
        text = serialized_origin(origin)
        rule = self.rule_for(path, text)
        return (
            rule is not None
            and rule.lists_origin(text)
            and (rule.allows_credentials or not credentials)
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
        Whether a page of *origin* is promised that it can make such a request and read the response.

        This is `may_read` without what only `at_most` allows, and without GET, HEAD and POST where they are not listed:
        nothing can keep a page from sending them, but the server need not see to it that it can read the responses.
        """
        text = serialized_origin(origin)
        rule = self.rule_for(path, text)
        sent = normalize_method(checked_text("method", method, "PUT").encode("utf-8")).decode("utf-8")
        names = checked_texts("headers", headers, "X-Requested-With")
        return rule is not None and rule.promises(text, sent, names, credentials=credentials)

    def may_use_credentials(self, origin: str | Origin, *, path: str = "/") -> bool:
        """
        Whether a page of *origin* may read responses to requests with credentials.
        """
        return self.may_read(origin, path=path, credentials=True)

    def sees_header(self, name: str, *, path: str = "/", origin: str | Origin | None = None) -> bool:
        """
        Whether a page that may read a response sees its header *name*.

        Args:
            name: The header.
            path: As for `rule_for`.
            origin: The page's, so that `by_origin` counts.
        """
        rule = self.rule_for(path, None if origin is None else serialized_origin(origin))
        return rule is not None and rule.lists_exposed(name)

    def remembered_at_most(self, *, path: str = "/", origin: str | Origin | None = None) -> float | None:
        """
        Return for how many seconds a browser may remember a preflight to *path*, if it has no lower cap of its own.

        Returns:
            None where the policy says nothing about it.
        """
        rule = self.rule_for(path, None if origin is None else serialized_origin(origin))
        if rule is None:
            return 0
        if rule.max_age is None and rule.at_most is not None:
            return rule.at_most.max_age
        return rule.max_age


def _remade(arguments: dict[str, Any]) -> Policy:
    return Policy(**arguments)


def _loaded(settings: dict[str, Any]) -> Policy:
    """
    Return the policy of settings that have mappings where a policy has policies.
    """
    check_readable(settings)
    bound = settings.get("at_most")
    if isinstance(bound, Mapping):
        settings = {**settings, "at_most": Policy(**bound)}
    paths = settings.get("paths", {})
    if isinstance(paths, Mapping):
        inner = {key: _loaded(dict(rule)) if isinstance(rule, Mapping) else rule for key, rule in paths.items()}
        settings = {**settings, "paths": inner}
    return Policy(**settings)


def _rules(paths: Paths) -> tuple[tuple[PathPattern, Policy | None], ...]:
    """
    Return the rules in the order in which they are looked at.
    """
    patterns = most_specific_first(map(path_pattern, paths))
    return tuple((pattern, paths[pattern.text]) for pattern in patterns)
