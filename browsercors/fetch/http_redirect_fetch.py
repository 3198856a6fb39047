"""
Following a redirect.

https://fetch.spec.whatwg.org/#http-redirect-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.checks import cors_check
from browsercors.fetch.params import Hop
from browsercors.fetch.redirect_taint import redirect_taint
from browsercors.fetch.referrer import set_requests_referrer_policy_on_redirect
from browsercors.fetch.safelists import CORS_NON_WILDCARD_REQUEST_HEADER_NAME, REQUEST_BODY_HEADER_NAMES
from browsercors.fetch.timeline import Exchange, ExchangeKind
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.headers import Failure
from browsercors.values.origins import Origin
from browsercors.values.requests import RequestMode, ResponseTainting
from browsercors.values.responses import Response, network_error
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.fetch.params import FetchParams
    from browsercors.values.requests import Environment, Request

__all__ = ["becomes_get", "http_redirect_fetch", "location_url"]

HTTP_REDIRECT_FETCH = Algorithm("HTTP-redirect fetch", "https://fetch.spec.whatwg.org/#concept-http-redirect-fetch")
REDIRECT_LIMIT: Final = 20


def http_redirect_fetch(params: FetchParams, response: Response) -> Response | None:
    """
    Turn the request to where the redirect *response* leads.

    NB: where the standard calls main fetch from here, this returns to it, so that twenty redirects nest no deeper
    than one.

    Returns:
        None if main fetch has to go on; *response* itself if it leads nowhere; a network error.
    """
    # 1. Read the request.
    request = params.request
    redirects = params.user_agent.profile.redirects

    # PROFILE: WebKit checks the redirect again, before it sends the next request.
    refusal = None
    if request.response_tainting is ResponseTainting.CORS and redirects.cors_checked_again(request):
        finding = cors_check(request.byte_serialized_origin(), response.header_list, with_credentials=True)
        refusal = None if finding.ok else finding

    # 2. NB: a redirect is no filtered response here; only service workers give one.

    # 3. Where does it lead?
    location = location_url(params, response)

    # 4. Nowhere: then the response is the result.
    if location is None:
        return response

    # 5. Nowhere that can be parsed.
    if isinstance(location, Failure):
        return _refused(params, "5", Reason.REDIRECT_LOCATION_INVALID, location=response.header_list.get(b"location"))

    # 6. Only HTTP.
    # PROFILE: elements of WebKit may end at a `data:` URL.
    if not location.is_http and not (redirects.loads_follow_to_data and _may_end_in_data(request, location)):
        return _refused(params, "6", Reason.REDIRECT_SCHEME_NOT_HTTP, location=location.href)

    # 7. Twenty times, not more.
    if request.redirect_count == REDIRECT_LIMIT:
        return _refused(params, "7", Reason.REDIRECT_LIMIT, count=REDIRECT_LIMIT)

    # 8. Count it.
    request.redirect_count += 1

    # 9.-10. No credentials in the URL.
    # PROFILE: the browsers do not agree from when on.
    if location.includes_credentials:
        step = redirects.refuses_credentials(request, location)
        if step is not None:
            return _refused(params, step, Reason.REDIRECT_WITH_CREDENTIALS, location=location.href)

    # 11. A stream is gone once it is sent.
    if response.status != 303 and request.body_source_is_null:
        return _refused(params, "11", Reason.REDIRECT_OF_STREAM, status=response.status)

    # 12. Some redirects turn the request into a GET.
    # PROFILE: in WebKit a DELETE becomes one as well when it goes to another origin, and keeps its headers.
    turned = becomes_get(response.status, request.method)
    if turned or redirects.also_becomes_get(request, location):
        params.findings.append(HTTP_REDIRECT_FETCH.noted("12", status=response.status, method=request.method))
        # 12.1. It has no body then.
        request.method = b"GET"
        request.became_get = True
        request.body = None
        request.body_source_is_null = False
    # 12.2. Nor the headers of one.
    removed = [*REQUEST_BODY_HEADER_NAMES] if turned else []

    # 13. Authorization is for the origin that it was given to.
    if not request.current_url.origin.same_origin(location.origin):
        removed.append(CORS_NON_WILDCARD_REQUEST_HEADER_NAME)
        if CORS_NON_WILDCARD_REQUEST_HEADER_NAME in request.header_list:
            params.findings.append(HTTP_REDIRECT_FETCH.noted("13", removed=b"Authorization"))
    # PROFILE: Chromium takes client hints away as well, also those that the page has set.
    if redirects.removed_names and not _gets_hints(request.client, location):
        removed += redirects.removed_names
    _change_headers(params, removed, redirects.restored_names(request, response.status, location))

    # 14. NB: a body that is sent again is the bytes that it was.

    # 15.-17. NB: the timeline tells when it was there.

    # 18. Go there.
    # NB: imported late, since most redirects lead to https.
    judged = location
    if location.scheme == "http":
        from browsercors.fetch.upgrades import url_that_is_judged

        judged = url_that_is_judged(params, location)
    request.redirect_taint = redirect_taint(request, judged, params.user_agent.sites)
    if request.redirect_taint != "same-origin" and request.tainted_origin is None:
        request.tainted_origin = Origin()
    request.url_list.append(location)
    request.shown_url_list = None
    answered_by_browser = params.hop.is_answered_by_browser
    params.hop = Hop(refusal)
    params.findings.append(
        HTTP_REDIRECT_FETCH.passed("18", status=response.status, location=location.href, taint=request.redirect_taint)
    )
    if not answered_by_browser:
        exchange = params.timeline[-1]
        assert isinstance(exchange, Exchange)
        exchange.kind = ExchangeKind.REDIRECT

    # 19. The response may change the referrer policy.
    request.referrer_policy = set_requests_referrer_policy_on_redirect(request.referrer_policy, response.header_list)

    # 20.-21. FIXME: a navigation follows its redirects by hand.

    # 22. Start again at the top, so that the tainting is right.
    return None


def _gets_hints(page: Environment, location: URL) -> bool:
    """
    Whether a page's permissions policy lets the server of *location* have client hints: those of "self" alone.
    """
    above: Environment | None = page
    while above is not None and above.origin.same_origin(location.origin):
        above = above.parent
    return above is None


def _may_end_in_data(request: Request, location: URL) -> bool:
    return bool(request.destination) and request.mode is RequestMode.NO_CORS and location.scheme == "data"


def becomes_get(status: int, method: bytes) -> bool:
    """
    Whether a redirect makes a GET of a request (HTTP-redirect fetch, step 12).
    """
    return (status in {301, 302} and method == b"POST") or (status == 303 and method not in {b"GET", b"HEAD"})


def _change_headers(params: FetchParams, removed: Iterable[bytes], restored: Iterable[bytes]) -> None:
    """
    Take headers away from the request, and give some back that earlier redirects took away.
    """
    request = params.request
    headers = request.header_list
    # PROFILE: where each redirect begins with the page's headers, only the one that has cause takes them away.
    for name in restored:
        if name in params.removed_headers:
            headers.set(name.title(), params.removed_headers.pop(name))
    request.removed_by_last_redirect = frozenset(name.lower() for name in removed)
    for name in request.removed_by_last_redirect:
        value = headers.get(name)
        if value is not None:
            params.removed_headers[name] = value
            headers.delete(name)


def location_url(params: FetchParams, response: Response) -> URL | Failure | None:
    """
    Return the location URL of *response* (https://fetch.spec.whatwg.org/#concept-response-location-url).
    """
    # 2. Read the location.
    # PROFILE: repeated and empty values are read in as many ways as there are browsers.
    value = params.user_agent.profile.redirects.location(response.header_list)
    if value is None or isinstance(value, Failure):
        return value
    # 3. Parse it.
    # NB: a response that a service worker has made has no URL, and so nothing that a location could be relative to.
    base = response.url_list[-1] if response.url_list else None
    url = parse_url(params.user_agent.profile.redirects.location_text(value), base)
    if url is None:
        return Failure()
    # 4. The fragment stays, unless the location has one.
    fragment = params.request.current_url.fragment
    return url.with_fragment(fragment) if url.fragment is None and fragment is not None else url


def _refused(params: FetchParams, step: str, reason: Reason, **evidence: object) -> Response:
    params.findings.append(HTTP_REDIRECT_FETCH.failed(step, reason, **evidence))
    return network_error()
