"""
Preloads: what a page has fetched for later, and which later request is served from it.

https://html.spec.whatwg.org/#link-type-preload
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.checks import cors_check
from browsercors.fetch.loads.preloaded import PreloadedResponse, PreloadEntry
from browsercors.fetch.timeline import Exchange
from browsercors.values.findings import Algorithm, failure_among
from browsercors.values.requests import RequestMode, ResponseTainting
from browsercors.values.responses import FilteredResponse, network_error

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams
    from browsercors.rules.elements.preloads import PreloadKey
    from browsercors.values.requests import Request
    from browsercors.values.responses import Response

__all__ = ["CONSUME", "consume_a_preloaded_resource", "judge_preloaded_response", "remember_preload"]

CONSUME: Final[Algorithm] = Algorithm(
    "consume a preloaded resource", "https://html.spec.whatwg.org/#consume-a-preloaded-resource"
)


def remember_preload(params: FetchParams, response: FilteredResponse | Response) -> PreloadEntry | None:
    """
    Let later requests of the page be served from what came.

    Returns:
        The entry; None if nothing came over the wire or from the HTTP cache.
    """
    last = params.timeline[-1] if params.timeline else None
    if params.memory is None or not isinstance(last, Exchange):
        return None
    request = params.request
    failure = failure_among(params.findings)[0] if response.is_network_error else None
    entry = PreloadEntry(request.integrity_metadata, response, request.response_tainting, last, failure)
    params.memory.preloads[params.user_agent.profile.initiators.preloads.key(request)] = entry
    return entry


def consume_a_preloaded_resource(params: FetchParams, preloads: dict[PreloadKey, PreloadEntry]) -> PreloadEntry | None:
    """
    Take what was preloaded for the request, if anything was.

    What was preloaded for the same URL, but for another kind of request, is noted.

    https://html.spec.whatwg.org/#consume-a-preloaded-resource
    """
    # 1.-4. Look for the key.
    # PROFILE: browsers do not agree on what has to be the same.
    request, rules = params.request, params.user_agent.profile.initiators.preloads
    key = rules.key(request)
    entry = preloads.get(key)
    if entry is None:
        near = next((other for other in preloads if other.url == key.url), None)
        if near is not None:
            differs = [name for name in key._fields if getattr(near, name) != getattr(key, name)]
            params.findings.append(CONSUME.noted("3", url=key.url, differs=differs))
        return None
    # 5.-7. Integrity that the preload was not asked to have has not been checked.
    # PROFILE: browsers check some of it now.
    is_checked_now = request.destination in rules.checks_integrity_late
    if request.integrity_metadata and request.integrity_metadata != entry.integrity and not is_checked_now:
        params.findings.append(CONSUME.noted("7", url=key.url, differs=["integrity"]))
        return None
    # PROFILE: in WebKit what CORS refused says nothing of the same without CORS.
    if entry.failure is not None and rules.judges_users and _asks_otherwise(request, entry):
        return None
    # 8.-10. It serves once; another preload of the same leaves it there.
    if request.initiator != "preload":
        del preloads[key]
        entry.was_used = True
    params.findings.append(CONSUME.noted("10", url=key.url))
    if entry.failure is not None:
        params.findings.append(entry.failure)
        params.failed_before = entry.failure
    exchange = entry.exchange
    params.timeline.append(
        PreloadedResponse(
            exchange.kind,
            exchange.http_request,
            exchange.http_response,
            exchange.transport_failure,
            params.now,
            exchange,
        )
    )
    return entry


def _asks_otherwise(request: Request, entry: PreloadEntry) -> bool:
    """
    Whether a request without CORS finds a preload with CORS, and so does not share its failure.

    Evidence: `again/refused-image-then-plain` and `mixed/147-img`; of fonts, `preloads/refused-font` (WebKit 2.50.6).
    """
    # NB: a font never asks with CORS there, and fails with its preload all the same.
    is_plain = request.mode is RequestMode.NO_CORS and request.destination != "font"
    return is_plain and entry.tainting is ResponseTainting.CORS


def judge_preloaded_response(params: FetchParams, entry: PreloadEntry) -> FilteredResponse | Response:
    """
    Return what was preloaded as the request that uses it gets it (main fetch, step 12.1).
    """
    request = params.request
    # PROFILE: in WebKit what uses a preload may ask in another mode, and is judged by that.
    if not params.user_agent.profile.initiators.preloads.judges_users or not isinstance(
        entry.response, FilteredResponse
    ):
        request.response_tainting = entry.tainting
        return entry.response
    internal = entry.response.internal_response
    # NB: without CORS it goes by the URL that was asked for, and not by where a redirect led.
    is_own = request.url_list[0].origin.same_origin(request.origin)
    if entry.tainting is ResponseTainting.BASIC or (request.mode is RequestMode.NO_CORS and is_own):
        request.response_tainting = ResponseTainting.BASIC
    elif request.mode is RequestMode.NO_CORS:
        request.response_tainting = ResponseTainting.OPAQUE
    else:
        request.response_tainting = ResponseTainting.CORS
        finding = cors_check(request.byte_serialized_origin(), internal.header_list, with_credentials=False)
        params.findings.append(finding)
        if not finding.ok:
            return network_error()
    return internal
