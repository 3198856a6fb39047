"""
The codes of the surprises.
"""

from __future__ import annotations

import enum

__all__ = ["SurpriseCode"]


class SurpriseCode(enum.Enum):
    """
    The surprises, each with a stable code beside those of `Reason`.
    """

    OPAQUE_RESPONSE = "opaque-response"
    """Nothing failed, and the page sees nothing: mode "no-cors"."""

    OPAQUE_REDIRECT = "opaque-redirect"
    """Nothing failed, and the page sees nothing: a redirect under redirect mode "manual"."""

    HEADER_HIDDEN = "header-hidden"
    """A response header came, and the page does not see it."""

    HEADER_DROPPED = "header-dropped"
    """A request header that the page set did not go out: it is forbidden, or mode "no-cors" does not allow it."""

    HEADER_REMOVED_BY_REDIRECT = "header-removed-by-redirect"
    """A request header, Authorization above all, did not go along to another origin."""

    RESPONSE_HEADER_IN_REQUEST = "response-header-in-request"
    """The page sets Access-Control-Allow-* as request headers, which does nothing but cause a preflight."""

    COOKIE_NOT_SENT = "cookie-not-sent"
    """The browser holds a cookie for the URL and does not send it: credentials mode, SameSite, Secure."""

    COOKIE_NOT_STORED = "cookie-not-stored"
    """The browser refuses a Set-Cookie of the answer, or ignores it since the request is without credentials."""

    PREFLIGHT_NOT_CACHED = "preflight-not-cached"
    """The preflight's answer is not remembered at all, or for the 5 seconds of an answer that does not say."""

    MAX_AGE_CAPPED = "max-age-capped"
    """The preflight's answer asks to be remembered for longer than the browser does."""

    AUTHORIZATION_UNDER_WILDCARD = "authorization-under-wildcard"
    """The browser lets Authorization pass under `Access-Control-Allow-Headers: *`, which the standard does not."""

    ORIGIN_BECAME_NULL = "origin-became-null"
    """Redirects turned the request's origin into null."""

    METHOD_BECAME_GET = "method-became-get"
    """A redirect turned the request into GET, without its body."""

    PREFLIGHT_REMEMBERED = "preflight-remembered"
    """The browser still held a preflight's answer, and the server has come to deny what that one allowed."""

    CACHED_RESPONSE = "cached-response"
    """The browser's HTTP cache answered in place of the server, with what is none for this page."""

    PREFLIGHT_BODY_UNFINISHED = "preflight-body-unfinished"
    """The answer to the preflight has a body that never ends, or broke off, for which some browsers wait."""

    VARY_MISSING = "vary-missing"
    """The answer names the page's origin and does not say `Vary: Origin`: a cache may hand it to another."""
