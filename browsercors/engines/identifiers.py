"""
What each browser itself calls a failure.

Chromium: `corsErrorStatus.corsError` with its `failedParameter`, `blockedReason` or `errorText` of DevTools'
`Network.loadingFailed`. Firefox: the category of the console's message. WebKit, which has words only: the kind of the
console's message. A failure about which a browser keeps silent has no identifier there.

Evidence: the reasons in the recordings of the real browsers, which a test compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.fetch.findings import Reason
from browsercors.fetch.timeline import Exchange, ExchangeKind, RememberedPreflight
from browsercors.values.records import Record
from browsercors.values.requests import RedirectMode, RequestMode, ResponseTainting
from browsercors.values.responses import REDIRECT_STATUSES
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.fetch.fetch_params import FetchParams
    from browsercors.fetch.findings import Finding
    from browsercors.values.headers import HeaderList
    from browsercors.values.urls import URL

__all__ = [
    "Circumstances",
    "Identifier",
    "chromium_identifier",
    "circumstances_of",
    "firefox_identifier",
    "webkit_identifier",
]


class Identifier(NamedTuple):
    """
    What a browser calls a failure.

    Attributes:
        name: Its own name for the kind of failure.
        parameter: What it names with it: Chromium's `failedParameter`, or an empty string.
    """

    name: str
    parameter: str = ""


@attrs.frozen(repr=False)
class Circumstances(Record):
    """
    Where a fetch stood when it failed.

    Attributes:
        during_preflight: Whether the preflight failed, not the request itself.
        tainting: The request's response tainting.
        is_xml_http_request: Whether an XMLHttpRequest asked.
        redirect_mode: The request's.
        url: The URL that was asked last; None if none was.
        status: The status of the last answer; 0 without one.
        headers: The header lines of the last answer as the server wrote them; None without one.
        is_under_cors: Whether the request's mode is "cors".
    """

    during_preflight: bool = False
    tainting: ResponseTainting = ResponseTainting.CORS
    is_xml_http_request: bool = False
    redirect_mode: RedirectMode = RedirectMode.FOLLOW
    url: URL | None = None
    status: int = 0
    headers: HeaderList | None = None
    is_under_cors: bool = True

    @property
    def is_cross_origin(self) -> bool:
        """
        Whether the fetch had left the page's origin.
        """
        return self.tainting is not ResponseTainting.BASIC

    @property
    def is_at_redirect(self) -> bool:
        """
        Whether the last answer was a redirect of the request itself.
        """
        return self.status in REDIRECT_STATUSES and not self.during_preflight


def circumstances_of(params: FetchParams) -> Circumstances:
    """
    Return where the fetch *params* stands.
    """
    request = params.request
    last: Exchange | RememberedPreflight | None = params.timeline[-1] if params.timeline else None
    if params.redirect_refusal is not None:
        last = next(
            entry for entry in reversed(params.timeline) if getattr(entry, "kind", None) is ExchangeKind.REDIRECT
        )
    exchange = last if isinstance(last, Exchange) else None
    answer = None if exchange is None else exchange.http_response
    return Circumstances(
        during_preflight=params.in_preflight,
        tainting=request.response_tainting,
        is_xml_http_request=request.initiator_type == "xmlhttprequest",
        redirect_mode=request.redirect_mode,
        url=None if exchange is None else exchange.http_request.url,
        status=0 if answer is None else answer.status,
        headers=None if answer is None else answer.headers,
        is_under_cors=request.mode is RequestMode.CORS,
    )


def _text(value: object) -> str:
    """
    Return bytes as DevTools shows them: what is no UTF-8 is not shown at all.
    """
    try:
        return value.decode("utf-8") if isinstance(value, bytes) else ""
    except UnicodeDecodeError:
        return ""


def _scheme(url: object) -> str:
    return str(url).partition(":")[0]


# The same failures have a name of their own when the preflight fails.
CORS_CHECK_ERRORS: Final[dict[Reason, str]] = {
    Reason.ALLOW_ORIGIN_MISSING: "MissingAllowOriginHeader",
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: "WildcardOriginNotAllowed",
    Reason.ALLOW_ORIGIN_REPEATED: "MultipleAllowOriginValues",
    Reason.ALLOW_ORIGIN_LIST: "MultipleAllowOriginValues",
    Reason.ALLOW_ORIGIN_SPACE_SEPARATED: "MultipleAllowOriginValues",
    Reason.ALLOW_ORIGIN_INVALID: "InvalidAllowOriginValue",
    Reason.ALLOW_ORIGIN_MISMATCH: "AllowOriginMismatch",
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: "InvalidAllowCredentials",
}
CORS_ERRORS: Final[dict[Reason, str]] = {
    Reason.PREFLIGHT_REDIRECTED: "PreflightDisallowedRedirect",
    Reason.PREFLIGHT_STATUS_NOT_OK: "PreflightInvalidStatus",
    Reason.ALLOW_METHODS_INVALID: "InvalidAllowMethodsPreflightResponse",
    Reason.ALLOW_HEADERS_INVALID: "InvalidAllowHeadersPreflightResponse",
    Reason.METHOD_NOT_ALLOWED: "MethodDisallowedByPreflightResponse",
    Reason.HEADER_NOT_ALLOWED: "HeaderDisallowedByPreflightResponse",
    Reason.REDIRECT_WITH_CREDENTIALS: "RedirectContainsCredentials",
    Reason.SAME_ORIGIN_MODE: "DisallowedByMode",
    Reason.NO_CORS_REDIRECT_MODE: "NoCorsRedirectModeNotFollow",
    Reason.SCHEME_NOT_SUPPORTED: "CorsDisabledScheme",
}
NETWORK_ERRORS: Final[dict[Reason, str]] = {
    Reason.REDIRECT_LOCATION_INVALID: "net::ERR_INVALID_REDIRECT",
    Reason.REDIRECT_SCHEME_NOT_HTTP: "net::ERR_UNSAFE_REDIRECT",
    Reason.REDIRECT_LIMIT: "net::ERR_TOO_MANY_REDIRECTS",
    Reason.REDIRECT_MODE_ERROR: "net::ERR_FAILED",
    Reason.REDIRECT_OF_STREAM: "net::ERR_INVALID_ARGUMENT",
    Reason.MIXED_CONTENT: "mixed-content",
    Reason.BAD_PORT: "net::ERR_UNSAFE_PORT",
    Reason.STREAM_UPLOAD_NOT_SUPPORTED: "net::ERR_ALPN_NEGOTIATION_FAILED",
    Reason.PROXY_AUTHENTICATION: "net::ERR_UNEXPECTED_PROXY_AUTH",
    Reason.CONNECTION_FAILED: "net::ERR_CONNECTION_FAILED",
    Reason.TIMED_OUT: "net::ERR_TIMED_OUT",
    Reason.INVALID_RESPONSE: "net::ERR_INVALID_RESPONSE",
    Reason.BODY_INTERRUPTED: "net::ERR_CONTENT_LENGTH_MISMATCH",
    Reason.ONLY_IF_CACHED: "net::ERR_CACHE_MISS",
}
PARAMETERS: Final[Mapping[Reason, str]] = {
    Reason.ALLOW_ORIGIN_REPEATED: "origin",
    Reason.ALLOW_ORIGIN_LIST: "origin",
    Reason.ALLOW_ORIGIN_SPACE_SEPARATED: "origin",
    Reason.ALLOW_ORIGIN_INVALID: "origin",
    Reason.ALLOW_ORIGIN_MISMATCH: "origin",
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: "credentials",
    Reason.METHOD_NOT_ALLOWED: "method",
    Reason.HEADER_NOT_ALLOWED: "name",
}
"""Which piece of a finding's evidence Chromium names."""

