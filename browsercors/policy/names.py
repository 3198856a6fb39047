"""
Names of methods and headers in a policy, and the two ways to mean all of them: `ANY`, and the `*` of CORS headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ANY", "ANY_NAME", "NEEDS_LISTING", "NEVER_EXPOSED", "AnyName", "Name", "is_any", "named"]

ANY_NAME: Final = "*"
NEEDS_LISTING: Final = "authorization"
"""The one request header that a `*` does not cover: https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name"""

NEVER_EXPOSED: Final = frozenset({"set-cookie", "set-cookie2"})


@final
@attrs.frozen(repr=False)
class AnyName:
    """
    Every method or every header; its only value is `ANY`.
    """

    def __repr__(self) -> str:
        return "ANY"


ANY: Final = AnyName()
"""
Every method or every header, with credentials too: `Policy(origins=[...], headers=ANY, credentials=True)`.

The `*` of CORS headers is less: it means nothing in a response to a request with credentials, and `Authorization` is
not among the headers it covers.
"""

Name: TypeAlias = str | AnyName


def named(names: Iterable[Name]) -> tuple[str, ...]:
    """
    Return the names that are spelled out, without `ANY` and `*`.
    """
    return tuple(name for name in names if isinstance(name, str) and name != ANY_NAME)


def is_any(name: object) -> bool:
    """
    Whether *name* is `ANY` or `*`.
    """
    return isinstance(name, AnyName) or name == ANY_NAME
