"""
What Firefox calls a failure: the category of the console's message, or nothing.

Evidence: the reasons in its recordings, which a test compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.engines.standard.failures import scheme_of, scheme_of_location
from browsercors.fetch.service_workers.calls import WorkerFailure
from browsercors.rules.failures import Identifier
from browsercors.values.findings import CORS_CHECK_REASONS, Reason
from browsercors.values.requests import RedirectMode, ResponseTainting
from browsercors.values.transport import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.rules.failures import FailedFetch
    from browsercors.values.findings import Finding
    from browsercors.values.headers import HeaderList

__all__ = ["firefox_identifier"]


MIME_TYPE: Final = "MIMEMISMATCH"

CATEGORIES: Final = {
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
    Reason.OPAQUE_RESPONSE_BLOCKED: "ORB",
    Reason.INTEGRITY_MISMATCH: "Sub-resource Integrity",
    Reason.MIXED_CONTENT: "Mixed Content Blocker",
    Reason.CONTENT_SECURITY_POLICY: "CSP_CSPGenericViolation",
    Reason.NOSNIFF: MIME_TYPE,
    Reason.MIME_TYPE_BLOCKED: MIME_TYPE,
}


GENERAL_CATEGORY: Final = "CORSDidNotSucceed2"


GENERAL: Final = frozenset(
    {
        Reason.CONNECTION_FAILED,
        Reason.TIMED_OUT,
        Reason.INVALID_RESPONSE,
        Reason.LOCAL_NETWORK_ACCESS_DENIED,
        Reason.LOCAL_NETWORK_ACCESS_NOT_DELEGATED,
        Reason.REDIRECT_LIMIT,
        Reason.REDIRECT_LOCATION_INVALID,
    }
)
"""What Firefox mentions only of CORS requests, and then in general words."""


NOT_HTTP: Final = "CORSRequestNotHttp"


OF_URLS: Final[dict[str, str | None]] = {
    "blob": "SOP",
    "chrome": None,
    "file": "SOP",
    "resource": None,
    "view-source": "SOP",
    "ws": None,
    "wss": None,
}
"""What Firefox says of URLs that a page may not fetch, by scheme; of all others, that they are not HTTP."""


OF_REDIRECTS: Final[dict[str, str | None]] = {
    **OF_URLS,
    "data": "DATA_URI_BLOCKED",
    "javascript": None,
}
"""The same of redirects there; under CORS these are failures in general."""


OF_DESTINATIONS: Final[Mapping[str, Mapping[Reason, str]]] = {
    "script": {Reason.CONTENT_SECURITY_POLICY: "CSP_CSPScriptViolation"},
    "serviceworker": {Reason.CONTENT_SECURITY_POLICY: "CSP_CSPWorkerViolation"},
    "sharedworker": {Reason.CONTENT_SECURITY_POLICY: "CSP_CSPWorkerViolation"},
    "worker": {Reason.CONTENT_SECURITY_POLICY: "CSP_CSPWorkerViolation"},
    "style": {
        Reason.CONTENT_SECURITY_POLICY: "CSP_CSPStyleViolation",
        # NB: under nosniff the network refuses it, and the style sheet's loader only without.
        Reason.MIME_TYPE_BLOCKED: "CSS Loader",
    },
    "audio": {Reason.STATUS_NOT_OK: "Media"},
    "font": {Reason.MIXED_CONTENT: "CSS Loader"},
    "video": {Reason.STATUS_NOT_OK: "Media"},
}
"""What it says of some loads in the place of what it says of everything."""


LOADERS: Final[Mapping[str, str]] = {"font": "CSS Loader", "script": "Script Loader"}
"""Who says that a load failed where nobody has said why, by destination; of all others nobody does."""


CHANNELS: Final[Mapping[str, str]] = {"eventsource": "Event Source", "websocket": "Web Socket"}
"""The same of what has no destination, by initiator."""


INTERCEPTION: Final = "Service Worker Interception"


CSP: Final = Reason.CONTENT_SECURITY_POLICY


TOLD_OF_SERVICE_WORKERS: Final = CORS_CHECK_REASONS | {CSP}
"""Of which failures of a service worker's own fetch it speaks, before it says that the worker has failed."""


SAID_WHEN_USED: Final = frozenset({Reason.CONTENT_SECURITY_POLICY, Reason.MIXED_CONTENT})


NEVER_SENT: Final = frozenset(
    {Reason.INTEGRITY_POLICY, Reason.LOAD_NOT_SUPPORTED, Reason.SHARED_WORKER_MISMATCH, Reason.URL_INVALID}
)


