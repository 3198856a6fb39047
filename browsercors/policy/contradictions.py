"""
What a policy says that cannot be: found all at once, so that it can be corrected in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from browsercors.fetch.safelists import forbidden_request_header
from browsercors.policy.names import ANY, ANY_NAME, NEVER_EXPOSED, AnyName, is_any
from browsercors.policy.origins.patterns import ANY_ORIGIN, problem_with_pattern
from browsercors.policy.routes.path_patterns import PathPattern, path_pattern, problem_with_path_pattern
from browsercors.values.headers import is_header_name
from browsercors.values.methods import is_forbidden_method, normalize_method

__all__ = ["SETTINGS_BY_ORIGIN", "Contradiction", "PolicyError", "contradictions_of"]

SETTINGS_BY_ORIGIN: Final = ("methods", "headers", "expose", "credentials", "max_age")
"""The settings that `by_origin` can change."""


class Contradiction(NamedTuple):
    """
    One thing that a policy says and that cannot be.

    Attributes:
        setting: The argument of `Policy`.
        value: What it was given; one of its items if it is a list.
        problem: What is wrong with it and what would be right, in words that follow the value.
    """

    setting: str
    value: object
    problem: str

    def __str__(self) -> str:
        return f"{self.setting}: {self.value!r} {self.problem}"


class PolicyError(ValueError):
    """
    A policy contradicts itself or the protocol.

    Attributes:
        contradictions: Everything that is wrong with it.
    """

    __module__ = "browsercors"  # where its users find it

    def __init__(self, contradictions: Iterable[Contradiction]) -> None:
        self.contradictions: tuple[Contradiction, ...] = tuple(contradictions)
        super().__init__(self.contradictions)

    def __str__(self) -> str:
        count = len(self.contradictions)
        places = "one place" if count == 1 else f"{count} places"
        return "\n  ".join([f"the policy is wrong in {places}:", *map(str, self.contradictions)])


def contradictions_of(settings: Mapping[str, Any]) -> tuple[Contradiction, ...]:
    """
    Find everything that is wrong with a policy that has these *settings*, in their order.

    Args:
        settings: All arguments of `Policy`, with lists as tuples.
    """
    # NB: what is a policy is known by what it can answer, since the records of policies import this module.
    return (
        *_in_origins(settings),
        *_in_names("methods", settings["methods"], "'PUT'", _problem_with_method),
        *_in_names("headers", settings["headers"], "'Content-Type'", _problem_with_header),
        *_in_names("expose", settings["expose"], "'ETag'", _problem_with_exposed),
        *_in_credentials(settings),
        *_in_max_age(settings["max_age"]),
        *_in_by_origin(settings),
        *_in_at_most(settings),
        *_in_paths(settings),
    )


def _in_origins(settings: Mapping[str, Any]) -> Iterator[Contradiction]:
    origins = settings["origins"]
    if not isinstance(origins, tuple):
        yield Contradiction("origins", origins, "is not a list; give a list such as ['https://app.example.com']")
        return
    if not origins and not settings["paths"]:
        yield Contradiction(
            "origins", [], "names no origin; paths that no page may read are given as None in paths, not as a policy"
        )
    elif not origins:
        for setting in ("headers", "expose", "credentials", "max_age", "by_origin", "at_most"):
            value = settings[setting]
            if value is not None and value is not False and value not in ((), {}):
                yield Contradiction(setting, value, "applies to no origin; give origins, or say it in paths")
    for pattern in origins:
        problem = problem_with_pattern(pattern)
        if problem is not None:
            yield Contradiction("origins", pattern, problem)
    if ANY_ORIGIN in origins and len(origins) > 1:
        others = [pattern for pattern in origins if pattern != ANY_ORIGIN]
        yield Contradiction("origins", ANY_ORIGIN, f"makes {others!r} mean nothing; give one or the other")


def _in_names(
    setting: str, names: Any, example: str, problem_with: Callable[[str], str | None]
) -> Iterator[Contradiction]:
    if not isinstance(names, tuple):
        yield Contradiction(setting, names, f"is not a list; give a list such as [{example}]")
        return
    for name in names:
        if is_any(name):
            continue
        if not isinstance(name, str) or not is_header_name(name.encode("utf-8", "surrogatepass")):
            yield Contradiction(setting, name, f"is not a name, such as {example}")
        elif (problem := problem_with(name)) is not None:
            yield Contradiction(setting, name, problem)
    # NB: a `*` leaves the header `Authorization` to be named beside it.
    for everything in {ANY, ANY_NAME} if setting == "methods" else {ANY}:
        others = [name for name in names if name != everything]
        if everything in names and others:
            yield Contradiction(setting, everything, f"makes {others!r} mean nothing; give one or the other")


def _problem_with_method(method: str) -> str | None:
    if is_forbidden_method(method.encode()):
        return "is a method that pages cannot use"
    written = normalize_method(method.encode()).decode()
    return None if written == method else f"is never asked for: browsers make it {written!r}"


def _problem_with_header(name: str) -> str | None:
    return "is a header that pages cannot set" if forbidden_request_header(name.encode(), b"") else None


def _problem_with_exposed(name: str) -> str | None:
    return "is a header that pages never see" if name.lower() in NEVER_EXPOSED else None


def _in_credentials(settings: Mapping[str, Any]) -> Iterator[Contradiction]:
    credentials, origins = settings["credentials"], settings["origins"]
    if not isinstance(credentials, bool):
        yield Contradiction("credentials", credentials, "has to be True or False")
    elif credentials:
        if isinstance(origins, tuple) and ANY_ORIGIN in origins:
            yield Contradiction(
                "credentials", True, "cannot go with ANY_ORIGIN: every site could read what its visitors' accounts hold"
            )
        for setting in ("methods", "headers", "expose"):
            names = settings[setting]
            if isinstance(names, tuple) and ANY_NAME in names:
                yield Contradiction(
                    setting,
                    ANY_NAME,
                    "does not stand for anything where credentials are allowed; name each one, or give ANY",
                )


def _in_max_age(max_age: Any) -> Iterator[Contradiction]:
    if max_age is None:
        return
    if not isinstance(max_age, int) or isinstance(max_age, bool):
        yield Contradiction("max_age", max_age, "has to be a whole number of seconds, or None")
    elif max_age < 0:
        yield Contradiction("max_age", max_age, "is negative; 0 remembers nothing")


def _in_by_origin(settings: Mapping[str, Any]) -> Iterator[Contradiction]:
    by_origin, origins = settings["by_origin"], settings["origins"]
    if not isinstance(by_origin, Mapping):
        example = {"https://admin.example.com": {"methods": ["PUT"]}}
        yield Contradiction("by_origin", by_origin, f"is not a mapping; give one such as {example}")
        return
    for pattern, changes in by_origin.items():
        problem = problem_with_pattern(pattern)
        if problem is not None:
            yield Contradiction("by_origin", pattern, problem)
            continue
        if isinstance(origins, tuple) and not _is_among(pattern, origins):
            yield Contradiction("by_origin", pattern, "is not among origins, so nothing can be different for it")
        if not isinstance(changes, Mapping):
            yield Contradiction("by_origin", pattern, f"has to have a mapping of settings, not {changes!r}")
            continue
        unknown = [name for name in changes if name not in SETTINGS_BY_ORIGIN]
        if unknown:
            known = ", ".join(SETTINGS_BY_ORIGIN)
            yield Contradiction("by_origin", pattern, f"changes {unknown!r}; what can be changed is {known}")
        changed = {name: value for name, value in changes.items() if name in SETTINGS_BY_ORIGIN}
        merged = {**settings, "origins": (pattern,), "paths": {}, "by_origin": {}, **changed}
        for found in contradictions_of(merged):
            if found.setting in changed:
                yield Contradiction("by_origin", pattern, f"has {found}")


def _is_among(pattern: Any, origins: tuple[Any, ...]) -> bool:
    if pattern in origins or ANY_ORIGIN in origins:
        return True
    examples = [pattern] if isinstance(pattern, str) else [*pattern.examples()]
    others = [other for other in origins if hasattr(other, "matches")]
    return all(example in origins or any(other.matches(example) for other in others) for example in examples)


def _in_at_most(settings: Mapping[str, Any]) -> Iterator[Contradiction]:
    bound, origins = settings["at_most"], settings["origins"]
    if bound is None:
        return
    if not _is_policy(bound):
        yield Contradiction("at_most", bound, "has to be a Policy or None")
        return
    for setting in ("paths", "by_origin", "at_most"):
        if getattr(bound, setting):
            yield Contradiction("at_most", bound, f"has {setting} itself; give them in the policy around it")
    for pattern in origins if isinstance(origins, tuple) else ():
        if problem_with_pattern(pattern) is None and not _is_among(pattern, bound.origins):
            yield Contradiction("origins", pattern, "is more than at_most allows")
    allowed = (("methods", bound.lists_method), ("headers", bound.lists_header), ("expose", bound.lists_exposed))
    for setting, lists in allowed:
        everything = getattr(bound, setting)
        for name in settings[setting] if isinstance(settings[setting], tuple) else ():
            is_within = (
                ANY in everything or name in everything if is_any(name) else isinstance(name, str) and lists(name)
            )
            if not is_within and isinstance(name, (str, AnyName)):
                yield Contradiction(setting, name, "is more than at_most allows")
    if settings["credentials"] is True and not bound.credentials:
        yield Contradiction("credentials", True, "is more than at_most allows")


def _is_policy(value: Any) -> bool:
    return not isinstance(value, type) and hasattr(value, "rule_for")


def _in_paths(settings: Mapping[str, Any]) -> Iterator[Contradiction]:
    paths, origins = settings["paths"], settings["origins"]
    if not isinstance(paths, Mapping):
        yield Contradiction("paths", paths, "is not a mapping; give one such as {'/public/*': None}")
        return
    earlier: list[PathPattern] = []
    for text, policy in paths.items():
        problem = problem_with_path_pattern(text)
        if problem is not None:
            yield Contradiction("paths", text, problem)
            continue
        if text == "/*" and origins:
            yield Contradiction("paths", text, "is every path, so the policy around it means nothing; say it there")
        if policy is not None and not _is_policy(policy):
            yield Contradiction("paths", text, f"has to have a Policy or None, not {policy!r}")
        elif policy is not None and policy.paths:
            yield Contradiction("paths", text, "has a policy that has paths itself; give them all in one place")
        pattern = path_pattern(text)
        same = next((other.text for other in earlier if pattern.means_the_same_as(other)), None)
        if same is not None and paths[same] != policy:
            yield Contradiction("paths", text, f"is the same path as {same!r}, which has another policy")
        earlier.append(pattern)
