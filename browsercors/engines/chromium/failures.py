"""
What Chromium calls a failure, as DevTools' `Network.loadingFailed` has it, or nothing.

That is `corsErrorStatus.corsError` with its `failedParameter`, `blockedReason` or `errorText`.

Evidence: the reasons in its recordings, which a test compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.engines.standard.failures import scheme_of, scheme_of_location
from browsercors.fetch.service_workers.calls import WorkerFailure
from browsercors.rules.failures import Identifier
from browsercors.values.findings import SERVICE_WORKER_REASONS, Reason
from browsercors.values.transport import Fault
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.rules.failures import FailedFetch
    from browsercors.values.findings import Finding

__all__ = ["chromium_identifier"]


def _text(value: object) -> str:
    """
    Return bytes as DevTools shows them: what is no UTF-8 is not shown at all.
    """
    try:
        return value.decode("utf-8") if isinstance(value, bytes) else ""
    except UnicodeDecodeError:
        return ""


# The same failures have a name of their own when the preflight fails.
CORS_CHECK_ERRORS: Final = {
    Reason.ALLOW_ORIGIN_MISSING: "MissingAllowOriginHeader",
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: "WildcardOriginNotAllowed",
    Reason.ALLOW_ORIGIN_REPEATED: "MultipleAllowOriginValues",
    Reason.ALLOW_ORIGIN_LIST: "MultipleAllowOriginValues",
    Reason.ALLOW_ORIGIN_SPACE_SEPARATED: "MultipleAllowOriginValues",
    Reason.ALLOW_ORIGIN_INVALID: "InvalidAllowOriginValue",
    Reason.ALLOW_ORIGIN_MISMATCH: "AllowOriginMismatch",
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: "InvalidAllowCredentials",
}
CORS_ERRORS: Final = {
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
    Reason.LOCAL_NETWORK_ACCESS_DENIED: "LocalNetworkAccessPermissionDenied",
    Reason.LOCAL_NETWORK_ACCESS_NOT_DELEGATED: "LocalNetworkAccessPermissionDenied",
    Reason.LOCAL_NETWORK_ACCESS_INSECURE: "InsecureLocalNetwork",
    Reason.LOCAL_NETWORK_ACCESS_SPACE: "InvalidLocalNetworkAccess",
}
NETWORK_ERRORS: Final = {
    Reason.REDIRECT_LOCATION_INVALID: "net::ERR_INVALID_REDIRECT",
    Reason.REDIRECT_SCHEME_NOT_HTTP: "net::ERR_UNSAFE_REDIRECT",
    Reason.REDIRECT_LIMIT: "net::ERR_TOO_MANY_REDIRECTS",
    Reason.REDIRECT_MODE_ERROR: "net::ERR_FAILED",
    Reason.REDIRECT_OF_STREAM: "net::ERR_INVALID_ARGUMENT",
    Reason.DATA_URL_INVALID: "net::ERR_INVALID_URL",
    Reason.MIXED_CONTENT: "mixed-content",
    Reason.BAD_PORT: "net::ERR_UNSAFE_PORT",
    Reason.CONTENT_SECURITY_POLICY: "csp",
    Reason.OPAQUE_RESPONSE_BLOCKED: "net::ERR_BLOCKED_BY_ORB",
    Reason.STREAM_UPLOAD_NOT_SUPPORTED: "net::ERR_ALPN_NEGOTIATION_FAILED",
    Reason.PROXY_AUTHENTICATION: "net::ERR_UNEXPECTED_PROXY_AUTH",
    Reason.CONNECTION_FAILED: "net::ERR_CONNECTION_FAILED",
    Reason.TIMED_OUT: "net::ERR_TIMED_OUT",
    Reason.INVALID_RESPONSE: "net::ERR_INVALID_RESPONSE",
    Reason.BODY_INTERRUPTED: "net::ERR_CONTENT_LENGTH_MISMATCH",
    Reason.ONLY_IF_CACHED: "net::ERR_CACHE_MISS",
    **dict.fromkeys(SERVICE_WORKER_REASONS, "net::ERR_FAILED"),
    Reason.URL_WITH_CREDENTIALS: "origin",
}
FAULTS: Final = {
    Fault.NAME_NOT_RESOLVED: "net::ERR_NAME_NOT_RESOLVED",
    Fault.REFUSED: "net::ERR_CONNECTION_REFUSED",
    Fault.RESET: "net::ERR_CONNECTION_RESET",
    Fault.EMPTY: "net::ERR_EMPTY_RESPONSE",
    Fault.ONLY_INTERIM: "net::ERR_EMPTY_RESPONSE",
    Fault.JUNK_AFTER_INTERIM: "net::ERR_INVALID_HTTP_RESPONSE",
    Fault.CUT_HEAD: "net::ERR_RESPONSE_HEADERS_TRUNCATED",
    Fault.MALFORMED_HEAD: "net::ERR_INVALID_HTTP_RESPONSE",
    Fault.HEAD_TOO_LARGE: "net::ERR_RESPONSE_HEADERS_TOO_BIG",
    Fault.DIFFERENT_LENGTHS: "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH",
    Fault.DIFFERENT_DISPOSITIONS: "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_DISPOSITION",
    Fault.DIFFERENT_LOCATIONS: "net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION",
    Fault.MALFORMED_CHUNK: "net::ERR_INVALID_CHUNKED_ENCODING",
    Fault.CUT_CHUNKS: "net::ERR_INCOMPLETE_CHUNKED_ENCODING",
    Fault.UNDECODABLE: "net::ERR_CONTENT_DECODING_FAILED",
}
"""What is wrong with a connection or the bytes of a response has a name of its own (net/base/net_error_list.h)."""

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

SILENT_REGISTRATIONS: Final = frozenset({Reason.SCHEME_NOT_SUPPORTED, Reason.REDIRECT_MODE_ERROR})
"""What nobody hears of if a service worker's script failed by it."""

