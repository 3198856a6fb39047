"""
The response to a preflight: whether it allows the request, and what is remembered of it.

https://fetch.spec.whatwg.org/#cors-preflight-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.fetch.checks import cors_check
from browsercors.fetch.safelists import CORS_NON_WILDCARD_REQUEST_HEADER_NAME
from browsercors.rules.preflight import PreflightGrant, PreflightQuestion, PreflightStage
from browsercors.values.expressions import compiled_late
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.formats.cache_control import delta_seconds
from browsercors.values.headers import Failure, HeaderList
from browsercors.values.methods import is_cors_safelisted_method
from browsercors.values.requests import CredentialsMode
from browsercors.values.responses import REDIRECT_STATUSES, Response, is_ok_status

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams
    from browsercors.values.findings import Finding

__all__ = [
    "PreflightResponse",
    "allowed_header_names",
    "allowed_methods",
    "max_age_of_the_standard",
    "remember_preflight",
]

CORS_PREFLIGHT_FETCH = Algorithm("CORS-preflight fetch", "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0")
DEFAULT_MAX_AGE = 5
DELTA_SECONDS = compiled_late(rb"[0-9]+\Z")
WILDCARD = b"*"


class PreflightResponse(NamedTuple):
    """
    The response to a preflight, with its two lists extracted.

    Attributes:
        response: The response.
        methods: Those of `Access-Control-Allow-Methods`; None without that header, `Failure` if it is malformed.
        header_names: Those of `Access-Control-Allow-Headers`, likewise.
    """

    response: Response
    methods: tuple[bytes, ...] | Failure | None
    header_names: tuple[bytes, ...] | Failure | None


def _check_redirect(params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse) -> Finding | None:
    response = preflight.response
    if response.status in REDIRECT_STATUSES and b"location" in response.header_list:
        return CORS_PREFLIGHT_FETCH.failed(
            "7", Reason.PREFLIGHT_REDIRECTED, status=response.status, location=response.header_list.get(b"location")
        )
    return None


def _check_cors(params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse) -> Finding | None:
    # NOTE: the check is made for the request, not for the preflight, so that its credentials mode counts.
    origin = params.user_agent.profile.preflight.origin(params.request)
    # PROFILE: Firefox asks in the page's name, whatever redirects did; to the page's own origin that is not CORS.
    if origin == params.request.current_url.origin.byte_serialized:
        return None
    return cors_check(
        origin,
        preflight.response.header_list,
        with_credentials=params.request.credentials_mode is CredentialsMode.INCLUDE,
    )


def _check_status(params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse) -> Finding | None:
    status = preflight.response.status
    if is_ok_status(status):
        return CORS_PREFLIGHT_FETCH.passed("7", status=status)
    return _check_redirect(params, question, preflight) or CORS_PREFLIGHT_FETCH.failed(
        "7", Reason.PREFLIGHT_STATUS_NOT_OK, status=status
    )


def _check_private_network(
    params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse
) -> Finding | None:
    # NB: only Private Network Access asked for it, which is history.
    if not question.for_private_network:
        return None
    from browsercors.protections.private_network_access import allow_private_network_check

    is_enforced = params.user_agent.profile.private_network_preflight == "enforced"
    return allow_private_network_check(preflight.response.header_list, is_enforced=is_enforced)


def _check_methods_list(
    params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse
) -> Finding | None:
    if isinstance(preflight.methods, Failure):
        value = preflight.response.header_list.get(b"access-control-allow-methods")
        return CORS_PREFLIGHT_FETCH.failed("7.3", Reason.ALLOW_METHODS_INVALID, allowed=value)
    return None


def _check_headers_list(
    params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse
) -> Finding | None:
    if isinstance(preflight.header_names, Failure):
        value = preflight.response.header_list.get(b"access-control-allow-headers")
        return CORS_PREFLIGHT_FETCH.failed("7.3", Reason.ALLOW_HEADERS_INVALID, allowed=value)
    return None


def _remember(params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse) -> Finding | None:
    # PROFILE: WebKit remembers a response before it checks whether the response allows the request.
    remember_preflight(params, question, preflight)
    return None


def _check_method(params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse) -> Finding | None:
    request = params.request
    methods = allowed_methods(params, question, preflight)
    if is_cors_safelisted_method(request.method):
        return None
    # 7.5. The method has to be listed; the wildcard lists it, but only without credentials.
    if request.method in methods or (WILDCARD in methods and not question.with_credentials):
        return CORS_PREFLIGHT_FETCH.passed("7.5", method=request.method, allowed=methods)
    return CORS_PREFLIGHT_FETCH.failed("7.5", Reason.METHOD_NOT_ALLOWED, method=request.method, allowed=methods)


def _check_headers(params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse) -> Finding | None:
    if not question.header_names:
        return None
    listed = allowed_header_names(preflight)
    allowed = {name.lower() for name in listed}
    wildcard = WILDCARD in allowed and not question.with_credentials
    needs_listing = params.user_agent.profile.preflight.authorization_needs_listing
    # 7.6. Authorization has to be listed by name.
    # PROFILE: no browser does as the standard says here.
    if (
        needs_listing
        and CORS_NON_WILDCARD_REQUEST_HEADER_NAME in question.header_names
        and CORS_NON_WILDCARD_REQUEST_HEADER_NAME not in allowed
    ):
        return CORS_PREFLIGHT_FETCH.failed(
            "7.6", Reason.HEADER_NOT_ALLOWED, name=CORS_NON_WILDCARD_REQUEST_HEADER_NAME, allowed=listed
        )
    # 7.7. Each unsafe name has to be listed; the wildcard lists it, but only without credentials.
    unsafe_headers = params.hop.unsafe_headers
    assert unsafe_headers is not None, "a preflight is due because of them, or whatever they are"
    for name in params.user_agent.profile.preflight.comparison_order(unsafe_headers):
        if name.lower() not in allowed and not wildcard:
            return CORS_PREFLIGHT_FETCH.failed("7.7", Reason.HEADER_NOT_ALLOWED, name=name, allowed=listed)
    return CORS_PREFLIGHT_FETCH.passed("7.7", names=question.header_names, allowed=listed)


CHECKS: Final = {
    PreflightStage.REDIRECT: _check_redirect,
    PreflightStage.CORS_CHECK: _check_cors,
    PreflightStage.STATUS: _check_status,
    PreflightStage.PRIVATE_NETWORK: _check_private_network,
    PreflightStage.PARSE_METHODS: _check_methods_list,
    PreflightStage.PARSE_HEADERS: _check_headers_list,
    PreflightStage.STORE: _remember,
    PreflightStage.METHOD: _check_method,
    PreflightStage.HEADERS: _check_headers,
}


def allowed_methods(
    params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse
) -> tuple[bytes, ...]:
    """
    Return the methods that the response allows.
    """
    assert not isinstance(preflight.methods, Failure)
    # 7.4. Under the use-CORS-preflight flag a missing list allows the method asked for, so that it can be remembered.
    # PROFILE: browsers have no such rule.
    if (
        preflight.methods is None
        and params.request.use_cors_preflight
        and params.user_agent.profile.preflight.forced_method_needs_no_listing
    ):
        return (question.method,)
    return preflight.methods or ()


def allowed_header_names(preflight: PreflightResponse) -> tuple[bytes, ...]:
    """
    Return the header names that the response allows.
    """
    assert not isinstance(preflight.header_names, Failure)
    return preflight.header_names or ()


def remember_preflight(params: FetchParams, question: PreflightQuestion, preflight: PreflightResponse) -> None:
    """
    Store what the response allows in the preflight cache (CORS-preflight fetch, steps 7.8-7.15).
    """
    request = params.request
    rules = params.user_agent.profile.preflight_cache
    # 7.8.-7.9. Read how long; 5 seconds if the server does not say.
    max_age = rules.max_age(preflight.response.header_list)

    # 7.10. No longer than the browser's cap.
    if max_age is not None and rules.max_age_cap is not None:
        max_age = min(max_age, rules.max_age_cap)

    # 7.11. Not every preflight is remembered.
    # PROFILE: browsers leave out opaque origins, cache modes, or responses that are not to be kept.
    if max_age is None or question.key[1] is None or request.cache_mode in rules.unstored_cache_modes:
        params.findings.append(CORS_PREFLIGHT_FETCH.noted("7.11", remembered=False))
        return

    # 7.12.-7.15. Create or refresh the entries.
    grant = PreflightGrant(allowed_methods(params, question, preflight), allowed_header_names(preflight), max_age)
    params.user_agent.preflight_cache.remember(question, grant, params.now)
    params.findings.append(CORS_PREFLIGHT_FETCH.passed("7.15", remembered=max_age))


def max_age_of_the_standard(headers: HeaderList) -> float | None:
    """
    Read `Access-Control-Max-Age` as delta-seconds; 5 where it is missing, repeated or malformed (steps 7.8-7.9).
    """
    value = headers.get(b"access-control-max-age")
    if value is None or DELTA_SECONDS.match(value) is None:
        return DEFAULT_MAX_AGE
    return delta_seconds(value.decode("ascii"))
