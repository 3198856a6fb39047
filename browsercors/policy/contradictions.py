"""
What a policy says that cannot be: found all at once, so that it can be put right in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from browsercors.fetch.safelists import forbidden_request_header
from browsercors.policy.patterns import ANY_ORIGIN, problem_with_pattern
from browsercors.values.headers import is_header_name
from browsercors.values.methods import is_forbidden_method, normalize_method
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.policy.policy import Policy

__all__ = ["Contradiction", "PolicyError", "contradictions_of", "decoded_path"]

ANY_NAME: Final = "*"
NEVER_EXPOSED: Final = frozenset({"set-cookie", "set-cookie2"})


class Contradiction(NamedTuple):
    """
    One thing that a policy says and that cannot be.

    Attributes:
        setting: The argument of `Policy`.
        value: What it was given: one of its items, if it is a list.
        problem: What is wrong with it and what would be right, in words that follow the value.
    """

    setting: str
    value: object
    problem: str

    def __str__(self) -> str:
        return f"{self.setting}: {self.value!r} {self.problem}"


class PolicyError(ValueError):
    """
    A policy contradicts itself, or the protocol.

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


def contradictions_of(policy: Policy) -> tuple[Contradiction, ...]:
    """
    Find everything that is wrong with *policy*, in the order of its settings.
    """
    return (
        *_in_origins(policy.origins),
        *_in_names("methods", policy.methods, "'PUT'", _problem_with_method),
        *_in_names("headers", policy.headers, "'Content-Type'", _problem_with_header),
        *_in_names("expose", policy.expose, "'ETag'", _problem_with_exposed),
        *_in_credentials(policy),
        *_in_max_age(policy.max_age),
        *_in_paths(policy.paths),
    )


def decoded_path(path: str) -> bytes:
    """
    Return *path* as servers compare it: without query, percent-decoded.
    """
    return unquote_to_bytes(path.partition("?")[0])


def _in_origins(origins: Any) -> Iterator[Contradiction]:
    if not isinstance(origins, tuple):
        yield Contradiction("origins", origins, "is no list; give a list such as ['https://app.example.com']")
        return
    if not origins:
        yield Contradiction(
            "origins", [], "names no origin; paths that no page may read are given as None in paths, not as a policy"
        )
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
        yield Contradiction(setting, names, f"is no list; give a list such as [{example}]")
        return
    for name in names:
        if not isinstance(name, str) or not is_header_name(name.encode("utf-8", "surrogatepass")):
            yield Contradiction(setting, name, f"is no name, such as {example}")
        elif name != ANY_NAME and (problem := problem_with(name)) is not None:
            yield Contradiction(setting, name, problem)
    if ANY_NAME in names and len(names) > 1 and setting == "methods":
        others = [name for name in names if name != ANY_NAME]
        yield Contradiction(setting, ANY_NAME, f"makes {others!r} mean nothing; give one or the other")


def _problem_with_method(method: str) -> str | None:
    if is_forbidden_method(method.encode()):
        return "is a method that no page can use"
    written = normalize_method(method.encode()).decode()
    return None if written == method else f"is never asked for: browsers make it {written!r}"


def _problem_with_header(name: str) -> str | None:
    return "is a header that no page can set" if forbidden_request_header(name.encode(), b"") else None


def _problem_with_exposed(name: str) -> str | None:
    return "is a header that no page ever sees" if name.lower() in NEVER_EXPOSED else None


def _in_credentials(policy: Policy) -> Iterator[Contradiction]:
    if not isinstance(policy.credentials, bool):
        yield Contradiction("credentials", policy.credentials, "has to be True or False")
    elif policy.credentials:
        if isinstance(policy.origins, tuple) and ANY_ORIGIN in policy.origins:
            yield Contradiction(
                "credentials", True, "cannot go with ANY_ORIGIN: every site could read what its visitors' accounts hold"
            )
        for setting in ("methods", "headers", "expose"):
            names = getattr(policy, setting)
            if isinstance(names, tuple) and ANY_NAME in names:
                yield Contradiction(setting, ANY_NAME, "is no wildcard where credentials are allowed; name each one")


def _in_max_age(max_age: Any) -> Iterator[Contradiction]:
    if max_age is None:
        return
    if not isinstance(max_age, int) or isinstance(max_age, bool):
        yield Contradiction("max_age", max_age, "has to be a whole number of seconds, or None")
    elif max_age < 0:
        yield Contradiction("max_age", max_age, "is negative; 0 remembers nothing")


def _in_paths(paths: Any) -> Iterator[Contradiction]:
    # NB: the records of policies know this module, so that what is a policy is asked for by what it can answer.
    if not isinstance(paths, Mapping):
        yield Contradiction("paths", paths, "is no mapping; give one such as {'/public/*': None}")
        return
    first: dict[bytes, str] = {}
    for pattern, policy in paths.items():
        problem = _problem_with_path(pattern)
        if problem is not None:
            yield Contradiction("paths", pattern, problem)
            continue
        if policy is not None and (isinstance(policy, type) or not hasattr(policy, "rule_for")):
            yield Contradiction("paths", pattern, f"has to have a Policy or None, not {policy!r}")
        elif policy is not None and policy.paths:
            yield Contradiction("paths", pattern, "has a policy that has paths itself; give them all in one place")
        same = first.setdefault(decoded_path(pattern), pattern)
        if same != pattern and paths[same] != policy:
            yield Contradiction("paths", pattern, f"is the same path as {same!r}, which has another policy")


def _problem_with_path(pattern: Any) -> str | None:
    forms = "a path is '/items', or '/public/*' for all that begins with '/public/'"
    if not isinstance(pattern, str) or not pattern.startswith("/"):
        return f"is no path; {forms}"
    if pattern == "/*":
        return "is every path; say it in the policy itself"
    if "*" in pattern.removesuffix("/*") or pattern.endswith("//*"):
        return f"is no pattern that is known; {forms}"
    if "?" in pattern or "#" in pattern:
        return f"has more than a path; {forms}"
    url = parse_url(f"https://host.invalid{pattern}")
    if url is None or decoded_path(url.path) != decoded_path(pattern):
        written = "/" if url is None else url.path
        return f"is never asked for: browsers make it {written!r}"
    return None