SCHEMES_WITH_LOADERS: Final = frozenset({"about", "blob", "chrome", "data", "file"})
"""A redirect to one of these is unsafe; to any other scheme that is not HTTP, CORS is disabled."""

OTHERWISE_BLOCKED_FOR_FETCH: Final = {"file": "other"}
OTHERWISE_BLOCKED_FOR_XML_HTTP_REQUEST: Final[dict[str, str | None]] = {"blob": "other", "file": "other", "ftp": None}
"""Schemes that fail before CORS is asked, with the `blockedReason` if there is one."""

OF_LOADS: Final[Mapping[Reason, tuple[str, str]]] = {
    Reason.SAME_ORIGIN_MODE: ("origin", "origin"),
    Reason.SCHEME_NOT_SUPPORTED: ("net::ERR_UNKNOWN_URL_SCHEME", CORS_ERRORS[Reason.SCHEME_NOT_SUPPORTED]),
}
"""What it says of elements and style sheets in the place of what it says of scripts: without CORS, and with it."""


OF_WORKERS: Final[Mapping[Reason, str]] = {
    Reason.SAME_ORIGIN_MODE: "",
    Reason.STATUS_NOT_OK: "net::ERR_FAILED",
}
"""The same of the scripts of workers; empty for nothing, where the constructor throws or nothing is told."""


def chromium_identifier(finding: Finding, failed: FailedFetch) -> Identifier | None:
    """
    Name a failure as DevTools' `Network.loadingFailed` does.
    """
    reason, evidence = finding.reason, finding.evidence
    assert reason is not None
    if failed.was_told_before:
        return None
    # NB: of a service worker's own fetch DevTools hear first.
    if failed.within is not None:
        return chromium_identifier(*failed.within)
    # NB: it resolves or rejects a promise; of most failures DevTools hear nothing.
    if failed.initiator == "service-worker" and reason in SILENT_REGISTRATIONS:
        return None
    if evidence.get("how") is WorkerFailure.BROKEN_BODY:
        return None
    if failed.initiator == "worker" and reason in OF_WORKERS:
        return Identifier(OF_WORKERS[reason]) if OF_WORKERS[reason] else None
    if failed.initiator == "importscripts" and reason is Reason.CROSS_ORIGIN_RESOURCE_POLICY:
        return Identifier("other")
    if failed.initiator == "websocket":
        # NB: imported late, since few pages open WebSockets.
        from browsercors.engines.chromium.sockets import chromium_socket_identifier

        of_socket = chromium_socket_identifier(finding)
        # NB: of what the constructor throws, DevTools is told nothing.
        if of_socket is not None or reason is Reason.MIXED_CONTENT:
            return of_socket
    parameter = _text(evidence.get(PARAMETERS.get(reason, "")))
    fault = evidence.get("fault")
    if isinstance(fault, Fault) and fault in FAULTS:
        return Identifier(FAULTS[fault])
    # NB: a location that is no URL is the network's business, before CORS is asked.
    if reason in CORS_CHECK_ERRORS and failed.is_at_redirect and scheme_of_location(failed) == "":
        return Identifier(NETWORK_ERRORS[Reason.REDIRECT_LOCATION_INVALID])
    if reason in CORS_CHECK_ERRORS:
        prefix = "Preflight" if failed.during_preflight else ""
        return Identifier(prefix + CORS_CHECK_ERRORS[reason], parameter)
    if failed.is_at_redirect and (
        reason is Reason.SAME_ORIGIN_MODE
        or (
            reason is Reason.REDIRECT_WITH_CREDENTIALS
            and (not failed.is_under_cors or _stays_at_home(evidence["location"], failed))
        )
    ):
        return Identifier("origin")
    scheme = scheme_of(evidence.get("location"))
    if reason is Reason.REDIRECT_SCHEME_NOT_HTTP and scheme == "view-source":
        return Identifier("other")
    if reason is Reason.REDIRECT_SCHEME_NOT_HTTP and scheme not in SCHEMES_WITH_LOADERS:
        return Identifier(CORS_ERRORS[Reason.SCHEME_NOT_SUPPORTED])
    if failed.is_load and reason in OF_LOADS:
        without_cors, with_cors = OF_LOADS[reason]
        return Identifier(with_cors if failed.is_under_cors else without_cors)
    if reason is Reason.SCHEME_NOT_SUPPORTED:
        scheme = str(evidence.get("scheme", ""))
        by_xml_http_request = failed.is_xml_http_request
        blocked = OTHERWISE_BLOCKED_FOR_XML_HTTP_REQUEST if by_xml_http_request else OTHERWISE_BLOCKED_FOR_FETCH
        if scheme not in blocked:
            return Identifier(CORS_ERRORS[reason], "" if by_xml_http_request else scheme)
        return None if (named := blocked[scheme]) is None else Identifier(named)
    if reason is Reason.CROSS_ORIGIN_RESOURCE_POLICY:
        return Identifier(f"corp-not-{_text(evidence.get('policy')) or 'same-origin'}")
    name = CORS_ERRORS.get(reason) or NETWORK_ERRORS.get(reason)
    return None if name is None else Identifier(name, parameter)


def _stays_at_home(location: object, failed: FailedFetch) -> bool:
    """
    Whether a redirect leads from the page's origin to the page's origin.
    """
    url = parse_url(str(location))
    return (
        not failed.is_cross_origin
        and url is not None
        and failed.url is not None
        and url.origin.same_origin(failed.url.origin)
    )
