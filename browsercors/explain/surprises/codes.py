"""
The codes of the surprises: what blocks nothing, but has a page of its own in the catalogue.
"""

from __future__ import annotations

import enum

__all__ = ["SurpriseCode"]


class SurpriseCode(enum.Enum):
    """
    The surprises, each with a stable code beside those of `Reason`.
    """

    OPAQUE_RESPONSE = "opaque-response"
    """Nothing failed, but mode "no-cors" hides the response from the page."""

    OPAQUE_REDIRECT = "opaque-redirect"
    """Nothing failed, but redirect mode "manual" hides the redirect from the page."""

    HEADER_HIDDEN = "header-hidden"
    """A response header arrived that the page does not see."""

    HEADER_DROPPED = "header-dropped"
    """A request header that the page set was not sent: it is forbidden, or mode "no-cors" does not allow it."""

    HEADER_REMOVED_BY_REDIRECT = "header-removed-by-redirect"
    """A redirect to another origin dropped a request header, above all Authorization."""

    RESPONSE_HEADER_IN_REQUEST = "response-header-in-request"
    """The page sets Access-Control-Allow-* as request headers, which only causes a preflight."""

    PASSWORD_PROMPT = "password-prompt"  # noqa: S105 - a code
    """The browser asks the visitor for a password before the page gets the 401."""

    COOKIE_NOT_SENT = "cookie-not-sent"
    """The browser holds a cookie for the URL and does not send it: credentials mode, SameSite, Secure."""

    COOKIE_NOT_STORED = "cookie-not-stored"
    """The browser refuses a Set-Cookie of the response, or ignores it in a request without credentials."""

    PREFLIGHT_NOT_CACHED = "preflight-not-cached"
    """The preflight response is not remembered, or for the default of 5 seconds only."""

    MAX_AGE_CAPPED = "max-age-capped"
    """The server asks for a longer cache time than this browser accepts."""

    AUTHORIZATION_UNDER_WILDCARD = "authorization-under-wildcard"
    """The browser accepts Authorization under `Access-Control-Allow-Headers: *`, which the standard does not allow."""

    ORIGIN_BECAME_NULL = "origin-became-null"
    """Redirects turned the request's origin into null."""

    METHOD_BECAME_GET = "method-became-get"
    """A redirect turned the request into GET and dropped its body."""

    PREFLIGHT_REMEMBERED = "preflight-remembered"
    """The browser still remembered a permission that the server has withdrawn since."""

    CACHED_RESPONSE = "cached-response"
    """The browser's HTTP cache gave a response that is not meant for this page."""

    PREFLIGHT_BODY_UNFINISHED = "preflight-body-unfinished"
    """The preflight response has a body that never ends, or was cut off; some browsers wait for it."""

    POLICY_WOULD_BLOCK = "policy-would-block"
    """A policy of the page that only reports would block the request."""

    POLICY_IGNORED = "policy-ignored"
    """A part of the page's Content-Security-Policy does not parse, and browsers ignore it."""

    UPGRADED_TO_HTTPS = "upgraded-to-https"
    """The page asked for an http URL, and the browser used https: for the page's policy, or for HSTS."""

    SITE_DATA_CLEARED = "site-data-cleared"
    """The response made the browser forget cookies or cached responses (`Clear-Site-Data`)."""

    VARY_MISSING = "vary-missing"
    """The response names the page's origin without `Vary: Origin`: a cache may give it to another page."""

    TAINTED_CANVAS = "tainted-canvas"
    """An image or a video of another origin is shown, but a canvas that it is drawn on cannot be read."""

    MUTED_ERRORS = "muted-errors"
    """A script of another origin runs, but the page is told no more of its errors than "Script error."."""

    RULES_NOT_READABLE = "rules-not-readable"
    """A style sheet of another origin is applied, but scripts cannot read its rules."""

    PRELOAD_NOT_USED = "preload-not-used"
    """What was preloaded does not serve the load that it was meant for, which was requested again."""

    WRONG_CONTENT = "wrong-content"
    """The browser takes what came, but it is of no use: an error page as a script, or in a preload."""

    FONT_NEEDS_CORS = "font-needs-cors"
    """The browser loads a font of another origin without CORS, which other browsers do not."""