SCHEMES_WITH_LOADERS: Final = frozenset({"about", "blob", "data", "file"})
"""A redirect to one of these is unsafe; to any other scheme that is not HTTP, CORS is disabled."""

OTHERWISE_BLOCKED_FOR_FETCH: Final = {"file": "other"}
OTHERWISE_BLOCKED_FOR_XML_HTTP_REQUEST: Final[dict[str, str | None]] = {"blob": "other", "file": "other", "ftp": None}
"""Schemes that fail before CORS is asked, with the `blockedReason` if there is one."""


def chromium_identifier(finding: Finding, circumstances: Circumstances) -> Identifier | None:
    """
    Name a failure as DevTools' `Network.loadingFailed` does.
    """
    reason, evidence = finding.reason, finding.evidence
    assert reason is not None
    parameter = _text(evidence.get(PARAMETERS.get(reason, "")))
    # NB: a location that is no URL is the network's business, before CORS is asked.
    if reason in CORS_CHECK_ERRORS and circumstances.is_at_redirect and _scheme_of_location(circumstances) == "":
        return Identifier(NETWORK_ERRORS[Reason.REDIRECT_LOCATION_INVALID])
    if reason in CORS_CHECK_ERRORS:
        prefix = "Preflight" if circumstances.during_preflight else ""
        return Identifier(prefix + CORS_CHECK_ERRORS[reason], parameter)
    if circumstances.is_at_redirect and (
        reason is Reason.SAME_ORIGIN_MODE
        or (
            reason is Reason.REDIRECT_WITH_CREDENTIALS
            and (not circumstances.is_under_cors or _stays_at_home(evidence["location"], circumstances))
        )
    ):
        return Identifier("origin")
    if reason is Reason.REDIRECT_SCHEME_NOT_HTTP and _scheme(evidence.get("location")) not in SCHEMES_WITH_LOADERS:
        return Identifier(CORS_ERRORS[Reason.SCHEME_NOT_SUPPORTED])
    if reason is Reason.SCHEME_NOT_SUPPORTED:
        scheme = str(evidence.get("scheme", ""))
        by_xml_http_request = circumstances.is_xml_http_request
        blocked = OTHERWISE_BLOCKED_FOR_XML_HTTP_REQUEST if by_xml_http_request else OTHERWISE_BLOCKED_FOR_FETCH
        if scheme not in blocked:
            return Identifier(CORS_ERRORS[reason], "" if by_xml_http_request else scheme)
        return None if (named := blocked[scheme]) is None else Identifier(named)
    if reason is Reason.CROSS_ORIGIN_RESOURCE_POLICY:
        return Identifier(f"corp-not-{_text(evidence.get('policy')) or 'same-origin'}")
    name = CORS_ERRORS.get(reason) or NETWORK_ERRORS.get(reason)
    return None if name is None else Identifier(name, parameter)


