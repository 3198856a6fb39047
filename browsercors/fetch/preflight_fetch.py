"""
The preflight: asking the server whether it expects such a request.

https://fetch.spec.whatwg.org/#cors-preflight-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.network_fetch import HTTP_NETWORK_FETCH
from browsercors.fetch.network_or_cache_fetch import http_network_or_cache_fetch
from browsercors.fetch.preflight_response import CHECKS, PreflightResponse, remember_preflight
from browsercors.fetch.timeline import ExchangeKind
from browsercors.rules.preflight import PreflightQuestion
from browsercors.values.findings import Outcome, Reason
from browsercors.values.headers import Failure, HeaderList, extract_list_values
from browsercors.values.requests import CredentialsMode, Request, RequestMode, ResponseTainting
from browsercors.values.responses import Response, network_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.fetch.effects import Fetching
    from browsercors.fetch.params import FetchParams

__all__ = ["cors_preflight_fetch", "create_preflight", "preflight_question"]

# NB: names of their own, since Python 3.11 takes four times as long to find a member in its enumeration.
INCLUDE: Final = CredentialsMode.INCLUDE
CORS_MODE: Final = RequestMode.CORS
CORS_TAINTING: Final = ResponseTainting.CORS
PREFLIGHT: Final = ExchangeKind.PREFLIGHT
FAILED: Final = Outcome.FAILED


def preflight_question(
    params: FetchParams, unsafe_names: tuple[bytes, ...], *, forced: bool, for_private_network: bool = False
) -> PreflightQuestion:
    """
    Return what the request of *params* asks of the preflight cache.
    """
    request = params.request
    rules = params.user_agent.profile.preflight_cache
    return PreflightQuestion(
        (rules.partition(request, params.user_agent.sites), rules.origin_key(request)),
        request.url_list[-1].href,
        request.method,
        unsafe_names,
        request.credentials_mode is INCLUDE,
        forced,
        for_private_network,
    )


def create_preflight(
    request: Request, unsafe_names: Sequence[bytes], *, is_for_cors: bool = True, for_private_network: bool = False
) -> Request:
    """
    Make the preflight for *request* (CORS-preflight fetch, steps 1-5).
    """
    # 2. Accept anything.
    # NB: what only Private Network Access asks for has no such header in Chromium.
    headers = [(b"Accept", b"*/*")] if is_for_cors else []

    # 3. Ask for the method.
    headers.append((b"Access-Control-Request-Method", request.method))

    # 4.-5. Ask for the unsafe headers, if any.
    # NOTE: joined without a space, for better or worse.
    if unsafe_names:
        headers.append((b"Access-Control-Request-Headers", b",".join(unsafe_names)))
    if for_private_network:
        headers.append((b"Access-Control-Request-Private-Network", b"true"))

    # 1. OPTIONS on the same URL, with the same origin, referrer and destination, and no credentials.
    return Request(
        method=b"OPTIONS",
        url_list=request.url_list,
        header_list=HeaderList(headers),
        client=request.client,
        origin=request.origin,
        mode=CORS_MODE,
        cache_mode=request.cache_mode,
        referrer=request.referrer,
        referrer_policy=request.referrer_policy,
        destination=request.destination,
        initiator_type=request.initiator_type,
        response_tainting=CORS_TAINTING,
        redirect_taint=request.redirect_taint,
        target_address_space=request.target_address_space,
    )


def cors_preflight_fetch(
    params: FetchParams, question: PreflightQuestion, *, is_for_cors: bool = True
) -> Fetching[Response]:
    """
    Send the preflight, check its response, and remember what it allows.

    Args:
        params: The fetch.
        question: What it needs to be allowed.
        is_for_cors: Whether CORS needs the preflight, and not Private Network Access alone.

    Returns:
        The preflight's response, or a network error.
    """
    request = params.request
    rules = params.user_agent.profile.preflight

    # 1.-5. Make the preflight.
    preflight = create_preflight(
        request, question.header_names, is_for_cors=is_for_cors, for_private_network=question.for_private_network
    )
    # PROFILE: WebKit's preflights have the page's own `User-Agent`.
    if rules.sends_user_agent_of_page and (user_agent := request.header_list.get(b"user-agent")) is not None:
        preflight.header_list.append(b"User-Agent", user_agent)
    # PROFILE: WebKit's preflights show the referrer that the first URL of the chain was shown.
    if rules.keeps_first_referrer:
        preflight.referrer = params.first_referrer

    # 6. Send it.
    response = yield from http_network_or_cache_fetch(params, preflight, PREFLIGHT)
    if response.type == "error":
        return response

    # PROFILE: WebKit reads the body of the response first.
    if rules.needs_whole_body and response.body_failure is not None:
        broken = HTTP_NETWORK_FETCH.failed("18.2.2", Reason.BODY_INTERRUPTED, detail=response.body_failure)
        params.findings.append(broken)
        return network_error()

    # 7.1.-7.2. Extract the lists.
    preflight_response = PreflightResponse(
        response,
        response.header_list.derived(_allowed_methods),
        response.header_list.derived(_allowed_headers),
    )

    # 7.-7.7., 8. Check the response.
    # PROFILE: the standard cannot tell the failures apart; browsers report the first one, in an order of their own.
    for stage in rules.stages:
        finding = CHECKS[stage](params, question, preflight_response)
        if finding is not None:
            params.findings.append(finding)
            if finding.outcome is FAILED:
                return network_error()

    # 7.8.-7.15. Remember it.
    remember_preflight(params, question, preflight_response)

    # 7.16. Return the response.
    return response


def _allowed_methods(headers: HeaderList) -> tuple[bytes, ...] | Failure | None:
    return _list_of(headers, b"access-control-allow-methods")


def _allowed_headers(headers: HeaderList) -> tuple[bytes, ...] | Failure | None:
    return _list_of(headers, b"access-control-allow-headers")


def _list_of(headers: HeaderList, name: bytes) -> tuple[bytes, ...] | Failure | None:
    value = headers.get(name)
    return None if value is None else extract_list_values(value)
