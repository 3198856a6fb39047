"""
Cookies: in what browsers differ when they keep them.
"""

from __future__ import annotations

import enum

import attrs

from browsercors.values.enums import quick
from browsercors.values.records import Rules

__all__ = ["CookieRules", "SameSite"]


@quick
class SameSite(enum.Enum):
    """
    The same-site flag of a cookie, the strictest first.
    """

    STRICT = "strict"
    LAX = "lax"
    UNSET = "unset"
    """The attribute is missing, or says something else."""

    NONE = "none"


@attrs.frozen(eq=False, repr=False)
class CookieRules(Rules):
    """
    In what browsers differ when they keep cookies.

    Attributes:
        default_same_site: What a missing `SameSite` counts as: LAX in Chromium, NONE in Firefox and WebKit. UNSET is
            as Fetch has it: such a cookie is sent cross-site, but not stored there.
        same_site_none_requires_secure: Whether `SameSite=None` without `Secure` is refused.
        secure_on_trustworthy_http: Whether http URLs of this machine get and set cookies that are `Secure`.
        keeps_partitioned_cookies_apart: Whether cookies with the attribute `Partitioned` belong to the top-level site.
        age_limit: How many seconds a cookie lives at most.
        limit_per_host: How many cookies of one host are kept at most.
        limit: How many cookies are kept at most.
    """

    default_same_site: SameSite = SameSite.UNSET
    same_site_none_requires_secure: bool = True
    secure_on_trustworthy_http: bool = False
    keeps_partitioned_cookies_apart: bool = False
    age_limit: float = 400 * 24 * 60 * 60
    limit_per_host: int = 180
    limit: int = 3000