def _scheme_of_location(circumstances: Circumstances) -> str | None:
    """
    Return where a redirect leads: a scheme, an empty string for what is no URL, None for nowhere.
    """
    location = None if circumstances.headers is None else circumstances.headers.get(b"location")
    if not location:
        return None
    url = parse_url(location.decode("latin-1"), circumstances.url)
    return "" if url is None else url.scheme


def _stays_at_home(location: object, circumstances: Circumstances) -> bool:
    """
    Whether a redirect leads from the page's origin to the page's origin.
    """
    url = parse_url(str(location))
    return (
        not circumstances.is_cross_origin
        and url is not None
        and circumstances.url is not None
        and url.origin.same_origin(circumstances.url.origin)
    )


CATEGORIES: Final[dict[Reason, str]] = {
    Reason.ALLOW_ORIGIN_MISSING: "CORSMissingAllowOrigin2",
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: "CORSNotSupportingCredentials",
    Reason.ALLOW_ORIGIN_REPEATED: "CORSMultipleAllowOriginNotAllowed",
    Reason.ALLOW_ORIGIN_LIST: "CORSAllowOriginNotMatchingOrigin",
    Reason.ALLOW_ORIGIN_SPACE_SEPARATED: "CORSAllowOriginNotMatchingOrigin",
    Reason.ALLOW_ORIGIN_INVALID: "CORSAllowOriginNotMatchingOrigin",
    Reason.ALLOW_ORIGIN_MISMATCH: "CORSAllowOriginNotMatchingOrigin",
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: "CORSMissingAllowCredentials",
    Reason.PREFLIGHT_REDIRECTED: "CORSExternalRedirectNotAllowed",
    Reason.PREFLIGHT_STATUS_NOT_OK: "CORSPreflightDidNotSucceed3",
    Reason.ALLOW_METHODS_INVALID: "CORSInvalidAllowMethod",
    Reason.ALLOW_HEADERS_INVALID: "CORSInvalidAllowHeader",
    Reason.METHOD_NOT_ALLOWED: "CORSMethodNotFound",
    Reason.HEADER_NOT_ALLOWED: "CORSMissingAllowHeaderFromPreflight2",
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: "COEP",
    Reason.INTEGRITY_MISMATCH: "Sub-resource Integrity",
    Reason.MIXED_CONTENT: "Mixed Content Blocker",
}
GENERAL_CATEGORY: Final = "CORSDidNotSucceed2"
GENERAL: Final[frozenset[Reason]] = frozenset(
    {
        Reason.CONNECTION_FAILED,
        Reason.TIMED_OUT,
        Reason.INVALID_RESPONSE,
        Reason.REDIRECT_LIMIT,
        Reason.REDIRECT_LOCATION_INVALID,
    }
)
"""What Firefox mentions only of CORS requests, and then in general words."""

