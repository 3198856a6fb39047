"""
Putting a request on the wire, and reading the response's head.

https://fetch.spec.whatwg.org/#http-network-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.cookie_headers import parse_and_store_response_set_cookie_headers
from browsercors.fetch.effects import SendRequest
from browsercors.fetch.params import record_exchange
from browsercors.values.address_spaces import AddressSpace, address_space_of_host
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.responses import Response, network_error
from browsercors.values.wire import FailureKind, HTTPRequest, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from browsercors.fetch.effects import Fetching
    from browsercors.fetch.params import FetchParams, HTTPFetchParams
    from browsercors.values.requests import Request

__all__ = ["http_network_fetch", "to_response"]

HTTP_NETWORK_FETCH = Algorithm("HTTP-network fetch", "https://fetch.spec.whatwg.org/#concept-http-network-fetch")
# NB: a name of its own, since Python 3.11 takes four times as long to find a member in its enumeration.
PUBLIC: Final = AddressSpace.PUBLIC
REASONS: Final = {
    FailureKind.NOT_MOUNTED: Reason.NOT_MOUNTED,
    FailureKind.NOT_RECORDED: Reason.NOT_RECORDED,
    FailureKind.CONNECTION_FAILED: Reason.CONNECTION_FAILED,
    FailureKind.TIMED_OUT: Reason.TIMED_OUT,
    FailureKind.INVALID_RESPONSE: Reason.INVALID_RESPONSE,
    FailureKind.TOO_LARGE: Reason.TOO_LARGE,
}


def http_network_fetch(http_fetch_params: HTTPFetchParams, http_request: HTTPRequest) -> Fetching[Response]:
    """
    Exchange *http_request* for a response, and store the cookies that it sets.
    """
    # 1. Read the request.
    params, request, kind, include_credentials, _, _ = http_fetch_params

    # 2. FIXME: pages that are offline.

    # 3.-6. NB: connections are the servers' business, and timing is left out.

    # 7. FIXME: WebSocket and WebTransport connections.

    # 8.1. NB: whether there is a connection turns out at step 8.5.

    # NB: here Local Network Access puts its check, on the connection that was just obtained.
    # NB: what is public is open to all, unless the page has declared that it is not.
    origin, spaces = http_request.url.origin, params.user_agent.address_spaces
    space = address_space_of_host(origin.host) if spaces.stated is None else spaces.of(origin)
    if (space is not PUBLIC or request.target_address_space is not None) and not _may_reach(params, request, space):
        return network_error()

    # 8.3. A stream needs HTTP/2, and what is simulated is HTTP/1.1.
    if request.body_source_is_null:
        params.findings.append(HTTP_NETWORK_FETCH.failed("8.3", Reason.STREAM_UPLOAD_NOT_SUPPORTED))
        return network_error()

    # 8.5. Make the request.
    # FIXME: interim responses (103) and client certificates.
    sent_at = params.now
    answer: HTTPResponse | TransportFailure
    answer, params.now = yield SendRequest(http_request)
    record_exchange(params, kind, http_request, answer, sent_at)
    if isinstance(answer, TransportFailure):
        evidence = {} if answer.fault is None else {"fault": answer.fault}
        params.findings.append(HTTP_NETWORK_FETCH.failed("8.1", REASONS[answer.kind], detail=answer.detail, **evidence))
        return network_error()

    if answer.raw_lines and _has_refused_nul(params, answer):
        # NB: imported late, here and below, since few responses are malformed.
        from browsercors.values.transport import Fault

        fault = Fault.MALFORMED_HEAD
        detail = "NUL in the head of the response"
        params.findings.append(HTTP_NETWORK_FETCH.failed("8.1", Reason.INVALID_RESPONSE, detail=detail, fault=fault))
        return network_error()

    # 9.-16. NB: nothing cancels a fetch, and the body is there as a whole.
    response = to_response(params, answer, answer.body)
    names = response.header_list.names()

    # PROFILE: Chromium and Firefox take no response that names several places, whether it redirects or not.
    if (
        b"location" in names
        and params.user_agent.profile.redirects.refuses_several_locations
        and len(set(response.header_list.get_all(b"location"))) > 1
    ):
        from browsercors.values.transport import Fault

        several = response.header_list.get(b"location")
        params.findings.append(
            HTTP_NETWORK_FETCH.failed(
                "8.5", Reason.REDIRECT_LOCATION_INVALID, location=several, fault=Fault.DIFFERENT_LOCATIONS
            )
        )
        return network_error()

    # 17. Store cookies, where credentials were included.
    if include_credentials and b"set-cookie" in names:
        parse_and_store_response_set_cookie_headers(params, request, response.header_list)

    # NB: Clear Site Data has browsers clear here, with what the response has just set. HSTS heeds every response.
    if b"clear-site-data" in names or b"strict-transport-security" in names:
        _heed(params, request, response, include_credentials=include_credentials)

    # 18. NB: the server has handled content codings, and says what broke the body off (18.2.2).

    # 19. Return the response.
    return response


def _has_refused_nul(params: FetchParams, answer: HTTPResponse) -> bool:
    """
    Whether a head that was put together has a NUL where the browser takes none; one off the wire was read already.
    """
    lines = [answer.reason, *(b"%s:%s" % line for line in answer.headers)]
    head = b"\n".join(lines)
    return b"\0" in head and params.user_agent.profile.transport.head.refuses(head)


def _heed(params: FetchParams, request: Request, response: Response, *, include_credentials: bool) -> None:
    """
    Do what a response says to the browser, whoever asked and whether or not the page may read it.

    NB: imported late, since few responses say such things.
    """
    headers = response.header_list
    if b"strict-transport-security" in headers:
        from browsercors.fetch.upgrades import learn_hsts

        learn_hsts(params, request, response)
    if b"clear-site-data" in headers:
        from browsercors.fetch.clear_site_data import clear_for_response

        clear_for_response(params, request, headers, include_credentials=include_credentials)


def _may_reach(params: FetchParams, request: Request, space: AddressSpace) -> bool:
    # NB: imported late, since most pages are public and so is what they ask.
    from browsercors.protections.local_network_access import local_network_access_check

    user_agent = params.user_agent
    rules = user_agent.profile.local_network_access
    # PROFILE: Firefox asks nobody before it opens a WebSocket.
    if request.initiator == "websocket" and not user_agent.profile.initiators.sockets.needs_leave_for_local_network:
        return True
    finding = local_network_access_check(request, space, rules, user_agent.permissions, params.now)
    if finding is not None:
        params.findings.append(finding)
    return finding is None or finding.ok


def to_response(params: FetchParams, answer: HTTPResponse, body: bytes) -> Response:
    """
    Return the response of a server, or of the HTTP cache, as the browser reads it.
    """
    rules = params.user_agent.profile.responses
    # PROFILE: malformed header lines are read in as many ways as there are browsers.
    header_list = rules.header_list(answer.headers) if answer.raw_lines else answer.headers
    # PROFILE: Firefox keeps the spaces at its end.
    keeps_blanks = rules.keeps_spaces_after_reason_phrase
    reason = answer.reason.lstrip(b"\t ") if keeps_blanks else answer.reason.strip(b" ")
    return Response(
        status=answer.status,
        status_message=reason,
        header_list=header_list,
        body=body,
        body_failure=answer.body_failure,
        body_fault=answer.body_fault,
    )
