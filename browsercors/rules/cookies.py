"""
How browsers differ in storing cookies.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import attrs

from browsercors.values.records import Rules, quick

if TYPE_CHECKING:
    import re

__all__ = ["CookieRules", "SameSite"]


@quick
class SameSite(enum.Enum):
    """
    The same-site flag of a cookie, the strictest first.
    """

    STRICT = "strict"
    LAX = "lax"
    UNSET = "unset"
    """The attribute is missing, or has another value."""

    NONE = "none"


@attrs.frozen(eq=False, repr=False)
class CookieRules(Rules):
    """
    How browsers differ in storing cookies.

    Attributes:
        default_same_site: What a missing `SameSite` means: LAX in Chromium, NONE in Firefox and WebKit. UNSET is the
            rule of Fetch: the cookie is sent with cross-site requests, but their responses cannot set it.
        same_site_none_requires_secure: Whether `SameSite=None` without `Secure` is refused.
        secure_on_trustworthy_http: Whether `Secure` cookies work for http URLs of the local machine.
        keeps_partitioned_cookies_apart: Whether `Partitioned` cookies are stored by top-level site.
        sites_ignore_schemes: Whether http and https of one registrable domain are the same site for cookies.
        ends_at: Where the text of a `Set-Cookie` ends, as a pattern; None for no such place.
        refused_in_pair: What makes a cookie void if name or value has it, as a pattern; None for nothing more than the
            standard's control characters.
        nameless_is_name: Whether a cookie without `=` is a name without a value, and a name cannot be empty.
        values_are_text: Whether what is no UTF-8 in a value is replaced.
        enforces_prefixes: Whether `__Secure-`, `__Host-`, `__Http-` and `__Host-Http-` promise anything.
        host_http_prefix_keeps_to_host: Whether `__Host-Http-` promises what `__Host-` does, beside `HttpOnly`.
        sends_own_domain_first: Whether cookies with the `Domain` of the very host are sent before its other ones of the
            same path.
        age_limit: The longest lifetime of a cookie, in seconds.
        limit_per_host: The greatest number of cookies of one host.
        limit: The greatest number of cookies of all hosts.
    """

    default_same_site: SameSite = SameSite.UNSET
    same_site_none_requires_secure: bool = True
    secure_on_trustworthy_http: bool = False
    keeps_partitioned_cookies_apart: bool = False
    sites_ignore_schemes: bool = False
    ends_at: re.Pattern[bytes] | None = None
    refused_in_pair: re.Pattern[bytes] | None = None
    nameless_is_name: bool = False
    values_are_text: bool = False
    enforces_prefixes: bool = True
    host_http_prefix_keeps_to_host: bool = True
    sends_own_domain_first: bool = False
    age_limit: float = 400 * 24 * 60 * 60
    limit_per_host: int = 180
    limit: int = 3000
