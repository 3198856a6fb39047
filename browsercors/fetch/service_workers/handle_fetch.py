"""
Letting the service worker of the page respond, and checking what it responds with.

https://fetch.spec.whatwg.org/#concept-http-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.checks import cors_check
from browsercors.fetch.effects import CallServiceWorker
from browsercors.fetch.filtering import basic_filtered_response
from browsercors.fetch.service_workers.calls import WorkerAnswer, WorkerFailure, WorkerResponse
from browsercors.fetch.timeline import ExchangeKind
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.requests import CredentialsMode, RedirectMode, RequestMode, ResponseTainting
from browsercors.values.responses import FilteredResponse, Response, network_error
from browsercors.values.wire import HTTPRequest, HTTPResponse

if TYPE_CHECKING:
    from browsercors.fetch.effects import Fetching
    from browsercors.fetch.params import FetchParams
    from browsercors.values.findings import Finding
    from browsercors.values.urls import URL

__all__ = [
    "HANDLE_FETCH",
    "SERVICE_WORKER_RESPONSE",
    "ask_service_worker",
    "begin_anew",
    "broken_body",
    "copy_of_response",
    "internal_of",
    "refuse_redirect",
    "shown_to_the_page",
]

HANDLE_FETCH: Final[Algorithm] = Algorithm(
    "Handle Fetch", "https://w3c.github.io/ServiceWorker/#on-fetch-request-algorithm"
)
RESPOND_WITH: Final[Algorithm] = Algorithm(
    "respondWith", "https://w3c.github.io/ServiceWorker/#fetch-event-respondwith"
)
SERVICE_WORKER_RESPONSE: Final[Algorithm] = Algorithm("HTTP fetch", "https://fetch.spec.whatwg.org/#concept-http-fetch")
"""The same algorithm as in `http_fetch.py`, of which this is step 3."""


def ask_service_worker(params: FetchParams) -> Fetching[FilteredResponse | Response | None]:
    """
    Let the service worker of the page handle the request (HTTP fetch, step 3).

    Returns:
        What it responded with; a network error if that will not do; None if it lets the network respond.
    """
    request, worker = params.request, params.service_worker
    assert worker is not None, "only what has a service worker comes here"
    # PROFILE: in Firefox "reload" bypasses workers.
    if request.cache_mode in params.user_agent.profile.initiators.service_workers.bypassed_by:
        params.service_worker = None
        return None

    # 3.1.-3.3. NB: what the worker sees is made of the request when it is called; the timeline has the time.
    called_at = params.now

    # 3.4. Call it.
    answer, params.now = yield CallServiceWorker(worker, params)
    assert isinstance(answer, WorkerAnswer), "the reply of a worker"

    if answer.failure is not None:
        params.findings.append(_failed(answer, worker.script_url))
        return network_error()
    response = answer.response
    if response is None:
        params.findings.append(HANDLE_FETCH.noted("25", responded=False, worker=worker.script_url))
        # 4.2. NB: and so it is not asked about redirects of the network. Those that are not followed end here anyway.
        params.service_worker = None
        return None

    # 3.5. It has responded.
    params.findings.append(
        HANDLE_FETCH.noted(
            "28", responded=True, worker=worker.script_url, type=response.type, url=request.current_url.href
        )
    )
    _record(params, answer, response, called_at)
    refusal = _refusal(params, response)
    if refusal is not None:
        params.findings.append(refusal)
        return network_error()
    return response


def shown_to_the_page(
    params: FetchParams, answer: FilteredResponse | Response | None
) -> FilteredResponse | Response | None:
    """
    Return what the page sees of what its worker responded with; main fetch filters what is left (step 14).
    """
    # PROFILE: browsers show all of what a worker has made itself, whatever its URL. The standard filters it as what
    # comes from the network.
    request, rules = params.request, params.user_agent.profile.initiators.service_workers
    internal = internal_of(answer) if answer is not None else None
    # PROFILE: in Firefox a response of the network does not hide that its worker redirected the page.
    if rules.remembers_redirects and internal is not None and internal.url_list and request.redirect_count:
        internal.url_list[:0] = request.url_list[:-1]
    if isinstance(answer, Response) and not answer.is_network_error:
        if not answer.url_list and rules.own_responses_forget_redirects:
            answer.url_list.append(request.current_url)
        elif not answer.url_list and request.shown_url_list is not None:
            answer.url_list += request.shown_url_list
        if rules.shows_own_responses:
            return basic_filtered_response(answer, params.user_agent.profile.responses)
    return answer


def begin_anew(params: FetchParams) -> None:
    """
    Forget where a request has been that a service worker has redirected.
    """
    # PROFILE: in Chromium the page's request begins anew there; in the standard it is a redirect like any other.
    params.user_agent.profile.initiators.service_workers.go_on_after_redirect(params.request)


def refuse_redirect(params: FetchParams, response: Response) -> bool:
    """
    Whether a redirect that a worker has made is not followed, since it does not allow the page.
    """
    rules = params.user_agent.profile.initiators.service_workers
    request = params.request
    # PROFILE: WebKit asks for CORS where another origin's URL redirects, even if the worker alone has said so.
    if not rules.checks_redirects or request.response_tainting is not ResponseTainting.CORS:
        return False
    if request.redirect_mode is not RedirectMode.FOLLOW:
        return False
    finding = cors_check(
        request.byte_serialized_origin(),
        response.header_list,
        with_credentials=request.credentials_mode is CredentialsMode.INCLUDE,
    )
    params.findings.append(finding)
    return not finding.ok


def _failed(answer: WorkerAnswer, script_url: str) -> Finding:
    """
    Return the finding by which a worker failed to respond.
    """
    reason = Reason.SERVICE_WORKER_ERROR
    if answer.failure is WorkerFailure.FETCH_FAILED:
        reason = Reason.SERVICE_WORKER_FETCH_FAILED
    evidence: dict[str, object] = {"how": answer.failure, "worker": script_url, "detail": answer.detail}
    if answer.cause is not None:
        evidence["cause"] = answer.cause
    if answer.traceback is not None:
        evidence["traceback"] = answer.traceback
    if answer.failure is WorkerFailure.ERROR_RESPONSE:
        return SERVICE_WORKER_RESPONSE.failed("3.5.7", reason, **evidence)
    step = "25" if answer.failure is WorkerFailure.PREVENTED else "26"
    return HANDLE_FETCH.failed(step, reason, **evidence)


def broken_body(script_url: str, detail: str) -> Finding:
    """
    Return the finding that a stream which a worker responded with broke off.
    """
    return RESPOND_WITH.failed(
        "11", Reason.SERVICE_WORKER_ERROR, how=WorkerFailure.BROKEN_BODY, worker=script_url, detail=detail
    )


def _record(params: FetchParams, answer: WorkerAnswer, response: FilteredResponse | Response, called_at: float) -> None:
    """
    Put what the worker responded with into the timeline.
    """
    request, internal = params.request, internal_of(response)
    assert params.service_worker is not None, "it has responded"
    params.timeline.append(
        WorkerResponse(
            ExchangeKind.ACTUAL,
            HTTPRequest(
                request.method,
                request.current_url,
                answer.seen,
                request.body,
                called_at,
                params.user_agent.profile.transport,
            ),
            HTTPResponse(
                internal.status,
                internal.status_message,
                internal.header_list,
                internal.body or b"",
                internal.body_failure,
            ),
            None,
            called_at,
            params.service_worker.script_url,
            response.type,
            copy_of_response(response),
            tuple(answer.fetches),
        )
    )


def copy_of_response(response: FilteredResponse | Response) -> FilteredResponse | Response:
    """
    Return a response that can be given to a page: fetching changes it.
    """
    if isinstance(response, Response):
        return _copy_of_internal(response)
    internal = _copy_of_internal(response.internal_response)
    # NB: views but opaque ones have the URL list of what they are a view of.
    return FilteredResponse(
        response.type,
        internal,
        response.hides,
        response.status,
        response.status_message,
        response.body,
        internal.url_list if response.url_list else [],
        response.body_failure,
    )


def _copy_of_internal(response: Response) -> Response:
    return Response(
        response.type,
        response.status,
        response.status_message,
        response.header_list.copy(),
        response.body,
        [*response.url_list],
        response.body_failure,
        response.body_fault,
        response.cors_exposed_header_names,
    )


def internal_of(response: FilteredResponse | Response) -> Response:
    """
    Return the response behind a view; what is no view, itself.
    """
    return response if isinstance(response, Response) else response.internal_response


def _urls(response: FilteredResponse | Response) -> list[URL]:
    """
    Return the URL list of a response, as the standard has it: that of an opaque one is not empty.
    """
    return internal_of(response).url_list


def _resource_policy(params: FetchParams, internal: Response) -> Finding | None:
    """
    Return why an opaque response may not be embedded by the page; None if it may.
    """
    from browsercors.protections.cross_origin_resource_policy import cross_origin_resource_policy_check

    request = params.request
    url = internal.url_list[-1] if internal.url_list else request.current_url
    finding = cross_origin_resource_policy_check(request, url, internal.header_list, params.user_agent.sites)
    return None if finding.ok else finding


def _refusal(params: FetchParams, response: FilteredResponse | Response) -> Finding | None:
    """
    Return why the page may not be given a response of its worker (HTTP fetch, steps 3.5.7 and 5); None if it may.
    """
    request = params.request
    reason: Reason | None = None
    if request.mode is RequestMode.SAME_ORIGIN and response.type == "cors":
        reason = Reason.SERVICE_WORKER_CORS
    elif request.mode is not RequestMode.NO_CORS and response.type == "opaque":
        reason = Reason.SERVICE_WORKER_OPAQUE
    elif request.redirect_mode is not RedirectMode.MANUAL and response.type == "opaqueredirect":
        reason = Reason.SERVICE_WORKER_OPAQUE_REDIRECT
    elif request.redirect_mode is not RedirectMode.FOLLOW and len(_urls(response)) > 1:
        reason = Reason.SERVICE_WORKER_REDIRECTED
    if reason is not None:
        return SERVICE_WORKER_RESPONSE.failed(
            "3.5.7",
            reason,
            type=response.type,
            mode=request.mode.value,
            redirect=request.redirect_mode.value,
            worker=None if params.service_worker is None else params.service_worker.script_url,
        )
    # 5. The page may have to be kept from embedding it.
    # PROFILE: Chromium asks opaque responses alone.
    is_asked = request.response_tainting is ResponseTainting.OPAQUE and isinstance(response, Response)
    rules = params.user_agent.profile.initiators.service_workers
    if response.type == "opaque" or (is_asked and rules.checks_own_resource_policy):
        return _resource_policy(params, internal_of(response))
    return None