NOT_HTTP: Final = "CORSRequestNotHttp"
OF_URLS: Final[dict[str, str | None]] = {"blob": "SOP", "file": "SOP", "ws": None}
"""What Firefox says of URLs that a page may not fetch, by scheme; of all others, that they are not HTTP."""

OF_REDIRECTS: Final[dict[str, str | None]] = {
    "blob": "SOP",
    "data": "DATA_URI_BLOCKED",
    "file": "SOP",
    "javascript": None,
}
"""The same of redirects there; under CORS these are failures in general."""


def firefox_identifier(finding: Finding, circumstances: Circumstances) -> Identifier | None:
    """
    Name a failure by the category of the console's message.
    """
    reason = finding.reason
    assert reason is not None
    name = CATEGORIES.get(reason)
    if reason is Reason.ALLOW_ORIGIN_REPEATED and not _is_repeated_as_written(circumstances.headers):
        name = CATEGORIES[Reason.ALLOW_ORIGIN_LIST]
    elif reason is Reason.PREFLIGHT_REDIRECTED and circumstances.redirect_mode is not RedirectMode.FOLLOW:
        name = CATEGORIES[Reason.PREFLIGHT_STATUS_NOT_OK]
    elif reason in CORS_CHECK_ERRORS and _leads_out_of_http(circumstances):
        name = _category_of_redirect(_scheme_of_location(circumstances) or "", circumstances)
    elif reason is Reason.SAME_ORIGIN_MODE:
        name = "SOP"
    elif reason is Reason.SCHEME_NOT_SUPPORTED:
        scheme = str(finding.evidence.get("scheme"))
        name = None if circumstances.tainting is ResponseTainting.OPAQUE else OF_URLS.get(scheme, NOT_HTTP)
    elif reason is Reason.REDIRECT_WITH_CREDENTIALS:
        name = GENERAL_CATEGORY
    elif reason is Reason.REDIRECT_SCHEME_NOT_HTTP:
        name = _category_of_redirect(_scheme(finding.evidence.get("location")), circumstances)
    elif reason in GENERAL:
        name = GENERAL_CATEGORY if circumstances.tainting is ResponseTainting.CORS else None
    return None if name is None else Identifier(name)


def _category_of_redirect(scheme: str, circumstances: Circumstances) -> str | None:
    """
    Return what Firefox says of a redirect to *scheme*; an empty one is that of no URL.
    """
    if scheme and scheme not in OF_REDIRECTS:
        return NOT_HTTP
    return GENERAL_CATEGORY if circumstances.tainting is ResponseTainting.CORS else OF_REDIRECTS.get(scheme)


def _leads_out_of_http(circumstances: Circumstances) -> bool:
    """
    Whether the network gave up a redirect before CORS was asked.
    """
    if not circumstances.is_at_redirect:
        return False
    return _scheme_of_location(circumstances) not in {None, "http", "https"}


def _is_repeated_as_written(headers: HeaderList | None) -> bool:
    """
    Whether a line repeats the name of another in the same case: Firefox joins lines whose case differs.
    """
    if headers is None:
        return True
    names = [name for name, _ in headers if name.lower() == b"access-control-allow-origin"]
    return len(names) != len(set(names))


