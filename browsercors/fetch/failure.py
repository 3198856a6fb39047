"""
What the browser's name for a failure depends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.fetch.service_workers.calls import WorkerCause, WorkerResponse
from browsercors.fetch.timeline import Exchange, ExchangeKind, RememberedPreflight
from browsercors.rules.failures import FailedFetch
from browsercors.values.findings import failure_among
from browsercors.values.requests import SCRIPT_INITIATORS, RequestMode

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams

__all__ = ["failed_fetch_of"]


def failed_fetch_of(params: FetchParams, *, is_module: bool = False) -> FailedFetch:
    """
    Describe the fetch *params*, which has failed.
    """
    request = params.request
    last: Exchange | RememberedPreflight | None = params.timeline[-1] if params.timeline else None
    if params.hop.redirect_refusal is not None:
        last = next(
            entry for entry in reversed(params.timeline) if getattr(entry, "kind", None) is ExchangeKind.REDIRECT
        )
    exchange = last if isinstance(last, Exchange) else None
    answer = None if exchange is None else exchange.http_response
    cause = failure_among(params.findings)[0].evidence.get("cause")
    return FailedFetch(
        during_preflight=params.in_preflight,
        tainting=request.response_tainting,
        is_xml_http_request=request.initiator_type == "xmlhttprequest",
        redirect_mode=request.redirect_mode,
        url=None if exchange is None else exchange.http_request.url,
        status=0 if answer is None else answer.status,
        headers=None if answer is None else answer.headers,
        is_under_cors=request.mode is RequestMode.CORS,
        is_load=request.initiator_type not in SCRIPT_INITIATORS,
        destination=request.destination,
        initiator=request.initiator,
        is_module=is_module,
        by_worker=isinstance(last, WorkerResponse),
        within=(cause.finding, cause.failed) if isinstance(cause, WorkerCause) else None,
        is_in_worker=request.client.is_worker,
        was_told_before=params.failed_before is not None and params.failed_before is failure_among(params.findings)[0],
    )
