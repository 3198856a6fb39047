"""
What WebKit calls a failure: it has words only, so the kind of the console's message, or nothing.

Evidence: the reasons in its recordings, which a test compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.engines.standard.failures import scheme_of, scheme_of_location
from browsercors.rules.failures import Identifier
from browsercors.values.findings import CORS_CHECK_REASONS, Reason
from browsercors.values.requests import ResponseTainting
from browsercors.values.responses import is_ok_status
from browsercors.values.transport import Fault

if TYPE_CHECKING:
    from browsercors.rules.failures import FailedFetch
    from browsercors.values.findings import Finding

__all__ = ["webkit_identifier"]


KINDS: Final = {
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
    # NB: in the same words.
    Reason.DATA_URL_INVALID: "same-origin-mode",
    Reason.NO_CORS_REDIRECT_MODE: "no-cors-redirect-mode",
    Reason.SCHEME_NOT_SUPPORTED: "scheme-not-supported",
    Reason.BAD_PORT: "restricted-port",
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: "cross-origin-resource-policy",
    Reason.MIXED_CONTENT: "mixed-content",
    Reason.CONTENT_SECURITY_POLICY: "content-security-policy",
    Reason.INTEGRITY_MISMATCH: "integrity",
    Reason.KEEPALIVE_BODY_TOO_LARGE: "keepalive-limit",
    Reason.MIME_TYPE_BLOCKED: "mime-type",
    Reason.NOSNIFF: "mime-type",
    Reason.SERVICE_WORKER_ERROR: "service-worker-error",
    Reason.SERVICE_WORKER_OPAQUE: "service-worker-opaque",
    Reason.SERVICE_WORKER_CORS: "service-worker-cors",
    Reason.SERVICE_WORKER_REDIRECTED: "service-worker-redirected",
    Reason.SERVICE_WORKER_OPAQUE_REDIRECT: "service-worker-opaque-redirect",
}


OF_PREFLIGHTS: Final = {
    Reason.CONNECTION_FAILED: "connection-terminated",
    Reason.BODY_INTERRUPTED: "connection-terminated",
    Reason.INVALID_RESPONSE: "other",
}
"""What it says of the transport, and of preflights and beacons only."""


TOLD_AGAIN: Final = {"": "cannot-load", "image": "element-denied", "script": "element-denied"}
"""What it says of what shares the failure of a preload, by destination: no more than that access was denied."""


UNTOLD_OF_WORKERS: Final = frozenset(
    {Reason.CONTENT_SECURITY_POLICY, Reason.MIME_TYPE_BLOCKED, Reason.NOSNIFF, Reason.SAME_ORIGIN_MODE}
)
"""What its console does not show of workers."""


DENIES_ACCESS: Final = CORS_CHECK_REASONS | {Reason.CROSS_ORIGIN_RESOURCE_POLICY}


WRAPPED_AT_REDIRECTS: Final = frozenset(
    {
        *CORS_CHECK_REASONS,
        Reason.REDIRECT_WITH_CREDENTIALS,
        Reason.REDIRECT_SCHEME_NOT_HTTP,
        Reason.CROSS_ORIGIN_RESOURCE_POLICY,
    }
)
"""What the message of a redirect that is denied gives as the cause."""


TOLD_BEFORE_WORKERS: Final = DENIES_ACCESS | {Reason.MIXED_CONTENT}
"""Of which failures of a service worker's own fetch it speaks before it says that the worker has failed."""

SILENT_REGISTRATIONS: Final = frozenset({Reason.MIME_TYPE_BLOCKED})
"""What it does not say of the script of a service worker."""


def webkit_identifier(finding: Finding, failed: FailedFetch) -> Identifier | None:
    """
    Name a failure by the kind of the console's message; `redirect:` stands before the cause of a denied redirect.
    """
    reason = finding.reason
    assert reason is not None
    if failed.was_told_before:
        is_told_again = reason in DENIES_ACCESS and not failed.is_module
        again = TOLD_AGAIN.get(failed.destination) if is_told_again else None
        return None if again is None else Identifier(again)
    if reason in UNTOLD_OF_WORKERS and (failed.is_in_worker or failed.initiator == "worker"):
        # NB: where a redirect leads to is the network's business.
        is_told = reason is Reason.SAME_ORIGIN_MODE and failed.is_at_redirect
        is_policy = reason is Reason.CONTENT_SECURITY_POLICY and not failed.is_in_worker
        return Identifier(KINDS[reason]) if is_told or is_policy else None
    # NB: of a module that is an error page it says nothing, whatever its type.
    if failed.is_module and reason is Reason.NOSNIFF and not is_ok_status(failed.status):
        return None
    if failed.within is not None:
        # NB: what the worker was refused before it asked, it hears last.
        is_told_first = failed.within[0].reason in TOLD_BEFORE_WORKERS
        return webkit_identifier(*failed.within) if is_told_first else Identifier("service-worker-error")
    if failed.initiator == "service-worker" and reason in SILENT_REGISTRATIONS:
        return None
    name = KINDS.get(reason)
    if failed.initiator == "websocket":
        # NB: imported late, since few pages open WebSockets.
        from browsercors.engines.webkit.sockets import webkit_socket_kind

        name = webkit_socket_kind(finding) or name
    location = finding.evidence.get("location")
    if reason is Reason.REDIRECT_SCHEME_NOT_HTTP:
        scheme = scheme_of(location)
        if scheme == "ftp":
            return Identifier("scheme-not-supported")
        if scheme in {"blob", "file"} and failed.tainting is not ResponseTainting.CORS:
            return Identifier("local-resource")
    if reason is Reason.REDIRECT_LOCATION_INVALID and failed.is_cross_origin and finding.evidence.get("location"):
        # NB: a URL that cannot be parsed has no scheme that CORS could take.
        reason, name = Reason.REDIRECT_SCHEME_NOT_HTTP, KINDS[Reason.REDIRECT_SCHEME_NOT_HTTP]
    if reason is Reason.SCHEME_NOT_SUPPORTED and failed.tainting is ResponseTainting.OPAQUE:
        name = None
    if failed.is_load and failed.initiator != "eventsource" and _is_silent(reason, failed):
        name = None
    if failed.initiator == "eventsource" and reason is Reason.CONTENT_NOT_USABLE:
        name = "event-source-type"
    if (failed.during_preflight or failed.initiator == "beacon") and reason in OF_PREFLIGHTS:
        is_unknown = finding.evidence.get("fault") is Fault.NAME_NOT_RESOLVED
        name = "other" if is_unknown else OF_PREFLIGHTS[reason]
    # NB: a redirect that leads nowhere is none.
    is_redirect = failed.is_at_redirect and (failed.headers is None or scheme_of_location(failed) is not None)
    if name is not None and is_redirect and reason in WRAPPED_AT_REDIRECTS:
        name = f"redirect:{name}"
    return None if name is None else Identifier(name)


def _is_silent(reason: Reason, failed: FailedFetch) -> bool:
    """
    Whether it says nothing where an element or a style sheet asked.
    """
    if reason is Reason.REDIRECT_SCHEME_NOT_HTTP:
        return failed.tainting is not ResponseTainting.CORS
    return reason in {Reason.SAME_ORIGIN_MODE, Reason.SCHEME_NOT_SUPPORTED}
