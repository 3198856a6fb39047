"""
Fetching over HTTP: preflight if one is due, request, checks.

https://fetch.spec.whatwg.org/#http-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.checks import cors_check, tao_check
from browsercors.fetch.filtering import opaque_redirect_filtered_response
from browsercors.fetch.http_cache.update import forget_refused
from browsercors.fetch.network_or_cache_fetch import http_network_or_cache_fetch
from browsercors.fetch.preflight_cache.entries import CORS_PREFLIGHT_CACHE
from browsercors.fetch.preflight_fetch import cors_preflight_fetch, preflight_question
from browsercors.fetch.timeline import ExchangeKind, RememberedPreflight
from browsercors.values.findings import Algorithm, Outcome, Reason, failure_among
from browsercors.values.headers import Failure
from browsercors.values.requests import CredentialsMode, RedirectMode, ResponseTainting
from browsercors.values.responses import REDIRECT_STATUSES, FilteredResponse, Response, network_error

if TYPE_CHECKING:
    from browsercors.fetch.effects import Fetching
    from browsercors.fetch.params import FetchParams

__all__ = ["http_fetch"]

HTTP_FETCH = Algorithm("HTTP fetch", "https://fetch.spec.whatwg.org/#concept-http-fetch")
# NB: names of their own, since Python 3.11 takes four times as long to find a member in its enumeration.
CORS: Final = ResponseTainting.CORS
OPAQUE: Final = ResponseTainting.OPAQUE
INCLUDE: Final = CredentialsMode.INCLUDE
ACTUAL: Final = ExchangeKind.ACTUAL
FAILED: Final = Outcome.FAILED


def http_fetch(
    params: FetchParams, *, make_cors_preflight: bool = False
) -> Fetching[FilteredResponse | Response | None]:
    """
    Fetch the current URL of the request over HTTP.

    Returns:
        The response, or a network error; None after a redirect: main fetch has to go on with the new current URL.
    """
    # 1. Read the request.
    request = params.request
    in_cors = request.response_tainting is CORS

    # 2. There is no response yet.

    # 3. Let the service worker of the page respond, if there is one.
    if params.service_worker is not None:
        # NB: imported late, since few pages have one.
        from browsercors.fetch.service_workers.handle_fetch import ask_service_worker

        handed_over = yield from ask_service_worker(params)
        if handed_over is not None:
            return _handed_over(params, handed_over)
        # PROFILE: in WebKit what a worker lets through has no preflight.
        if (
            make_cors_preflight
            and not params.user_agent.profile.initiators.service_workers.preflights_what_falls_through
        ):
            params.findings.append(HTTP_FETCH.noted("4.1", preflight="left out"))
            make_cors_preflight = False

    # 4. The network, or the HTTP cache, gives the response.

    # 4.1. Ask first where that is due, unless the answer is remembered.
    # PROFILE: in the days of Private Network Access Chromium asked before each request to a private network.
    for_private_network = (
        params.user_agent.profile.private_network_preflight != "none" and _needs_private_network_preflight(params)
    )
    if (make_cors_preflight or for_private_network) and not (
        yield from _preflight_passes(params, is_for_cors=make_cors_preflight, for_private_network=for_private_network)
    ):
        return network_error()

    # PROFILE: WebKit checks the redirect that led here again, after the preflight and before the request.
    if params.hop.redirect_refusal is not None:
        params.findings.append(params.hop.redirect_refusal)
        return network_error()

    # 4.2. NB: redirects of the network are no service worker's; it was let go of above.

    # 4.3. Send the request.
    response = yield from http_network_or_cache_fetch(params, request, ACTUAL)
    if response.type == "error":
        return response

    # 4.4. Under CORS each response of the chain, redirects included, has to name the page.
    if in_cors:
        finding = cors_check(
            request.byte_serialized_origin(),
            response.header_list,
            with_credentials=request.credentials_mode is INCLUDE,
        )
        if finding.outcome is FAILED:
            forget_refused(params, request, response.status)
            # PROFILE: Firefox asks first whether it may go where a redirect leads.
            if response.status in REDIRECT_STATUSES and params.user_agent.profile.redirects.target_comes_first:
                from browsercors.fetch.redirect_target import target_is_refused

                if request.redirect_mode is RedirectMode.FOLLOW and target_is_refused(params, response):
                    return network_error()
            params.findings.append(finding)
            return network_error()
        params.findings.append(finding)

    # 4.5. Timing details need an allowance of their own.
    finding = tao_check(request, response.header_list)
    params.findings.append(finding)
    if not finding.evidence["allowed"]:
        request.timing_allow_failed = True

    # 5. An opaque response may refuse to be embedded.
    if request.response_tainting is OPAQUE:
        # NB: imported late, since few requests go without CORS.
        from browsercors.protections.cross_origin_resource_policy import cross_origin_resource_policy_check

        finding = cross_origin_resource_policy_check(
            request, request.current_url, response.header_list, params.user_agent.sites
        )
        params.findings.append(finding)
        if not finding.ok:
            forget_refused(params, request, response.status)
            return network_error()

        # PROFILE: Chromium and Firefox keep from pages what no element could use.
        if request.destination and response.status not in REDIRECT_STATUSES:
            from browsercors.fetch.loads.destinations import is_kept_from_the_page

            if is_kept_from_the_page(params, response):
                return network_error()
        # PROFILE: Chromium does not read to its end what fetch() can make nothing of, so that the cache loses it.
        elif params.hop.kept is not None and b"x-content-type-options" in response.header_list.names():
            from browsercors.fetch.loads.destinations import is_left_unread

            if is_left_unread(params, response):
                params.user_agent.http_cache.forget(params.hop.kept.key)

    # 6. Redirects go on, or end here.
    if response.status in REDIRECT_STATUSES:
        return _redirected(params, response)

    # PROFILE: WebKit clears site data here, since only what it gives to the page counts.
    if params.hop.clears_site_data:
        from browsercors.fetch.clear_site_data import clear_site_data

        clear_site_data(params, request, response.header_list)

    # 7. Return the response.
    return response


def _handed_over(params: FetchParams, answer: FilteredResponse | Response) -> FilteredResponse | Response | None:
    """
    Do with what a service worker responded with as with a response of the network (HTTP fetch, step 6).

    Returns:
        As `http_fetch`.
    """
    from browsercors.fetch.service_workers.handle_fetch import (
        begin_anew,
        internal_of,
        refuse_redirect,
        shown_to_the_page,
    )

    internal = internal_of(answer)
    if not answer.is_network_error and internal.status in REDIRECT_STATUSES:
        if refuse_redirect(params, internal):
            return network_error()
        redirected = _redirected(params, internal)
        if redirected is None:
            begin_anew(params)
        # NB: what leads nowhere is not followed.
        if redirected is not internal:
            return redirected
    return shown_to_the_page(params, answer)


def _redirected(params: FetchParams, response: Response) -> FilteredResponse | Response | None:
    """
    Do with a redirect as the redirect mode says (HTTP fetch, step 6).

    Returns:
        As `http_fetch`.
    """
    # NB: imported late, since most responses are no redirects.
    from browsercors.fetch.http_redirect_fetch import http_redirect_fetch, location_url

    request = params.request
    redirects = params.user_agent.profile.redirects

    # 6.1. FIXME: the navigation timing allow values; pages do not navigate.

    # 6.2. NB: what is simulated is HTTP/1.1, which has no RST_STREAM frame.

    # PROFILE: Chromium wants to know where it leads, even if nobody goes there.
    if (
        redirects.needs_valid_location
        and request.redirect_mode is not RedirectMode.FOLLOW
        and isinstance(location_url(params, response), Failure)
    ):
        location = response.header_list.get(b"location")
        params.findings.append(HTTP_FETCH.failed("6.3", Reason.REDIRECT_LOCATION_INVALID, location=location))
        return network_error()

    # 6.3. Switch on the redirect mode.
    if request.redirect_mode is RedirectMode.ERROR:
        # PROFILE: Chromium does not count a redirect without a location.
        if redirects.error_mode_needs_location and redirects.location(response.header_list) is None:
            return response
        params.findings.append(HTTP_FETCH.failed("6.3", Reason.REDIRECT_MODE_ERROR, status=response.status))
        return network_error()
    if request.redirect_mode is RedirectMode.MANUAL:
        # FIXME: a navigation keeps the redirect for later.
        params.findings.append(HTTP_FETCH.noted("6.3", redirect="manual", status=response.status))
        return opaque_redirect_filtered_response(response)
    return http_redirect_fetch(params, response)


def _needs_private_network_preflight(params: FetchParams) -> bool:
    from browsercors.protections.private_network_access import is_private_network_request

    user_agent, request = params.user_agent, params.request
    space = user_agent.address_spaces.of(request.current_url.origin)
    return is_private_network_request(request, space, user_agent.profile.local_network_access)


def _preflight_passes(params: FetchParams, *, is_for_cors: bool, for_private_network: bool) -> Fetching[bool]:
    """
    Obtain the consent of the server, from the preflight cache or by a preflight (HTTP fetch, step 4.1).

    Args:
        params: The fetch.
        is_for_cors: Whether CORS needs the consent.
        for_private_network: Whether Private Network Access asks for it.
    """
    request = params.request
    user_agent = params.user_agent
    rules = user_agent.profile.preflight_cache
    unsafe_headers = params.hop.unsafe_headers
    assert unsafe_headers is not None or not is_for_cors, "main fetch determined them, to know that a preflight is due"
    names = unsafe_headers.names if unsafe_headers is not None and is_for_cors else ()
    forced = request.use_cors_preflight or params.repeats_preflight
    params.was_preflighted |= is_for_cors
    question = preflight_question(params, names, forced=forced, for_private_network=for_private_network)

    # PROFILE: browsers do not ask the cache for some cache modes, or for opaque origins.
    if (
        request.cache_mode not in rules.bypassing_cache_modes
        and question.key[1] is not None
        and user_agent.preflight_cache.covers(question, params.now)
    ):
        params.findings.append(CORS_PREFLIGHT_CACHE.passed("1", method=request.method, names=question.header_names))
        params.timeline.append(
            RememberedPreflight(
                request.method.decode("ascii"),
                question.url,
                tuple([name.decode("ascii") for name in question.header_names]),
                params.now,
            )
        )
        return True

    params.in_preflight = True
    response = yield from cors_preflight_fetch(params, question, is_for_cors=is_for_cors)
    if response.type == "error":
        if is_for_cors or user_agent.profile.private_network_preflight == "enforced":
            return False

        from browsercors.protections.private_network_access import note_failed_preflight

        # NB: what failed was only tried, so it fails nothing.
        finding, reason = failure_among(params.findings)
        params.findings.remove(finding)
        params.findings.append(note_failed_preflight(reason))
    params.in_preflight = False
    return True