KINDS: Final[dict[Reason, str]] = {
    Reason.ALLOW_ORIGIN_MISSING: "origin-not-allowed",
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: "wildcard-with-credentials",
    Reason.ALLOW_ORIGIN_REPEATED: "more-than-one-origin",
    Reason.ALLOW_ORIGIN_LIST: "more-than-one-origin",
    Reason.ALLOW_ORIGIN_SPACE_SEPARATED: "origin-not-allowed",
    Reason.ALLOW_ORIGIN_INVALID: "origin-not-allowed",
    Reason.ALLOW_ORIGIN_MISMATCH: "origin-not-allowed",
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: "credentials-not-allowed",
    Reason.PREFLIGHT_REDIRECTED: "preflight-status",
    Reason.PREFLIGHT_STATUS_NOT_OK: "preflight-status",
    Reason.ALLOW_METHODS_INVALID: "invalid-allow-methods",
    Reason.ALLOW_HEADERS_INVALID: "invalid-allow-headers",
    Reason.METHOD_NOT_ALLOWED: "method-not-allowed",
    Reason.HEADER_NOT_ALLOWED: "header-not-allowed",
    Reason.REDIRECT_WITH_CREDENTIALS: "redirect-with-credentials",
    Reason.REDIRECT_LIMIT: "too-many-redirects",
    Reason.REDIRECT_MODE_ERROR: "redirect-not-allowed",
    Reason.REDIRECT_SCHEME_NOT_HTTP: "redirect-to-other-scheme",
    Reason.SAME_ORIGIN_MODE: "same-origin-mode",
    Reason.NO_CORS_REDIRECT_MODE: "no-cors-redirect-mode",
    Reason.SCHEME_NOT_SUPPORTED: "scheme-not-supported",
    Reason.BAD_PORT: "restricted-port",
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: "cross-origin-resource-policy",
    Reason.MIXED_CONTENT: "mixed-content",
    Reason.INTEGRITY_MISMATCH: "integrity",
    Reason.KEEPALIVE_BODY_TOO_LARGE: "keepalive-limit",
}
WRAPPED_AT_REDIRECTS: Final[frozenset[Reason]] = frozenset(
    {
        *CORS_CHECK_ERRORS,
        Reason.REDIRECT_WITH_CREDENTIALS,
        Reason.REDIRECT_SCHEME_NOT_HTTP,
        Reason.CROSS_ORIGIN_RESOURCE_POLICY,
    }
)
"""What the message of a redirect that is denied gives as the cause."""


def webkit_identifier(finding: Finding, circumstances: Circumstances) -> Identifier | None:
    """
    Name a failure by the kind of the console's message; `redirect:` stands before the cause of a denied redirect.
    """
    reason = finding.reason
    assert reason is not None
    name = KINDS.get(reason)
    location = finding.evidence.get("location")
    if reason is Reason.REDIRECT_SCHEME_NOT_HTTP:
        scheme = _scheme(location)
        if scheme == "ftp":
            return Identifier("scheme-not-supported")
        if scheme in {"blob", "file"} and circumstances.tainting is not ResponseTainting.CORS:
            return Identifier("local-resource")
    if (
        reason is Reason.REDIRECT_LOCATION_INVALID
        and circumstances.is_cross_origin
        and finding.evidence.get("location")
    ):
        # NB: a URL that cannot be parsed has no scheme that CORS could take.
        reason, name = Reason.REDIRECT_SCHEME_NOT_HTTP, KINDS[Reason.REDIRECT_SCHEME_NOT_HTTP]
    if reason is Reason.SCHEME_NOT_SUPPORTED and circumstances.tainting is ResponseTainting.OPAQUE:
        name = None
    if reason is Reason.CONNECTION_FAILED and circumstances.during_preflight:
        name = "connection-terminated"
    if name is not None and circumstances.is_at_redirect and reason in WRAPPED_AT_REDIRECTS:
        name = f"redirect:{name}"
    return None if name is None else Identifier(name)