def firefox_identifier(finding: Finding, failed: FailedFetch) -> Identifier | None:
    """
    Name a failure by the category of the console's message.
    """
    # NB: of mixed content the constructor of a WebSocket throws, and nothing is written.
    if (failed.is_in_worker or failed.initiator == "websocket") and finding.reason is Reason.MIXED_CONTENT:
        name = None
    elif failed.initiator in WORKER_LOADERS and finding.reason in TOLD_OF_WORKERS:
        name = _category_of_worker(finding, failed)
    elif failed.was_told_before:
        name = LOADERS["font"] if failed.destination == "font" else None
    # NB: what is loaded ahead is asked about once more when it is used, and only then does it say anything.
    elif failed.is_preload and failed.url is None and finding.reason in SAID_WHEN_USED:
        name = None
    else:
        name = _category(finding, failed)
        # NB: of what is no http it says no more of a source than that there is no connection.
        if failed.initiator in CHANNELS and finding.reason is Reason.SCHEME_NOT_SUPPORTED:
            name = None
        if name is None and failed.is_load and not _is_silent(finding, failed):
            name = LOADERS.get("script" if failed.is_module else failed.destination) or CHANNELS.get(failed.initiator)
    return None if name is None else Identifier(name)


WORKER_LOADERS: Final = frozenset({"importscripts", "worker"})
TOLD_OF_WORKERS: Final = frozenset(
    {
        Reason.CONNECTION_FAILED,
        Reason.MIME_TYPE_BLOCKED,
        Reason.OPAQUE_RESPONSE_BLOCKED,
        Reason.SAME_ORIGIN_MODE,
        Reason.SCHEME_NOT_SUPPORTED,
        Reason.STATUS_NOT_OK,
    }
)
"""Of which failures it says something else where a worker, or what that imports, is loaded."""


def _category_of_worker(finding: Finding, failed: FailedFetch) -> str | None:
    """
    Return what is said of the script of a worker: of its type before all else, even of a redirect's or an error's.
    """
    from browsercors.values.formats.mime_groups import JAVASCRIPT
    from browsercors.values.formats.mime_types import extract_a_mime_type

    if failed.was_told_before:
        return None
    if failed.headers is not None and not JAVASCRIPT.has(extract_a_mime_type(failed.headers)):
        return MIME_TYPE
    # NB: of shared workers only those are named that have another scheme.
    is_told = failed.destination == "worker" or not str(finding.evidence.get("url")).startswith("http")
    return "SOP" if finding.reason is Reason.SAME_ORIGIN_MODE and is_told else None


def _is_silent(finding: Finding, failed: FailedFetch) -> bool:
    """
    Whether no loader says that a load failed: what is never sent, preloads, and modules that have a syntax error.
    """
    has_syntax_error = failed.is_module and finding.reason is Reason.CONTENT_NOT_USABLE
    return failed.is_preload or has_syntax_error or finding.reason in NEVER_SENT


