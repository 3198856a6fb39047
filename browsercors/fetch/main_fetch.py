"""
Fetching: which way a request takes, and what of the response the page is given.

https://fetch.spec.whatwg.org/#fetching
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.filtering import (
    basic_filtered_response,
    cors_exposed_header_names,
    cors_filtered_response,
    opaque_filtered_response,
)
from browsercors.fetch.http_fetch import http_fetch
from browsercors.fetch.network_fetch import HTTP_NETWORK_FETCH
from browsercors.fetch.params import record_timing
from browsercors.fetch.preflight_fetch import preflight_question
from browsercors.http_cache.validation import is_conditional
from browsercors.rules.preflight import ClearedBy
from browsercors.rules.requests import STANDARD_CHECKS
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.headers import HeaderList
from browsercors.values.methods import is_cors_safelisted_method
from browsercors.values.requests import CacheMode, CredentialsMode, RedirectMode, RequestMode, ResponseTainting
from browsercors.values.responses import FilteredResponse, Response, network_error
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.fetch.effects import Fetching
    from browsercors.fetch.params import FetchParams
    from browsercors.rules.requests import RefusalCheck
    from browsercors.values.findings import Finding

__all__ = ["MAIN_FETCH", "fetch", "main_fetch", "scheme_fetch"]

MAIN_FETCH = Algorithm("main fetch", "https://fetch.spec.whatwg.org/#concept-main-fetch")
SCHEME_FETCH = Algorithm("scheme fetch", "https://fetch.spec.whatwg.org/#concept-scheme-fetch")

DEFAULT_HEADER: Final = (b"Accept", b"*/*")
DEFAULT_HEADERS: Final = HeaderList([DEFAULT_HEADER])
# NB: made once, since each says the same of every request.
WITHOUT_PREFLIGHT: Final = {method: MAIN_FETCH.noted("12.7", method=method) for method in (b"GET", b"HEAD", b"POST")}
BASIC_VIEW: Final = MAIN_FETCH.passed("14.2", type="basic")
CORS_VIEW: Final = MAIN_FETCH.passed("14.2", type="cors")
OPAQUE_VIEW: Final = MAIN_FETCH.passed("14.2", type="opaque")
# NB: names of their own, since Python 3.11 takes four times as long to find a member in its enumeration.
INCLUDE: Final = CredentialsMode.INCLUDE
CORS: Final = ResponseTainting.CORS
CORS_MODE: Final = RequestMode.CORS
BASIC: Final = ResponseTainting.BASIC
DEFAULT: Final = CacheMode.DEFAULT
NO_CORS: Final = RequestMode.NO_CORS
WEBSOCKET: Final = RequestMode.WEBSOCKET
SAME_ORIGIN: Final = RequestMode.SAME_ORIGIN


def fetch(params: FetchParams) -> Fetching[FilteredResponse | Response]:
    """
    Fetch (https://fetch.spec.whatwg.org/#concept-fetch).

    Returns:
        The filtered response that the page gets, or a network error.
    """
    request = params.request
    request.page_method = request.method
    request.page_header_list = list(request.header_list)

    # 1.-10. NB: the initiator has filled in the request from its page; there are no tasks and no WebDriver.
    start_time = params.now

    # 11. Take what the page has preloaded, if it asks for just that.
    memory = params.memory
    if memory is not None and memory.preloads and _may_be_preloaded(params):
        from browsercors.fetch.loads.preloads import consume_a_preloaded_resource

        params.preload = consume_a_preloaded_resource(params, memory.preloads)

    # 12. Accept anything, unless the page said otherwise, or the destination or the initiator has a value of its own.
    if request.destination or request.initiator:
        # NB: not even media elements, which set headers, set this one.
        request.header_list.append(b"Accept", params.user_agent.profile.initiators.accept_of(request))
    elif not request.page_header_list:
        request.header_list = DEFAULT_HEADERS.copy()
    elif b"accept" not in request.header_list:
        request.header_list.append(*DEFAULT_HEADER)

    # 13.-14. NB: `Accept-Language` goes with the other headers of the browser (HTTP-network-or-cache fetch, step 8.20).

    # 15. FIXME: priorities; only Firefox and WebKit write them on the wire of HTTP/1.1, and `wire` knows them.

    # 16. FIXME: the page's fetch group, whose keepalive requests share one limit.

    # PROFILE: in browsers conditional headers of the page change the cache mode from the start, for preflights as well.
    if request.page_header_list and request.cache_mode is DEFAULT and is_conditional(request.header_list):
        modes = params.user_agent.profile.requests.conditional_cache_modes
        if modes is not None:
            request.cache_mode = modes[request.initiator_type]

    # 17. Run main fetch.
    response = yield from main_fetch(params)
    if memory is not None:
        record_timing(params, response, start_time, memory.timings)
    return response


def _may_be_preloaded(params: FetchParams) -> bool:
    """
    Whether a preload may serve the request (fetch, step 11).
    """
    request = params.request
    return (
        request.method == b"GET"
        and request.initiator not in {"modulepreload", "prefetch"}
        # PROFILE: browsers do not agree on the headers.
        and params.user_agent.profile.initiators.preloads.may_serve(request)
    )


def main_fetch(params: FetchParams) -> Fetching[FilteredResponse | Response]:
    """
    Take the request along its redirects, and filter the response that ends them.

    NB: where the standard's HTTP-redirect fetch calls main fetch, ours returns to it, and steps 3 to 12 are run again.
    """
    # 1. Read the request.
    request = params.request

    # 2. There is no response yet.
    response: FilteredResponse | Response | None = None

    while response is None:
        # 3. FIXME: the local-URLs-only flag, which neither `fetch()` nor XMLHttpRequest sets.

        # 4.-5. Report what violates a policy of the page that is not enforced, and upgrade insecure requests.
        # NB: imported late, since few pages have policies. What those block (step 7) is asked at once.
        csp_list = request.client.csp_list
        if csp_list is not None:
            from browsercors.fetch.page_policies import page_policies_block

            # PROFILE: Chromium compares the https URL of step 6 with the policies, as the standard has it.
            if request.destination and params.user_agent.profile.upgrades.mixed_content_before_policies:
                _upgrade_mixed_content(params)
            if page_policies_block(params, csp_list):
                return network_error()

        # 6. Ask for images, audio and video over TLS, where anything else would be mixed content.
        if request.destination:
            _upgrade_mixed_content(params)

        # 7. Refuse what must not even be tried.
        response = _refused_before_it_is_sent(params)
        if response is not None:
            break

        # 8. Without a referrer policy of its own the request has the page's.
        if not request.referrer_policy:
            request.referrer_policy = request.client.referrer_policy

        # 9. Determine what the server may know of the page's URL.
        if request.referrer is not None:
            _determine_referrer(params)

        # 10. Go over TLS to hosts that have promised to be reached that way.
        # PROFILE: Chromium does it below the HTTP cache, WebKit never. In Firefox the referrer is determined anew.
        if params.user_agent.hsts is not None and request.current_url.scheme == "http":
            from browsercors.fetch.upgrades import upgrade_for_hsts

            if upgrade_for_hsts(params) and request.referrer is not None:
                _determine_referrer(params)

        # 11. NB: nothing runs in parallel to a fetch.

        # 12. Fetch. None: an HTTP-redirect fetch set the current URL.
        response = yield from _run_first_matching_steps(params)

    # NB: step 12.6.3 clears, for a failure after a preflight, the entries of the URL that the chain had come to.
    # NB: steps 14 to 24 change nothing about a network error.
    if response.type == "error":
        if request.response_tainting is CORS:
            _clear_cache_entries(params)
        return response

    # 13. NB: a chain of redirects has one response, the last.

    # 14. Filter the response, unless that was done (an opaque redirect).
    if isinstance(response, Response):
        response = _filtered(params, response)

    # 15. Look at the response behind the view.
    internal = response.internal_response

    # 16. It comes from the URLs of the request.
    # NOTE: the list may be empty, as for `data:` URLs.
    # NB: the view has the same list.
    if not internal.url_list:
        internal.url_list += request.url_list

    # 17. FIXME: the redirect taint of responses, which pages cannot read.

    # 18.-19. NB: `record_timing` reads of the request whether the page may see timing details.

    # 20. Block scripts and styles by their type.
    # FIXME: responses blocked as mixed content or by Content Security Policy; only service workers can give one.
    if request.destination:
        from browsercors.fetch.loads.destinations import type_blocks

        finding = type_blocks(params, internal.header_list)
        if finding is not None:
            params.findings.append(finding)
            return network_error()

    # 21. FIXME: a range that was not asked for; only service workers can give one.

    # 22. Some responses have no body, whatever the server sent.
    # PROFILE: WebKit shows the body of a 205.
    null_body_statuses = params.user_agent.profile.responses.null_body_statuses
    is_head = request.method == b"HEAD" and not _shows_body_of_head(params)
    if is_head or internal.status in null_body_statuses:
        internal.body = internal.body_failure = response.body = response.body_failure = None

    # NB: a body that broke off (HTTP-network fetch, step 18.2.2) fails when it is read. `fetch()` has resolved by then;
    # XMLHttpRequest reads the whole body before it says anything, and says that the request failed.
    if response.body_failure is not None:
        params.findings.append(_interrupted(params, response.body_failure, internal))
        if request.initiator_type == "xmlhttprequest":
            return network_error()

    # 23. Refuse a body that is not what the page said it has to be.
    # PROFILE: not all browsers want a body under any integrity, or of what hides a redirect.
    integrity = request.integrity_metadata
    if integrity and (response.body_failure is not None or not _has_integrity(params, response)):
        params.findings.append(MAIN_FETCH.failed("23", Reason.INTEGRITY_MISMATCH, integrity=integrity))
        return network_error()

    # 24. Hand the response over.
    return response


def _interrupted(params: FetchParams, detail: str, internal: Response) -> Finding:
    """
    Return the finding that a body broke off.
    """
    if params.service_worker is not None:
        from browsercors.fetch.service_workers.handle_fetch import broken_body

        return broken_body(params.service_worker.script_url, detail)
    evidence = {} if internal.body_fault is None else {"fault": internal.body_fault}
    return HTTP_NETWORK_FETCH.failed("18.2.2", Reason.BODY_INTERRUPTED, detail=detail, **evidence)


def _shows_body_of_head(params: FetchParams) -> bool:
    """
    Whether a page sees the body that its service worker gave to a HEAD.
    """
    # PROFILE: Chromium lets it.
    return params.service_worker is not None and (
        params.user_agent.profile.initiators.service_workers.shows_body_of_head
    )


def _upgrade_mixed_content(params: FetchParams) -> None:
    request = params.request
    if request.current_url.scheme == "http" and request.client.prohibits_mixed_content:
        from browsercors.fetch.mixed_content import upgrade_what_would_be_mixed

        upgrade_what_would_be_mixed(params)


def _has_integrity(params: FetchParams, response: FilteredResponse) -> bool:
    """
    Whether the body is what the page said it has to be.
    """
    request = params.request
    if not request.destination:
        return params.user_agent.profile.responses.integrity_matches(response, request.integrity_metadata)
    from browsercors.protections.integrity import does_response_match_metadata_list

    return does_response_match_metadata_list(
        response.type,
        response.internal_response.body,
        request.integrity_metadata,
        ignores_unknown=params.user_agent.profile.elements.ignores_unknown_integrity,
    )


def _refused_before_it_is_sent(params: FetchParams) -> Response | None:
    """
    Return a network error for what must not even be tried (main fetch, step 7), or None.

    NB: the other policies of the page have been asked by then.
    """
    request = params.request
    if request.destination and request.client.integrity_policy is not None:
        from browsercors.fetch.page_policies import integrity_policy_blocks

        if integrity_policy_blocks(params, request.client.integrity_policy):
            return network_error()
    url = request.url_list[-1]
    # NB: most requests have nothing that any of these checks could refuse.
    if url.scheme == "https" and url.port is None and request.mode is CORS_MODE:
        return None
    # PROFILE: browsers look at the mode of the page's own request as well, and at the port last.
    is_first = len(request.url_list) == 1
    for name in params.user_agent.profile.requests.checked_first if is_first else STANDARD_CHECKS:
        if CHECKS[name](params):
            return network_error()
    return None


def _has_bad_port(params: FetchParams) -> bool:
    url = params.request.current_url
    if url.port is None:
        return False
    # NB: imported late, since few URLs have a port of their own.
    from browsercors.protections.bad_port import is_bad_port

    if not is_bad_port(url):
        return False
    params.findings.append(MAIN_FETCH.failed("7", Reason.BAD_PORT, port=url.port))
    return True


def _is_mixed_content(params: FetchParams) -> bool:
    request = params.request
    # NB: what comes over TLS never is mixed content, and few pages ask for anything else.
    if request.current_url.scheme == "https" or not request.client.prohibits_mixed_content:
        return False
    from browsercors.fetch.mixed_content import is_mixed_content

    return is_mixed_content(params)


def _mode_forbids(params: FetchParams) -> bool:
    """
    Whether the mode of the request does not allow to leave the page's origin (main fetch, steps 12.3 and 12.4.1).
    """
    request = params.request
    url = request.current_url
    if url.scheme == "data" or (url.origin.same_origin(request.origin) and request.response_tainting is BASIC):
        return False
    # 12.3. Only the page's own was wanted.
    if request.mode is SAME_ORIGIN:
        params.findings.append(
            MAIN_FETCH.failed("12.3", Reason.SAME_ORIGIN_MODE, origin=request.origin.byte_serialized, url=url.href)
        )
        return True
    # 12.4.1. Without CORS, a redirect is followed or there is none.
    if request.mode is NO_CORS and request.redirect_mode is not RedirectMode.FOLLOW:
        params.findings.append(
            MAIN_FETCH.failed("12.4.1", Reason.NO_CORS_REDIRECT_MODE, redirect=request.redirect_mode.value)
        )
        return True
    return False


CHECKS: Final[Mapping[RefusalCheck, Callable[[FetchParams], bool]]] = {
    "port": _has_bad_port,
    "mixed-content": _is_mixed_content,
    "mode": _mode_forbids,
}
"""What refuses a request before it is sent."""


def _determine_referrer(params: FetchParams) -> None:
    """
    Set the referrer to what the server of the current URL may know (main fetch, step 9).
    """
    request = params.request
    profile, sites = params.user_agent.profile, params.user_agent.sites
    is_first = len(request.url_list) == 1
    if is_first:
        # NB: "client" is the page's URL, unless its origin is opaque (Referrer Policy, "determine", step 3).
        # PROFILE: WebKit's `about:` documents have none, or their parent's.
        params.referrer_source = (
            request.referrer if isinstance(request.referrer, URL) else profile.referrer_source(request)
        )
        source = params.referrer_source
    elif profile.remakes_referrer(request, params.referrer_policy_before, sites):
        # PROFILE: some of Firefox's referrers are made anew for each URL of the chain.
        source = params.referrer_source
    else:
        assert isinstance(request.referrer, URL)
        source = params.referrer_source = request.referrer
    params.referrer_policy_before = request.referrer_policy
    # PROFILE: to other sites Firefox shows no more than the origin.
    referrer = profile.referrer(request.referrer_policy, source, request.url_list[-1], sites)
    request.referrer = None if referrer is None else parse_url(referrer)
    if is_first:
        params.first_referrer = request.referrer


def _run_first_matching_steps(params: FetchParams) -> Fetching[FilteredResponse | Response | None]:
    """
    Run the steps of the first statement that is true of the request (main fetch, step 12).

    NB: the standard gives its statements no numbers; 12.2 is the second one.
    """
    request = params.request
    url = request.url_list[-1]
    same_origin = url.origin.same_origin(request.origin)

    # 12.1. Take what was preloaded.
    if params.preload is not None:
        from browsercors.fetch.loads.preloads import judge_preloaded_response

        return judge_preloaded_response(params, params.preload)

    # 12.2. What is the page's own, or nobody's, is basic.
    # FIXME: navigations are, too.
    # NB: what a redirect leads to stays what it was; only WebKit's elements come to a `data:` URL that way.
    if (same_origin and request.response_tainting is BASIC) or (url.scheme == "data" and len(request.url_list) == 1):
        request.response_tainting = BASIC
        return (yield from scheme_fetch(params))

    # 12.3. and 12.4.1. Only the page's own was wanted, or a redirect that is not followed.
    if request.mode is not CORS_MODE:
        # 12.2. NB: so is what opens a WebSocket, wherever it leads.
        if request.mode is WEBSOCKET:
            return (yield from scheme_fetch(params))
        if _mode_forbids(params):
            return network_error()

    # 12.4. Without CORS, the page sees nothing.
    if request.mode is NO_CORS:
        request.response_tainting = ResponseTainting.OPAQUE
        params.findings.append(MAIN_FETCH.noted("12.4", tainting="opaque"))
        return (yield from scheme_fetch(params))

    # 12.5. CORS is for HTTP.
    if not url.is_http:
        params.findings.append(MAIN_FETCH.failed("12.5", Reason.SCHEME_NOT_SUPPORTED, scheme=url.scheme))
        return network_error()

    request.response_tainting = CORS
    # 12.6. What a page without CORS could not have sent needs the server's consent first.
    profile = params.user_agent.profile
    unsafe_headers = params.hop.unsafe_headers = profile.preflight.unsafe_headers(request, profile.safelist)
    safelisted_method = is_cors_safelisted_method(request.method)
    if (
        request.use_cors_preflight
        or (request.unsafe_request and (not safelisted_method or unsafe_headers.headers))
        or params.repeats_preflight
    ):
        params.findings.append(
            MAIN_FETCH.noted(
                "12.6",
                method=None if safelisted_method else request.method,
                headers=unsafe_headers.headers,
                use_cors_preflight=request.use_cors_preflight,
            )
        )
        return (yield from http_fetch(params, make_cors_preflight=True))

    # 12.7. What any page could have sent goes without.
    params.findings.append(WITHOUT_PREFLIGHT.get(request.method) or MAIN_FETCH.noted("12.7", method=request.method))
    return (yield from http_fetch(params))


def _clear_cache_entries(params: FetchParams) -> None:
    """
    Clear cache entries (https://fetch.spec.whatwg.org/#concept-cache-clear).
    """
    # PROFILE: Chromium and WebKit keep them; Firefox clears them also if the fetch had no preflight.
    rules = params.user_agent.profile.preflight_cache
    if not rules.cleared_by_refused_redirects and params.findings[-1].reason is Reason.REDIRECT_MODE_ERROR:
        return
    cleared_by = rules.cleared_by
    if cleared_by is ClearedBy.CROSS_ORIGIN or (cleared_by is ClearedBy.PREFLIGHTED and params.was_preflighted):
        params.user_agent.preflight_cache.clear_entries(preflight_question(params, (), forced=False))


def _filtered(params: FetchParams, internal: Response) -> FilteredResponse:
    """
    Return the page's view of the response, by the tainting of its request (main fetch, step 14).
    """
    request = params.request
    # 14.1. Under CORS the server says which headers the page may see.
    if request.response_tainting is CORS:
        internal.cors_exposed_header_names = cors_exposed_header_names(
            internal.header_list, with_credentials=request.credentials_mode is INCLUDE
        )
        # 14.2. Give the view.
        params.findings.append(CORS_VIEW)
        return cors_filtered_response(internal, params.user_agent.profile.responses)
    if request.response_tainting is BASIC:
        params.findings.append(BASIC_VIEW)
        return basic_filtered_response(internal, params.user_agent.profile.responses)
    params.findings.append(OPAQUE_VIEW)
    return opaque_filtered_response(internal)


def scheme_fetch(params: FetchParams) -> Fetching[FilteredResponse | Response | None]:
    """
    Fetch by the current URL's scheme; None after a redirect.
    """
    # 1. NB: nothing cancels a fetch.

    # 2. Read the request.
    request = params.request
    url = request.url_list[-1]

    # 3. Switch on the scheme.
    # NB: `about:` needs a document and `file:` a disk; pages here have none of them.
    if url.is_http:
        return (yield from http_fetch(params))
    if url.scheme == "data":
        from browsercors.values.formats.data_urls import data_url_processor
        from browsercors.values.formats.mime_types import serialize_mime_type_to_bytes

        rules = params.user_agent.profile.responses
        data = data_url_processor(url)
        # PROFILE: Chromium writes the type in a way of its own, and refuses some.
        written = None
        if data is not None:
            write = rules.data_url_type
            written = serialize_mime_type_to_bytes(data.mime_type) if write is None else write(data)
        if data is None or written is None:
            params.findings.append(SCHEME_FETCH.failed("3", Reason.DATA_URL_INVALID, url=url.href))
            return network_error()
        headers = [(b"Content-Type", written)]
        # PROFILE: Firefox states the length as well, to fetch().
        if rules.data_url_content_length and request.initiator_type == "fetch":
            headers.append((b"Content-Length", b"%d" % len(data.body)))
        params.findings.append(SCHEME_FETCH.passed("3", scheme="data"))
        # PROFILE: Firefox shows it without the blanks that Base64 ignores.
        shown = [rules.data_url(url)]
        return Response(
            status=200, status_message=b"OK", header_list=HeaderList(headers), body=data.body, url_list=shown
        )

    entry = params.user_agent.object_urls.get(url.href_without_fragment) if url.scheme == "blob" else None
    if entry is not None and entry[0].same_origin(request.origin):
        _, blob_type, body = entry
        params.findings.append(SCHEME_FETCH.passed("3", scheme="blob"))
        headers = [(b"Content-Length", b"%d" % len(body)), (b"Content-Type", blob_type.encode("ascii"))]
        return Response(status=200, status_message=b"OK", header_list=HeaderList(headers), body=body, url_list=[url])

    # 4. Nothing else can be fetched.
    params.findings.append(SCHEME_FETCH.failed("4", Reason.SCHEME_NOT_SUPPORTED, scheme=url.scheme))
    return network_error()
