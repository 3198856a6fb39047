"""
A cookie, and what becomes of a `Set-Cookie`.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.rules.cookies import SameSite
from browsercors.values.expressions import compiled_late
from browsercors.values.records import Record, quick

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

__all__ = ["Cookie", "CookieOutcome", "CookieRefusal", "SameSiteMode", "SetCookieResult", "serialize_cookies"]

CONTROL_CHARACTER = compiled_late(rb"[\x00-\x08\x0a-\x1f\x7f]")
MAXIMUM_PAIR_LENGTH: Final = 4096
MAXIMUM_ATTRIBUTE_LENGTH: Final = 1024

SAME_SITE_NAMES: Final = {b"strict": SameSite.STRICT, b"lax": SameSite.LAX, b"none": SameSite.NONE}


@quick
class SameSiteMode(enum.Enum):
    """
    How far a request is same-site, as Fetch determines it: the strictest cookies that it gets.

    Attributes:
        allowed: The same-site flags of the cookies that such a request gets.

    https://fetch.spec.whatwg.org/#determine-the-same-site-mode
    """

    allowed: tuple[SameSite, ...]

    STRICT_OR_LESS = "strict-or-less"
    LAX_OR_LESS = "lax-or-less"
    UNSET_OR_LESS = "unset-or-less"

    def __init__(self, name: str) -> None:
        # NB: a tuple, and made once, because every request asks: enums hash slowly and compare fast.
        from_strict_to_none = list(SameSite)
        strictest = SameSite(name.removesuffix("-or-less"))
        self.allowed = tuple(from_strict_to_none[from_strict_to_none.index(strictest) :])


class CookieOutcome(enum.Enum):
    """
    What became of a `Set-Cookie`.
    """

    STORED = "stored"
    REPLACED = "replaced"
    DELETED = "deleted"
    """It had expired when it came: it removed the cookie of its name, if there was one."""

    REFUSED = "refused"


class CookieRefusal(enum.Enum):
    """
    Why a cookie was refused.
    """

    CONTROL_CHARACTER = "control-character"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    DOMAIN_INVALID = "domain-invalid"
    PUBLIC_SUFFIX = "public-suffix"
    DOMAIN_MISMATCH = "domain-mismatch"
    SECURE_FROM_INSECURE = "secure-from-insecure-connection"
    SHADOWS_SECURE = "shadows-secure-cookie"
    CROSS_SITE = "same-site-from-cross-site-request"
    NONE_NEEDS_SECURE = "same-site-none-needs-secure"
    SECURE_PREFIX = "secure-prefix"
    HOST_PREFIX = "host-prefix"
    HTTP_PREFIX = "http-prefix"
    HOST_HTTP_PREFIX = "host-http-prefix"
    NAMELESS_PREFIX = "nameless-with-prefix"
    PARTITIONED_NEEDS_SECURE = "partitioned-needs-secure"
    THIRD_PARTY = "third-party"


@attrs.define(eq=False, repr=False)
class Cookie(Record):
    """
    A cookie in the store.

    Attributes:
        name: As sent; possibly empty.
        value: As sent; possibly empty.
        domain: Lower-case, without a leading dot.
        host_only: Whether only the domain itself gets it, and no subdomain.
        path: As sent, or made from the URL; bytes beyond ASCII as Latin-1.
        secure: Whether only secure requests get it.
        http_only: Whether scripts do not see it.
        same_site: As its attribute said.
        creation_time: When it, or the one that it replaced, was stored.
        expiry_time: When it expires; None when it goes with the session.
        last_access_time: When it was last sent.
        partition: Which part of the store it is in.
        number: Counts the cookies of the store, for those of one time; a replacement keeps it.
    """

    name: bytes
    value: bytes
    domain: str
    host_only: bool
    path: str
    secure: bool
    http_only: bool
    same_site: SameSite
    creation_time: float
    expiry_time: float | None
    last_access_time: float
    partition: Hashable | None = None
    number: int = 0

    @property
    def key(self) -> CookieKey:
        """
        What tells it apart from the other cookies of its domain.
        """
        return self.name, self.host_only, self.path

    @property
    def age_order(self) -> tuple[float, int]:
        """
        Sorts by age, oldest first.
        """
        return self.creation_time, self.number

    @property
    def sending_order(self) -> tuple[int, float, int]:
        """
        Sorts as in the `Cookie` header: longest path first, then oldest first.
        """
        return -len(self.path), self.creation_time, self.number

    @property
    def eviction_order(self) -> tuple[float, int]:
        """
        Sorts by use, the longest unused first.
        """
        return self.last_access_time, self.number


CookieKey = tuple[bytes, bool, str]


class SetCookieResult(NamedTuple):
    """
    What became of one `Set-Cookie`.

    Attributes:
        outcome: What was done.
        refusal: Why it was refused, or None.
        cookie: The cookie, unless it was refused.
    """

    outcome: CookieOutcome
    refusal: CookieRefusal | None
    cookie: Cookie | None


def serialize_cookies(cookies: Iterable[Cookie]) -> bytes:
    """
    Serialize cookies as the value of a `Cookie` header.

    https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-serialize-cookies
    """
    return b"; ".join(cookie.name + b"=" + cookie.value if cookie.name else cookie.value for cookie in cookies)