def _category(finding: Finding, failed: FailedFetch) -> str | None:
    """
    Return the category of what is said first; None if nothing is.
    """
    reason = finding.reason
    assert reason is not None
    if failed.initiator == "service-worker":
        return OF_DESTINATIONS["serviceworker"].get(reason)
    if "worker" in finding.evidence or (failed.by_worker and CATEGORIES.get(reason) == MIME_TYPE):
        return _category_of_service_worker(finding, failed)
    name = OF_DESTINATIONS.get(failed.destination, {}).get(reason) or CATEGORIES.get(reason)
    # NB: the style sheet's loader does not look at modules.
    if failed.is_module and failed.destination == "style" and reason is Reason.MIME_TYPE_BLOCKED:
        name = None
    # NB: what the network refuses, before CORS is asked, is a request that did not succeed, and that is said first.
    if failed.tainting is ResponseTainting.CORS and (
        name == MIME_TYPE or (reason in CORS_CHECK_REASONS and _is_refused_for_its_type(failed))
    ):
        return GENERAL_CATEGORY
    if reason is Reason.ALLOW_ORIGIN_REPEATED and not _is_repeated_as_written(failed.headers):
        name = CATEGORIES[Reason.ALLOW_ORIGIN_LIST]
    elif reason is Reason.PREFLIGHT_REDIRECTED and failed.redirect_mode is not RedirectMode.FOLLOW:
        name = CATEGORIES[Reason.PREFLIGHT_STATUS_NOT_OK]
    elif reason in CORS_CHECK_REASONS and _leads_out_of_http(failed):
        name = _category_of_redirect(scheme_of_location(failed) or "", failed)
    # NB: it says both, and of CORS first.
    elif reason is Reason.CONTENT_SECURITY_POLICY and _left_another_origin(finding, failed):
        name = GENERAL_CATEGORY
    elif reason is Reason.SAME_ORIGIN_MODE:
        name = "SOP"
    elif reason is Reason.SCHEME_NOT_SUPPORTED:
        scheme = str(finding.evidence.get("scheme"))
        name = None if failed.tainting is ResponseTainting.OPAQUE else OF_URLS.get(scheme, NOT_HTTP)
    elif reason is Reason.REDIRECT_WITH_CREDENTIALS:
        name = GENERAL_CATEGORY
    elif reason is Reason.REDIRECT_SCHEME_NOT_HTTP:
        name = _category_of_redirect(scheme_of(finding.evidence.get("location")), failed)
    elif finding.evidence.get("fault") in (Fault.ONLY_INTERIM, Fault.JUNK_AFTER_INTERIM):
        # NB: it takes the response that there is not for one with many headers.
        name = CATEGORIES[Reason.ALLOW_ORIGIN_REPEATED] if failed.tainting is ResponseTainting.CORS else None
    elif reason is Reason.BAD_PORT:
        name = GENERAL_CATEGORY if failed.is_at_redirect and failed.is_under_cors else None
    elif reason is Reason.MIXED_CONTENT and failed.is_at_redirect and failed.tainting is not ResponseTainting.CORS:
        name = name if failed.is_load else None
    elif reason in GENERAL or (reason is Reason.MIXED_CONTENT and failed.is_at_redirect):
        name = GENERAL_CATEGORY if failed.tainting is ResponseTainting.CORS else None
    return name


def _category_of_service_worker(finding: Finding, failed: FailedFetch) -> str | None:
    """
    Return what it says first of what a service worker responded with.
    """
    if failed.within is not None:
        cause, of_cause = failed.within
        # NB: what its own fetch failed with, it hears before.
        if cause.reason in TOLD_OF_SERVICE_WORKERS and not (
            cause.reason is CSP and failed.tainting is ResponseTainting.CORS
        ):
            return _category(cause, of_cause)
    how = finding.evidence.get("how")
    if failed.tainting is ResponseTainting.CORS and how is not WorkerFailure.BROKEN_BODY:
        return GENERAL_CATEGORY
    # NB: a loader says first that nothing came.
    return None if failed.destination in LOADERS or how is WorkerFailure.PREVENTED else INTERCEPTION


def _left_another_origin(finding: Finding, failed: FailedFetch) -> bool:
    """
    Whether a policy of the page stopped a redirect that another origin made under CORS.
    """
    return bool(finding.evidence.get("redirected")) and failed.tainting is ResponseTainting.CORS


def _category_of_redirect(scheme: str, failed: FailedFetch) -> str | None:
    """
    Return what Firefox says of a redirect to *scheme*; an empty one is that of no URL.
    """
    if scheme and scheme not in OF_REDIRECTS:
        return NOT_HTTP
    return GENERAL_CATEGORY if failed.tainting is ResponseTainting.CORS else OF_REDIRECTS.get(scheme)


def _is_refused_for_its_type(failed: FailedFetch) -> bool:
    """
    Whether the type alone keeps a script or a style sheet from being used.
    """
    if not failed.is_load or failed.headers is None or failed.is_at_redirect:
        return False
    # NB: imported late, since a page that only fetches needs none of it.
    from browsercors.fetch.loads.destinations import type_block
    from browsercors.values.formats.mime_groups import JAVASCRIPT, JSON
    from browsercors.values.formats.mime_types import extract_a_mime_type

    module_types = {"json": JSON, "script": JAVASCRIPT, "sharedworker": JAVASCRIPT, "worker": JAVASCRIPT}
    if failed.is_module and failed.destination in module_types:
        return not module_types[failed.destination].has(extract_a_mime_type(failed.headers))
    return type_block(failed.destination, failed.headers) is not None


def _leads_out_of_http(failed: FailedFetch) -> bool:
    """
    Whether the network gave up a redirect before CORS was asked.
    """
    if not failed.is_at_redirect:
        return False
    return scheme_of_location(failed) not in {None, "http", "https"}


def _is_repeated_as_written(headers: HeaderList | None) -> bool:
    """
    Whether a line repeats the name of another in the same case: Firefox joins lines whose case differs.
    """
    if headers is None:
        return True
    names = [name for name, _ in headers if name.lower() == b"access-control-allow-origin"]
    return len(names) != len(set(names))
