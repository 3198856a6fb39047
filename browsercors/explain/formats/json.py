"""
Reports, findings and exchanges as JSON-serialisable data.

Bytes are written as ISO 8859-1 text, one character for each byte; bodies that are not UTF-8 as base64.
"""

from __future__ import annotations

import base64
import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from browsercors.explain.report import REPORT_VERSION, checked_report
from browsercors.fetch.loads.preloaded import PreloadedResponse
from browsercors.fetch.service_workers.calls import WorkerResponse
from browsercors.fetch.timeline import CachedResponse, Exchange, ExchangeKind
from browsercors.values.headers import Headers

if TYPE_CHECKING:
    from browsercors.explain.report import Report
    from browsercors.fetch.timeline import RememberedPreflight
    from browsercors.values.findings import Finding

__all__ = ["body_as_data", "finding_as_data", "report_as_data", "timeline_as_data"]


def report_as_data(report: Report) -> dict[str, Any]:
    """
    Return a report as data: its fields by name, and the `version` of this form.
    """
    checked_report(report)
    return {"version": REPORT_VERSION, **_record_as_data(report)}


def _record_as_data(record: Any) -> Any:
    if attrs.has(type(record)):
        return {field.name: _record_as_data(getattr(record, field.name)) for field in attrs.fields(type(record))}
    return [_record_as_data(item) for item in record] if isinstance(record, tuple) else record


def finding_as_data(finding: Finding) -> dict[str, Any]:
    """
    Return a finding as data.
    """
    return {
        "algorithm": finding.algorithm.name,
        "url": finding.algorithm.url,
        "step": finding.step,
        "outcome": finding.outcome.value,
        "reason": None if finding.reason is None else finding.reason.value,
        "evidence": {name: _plain(value) for name, value in finding.evidence.items()},
    }


def timeline_as_data(timeline: list[Exchange | RememberedPreflight]) -> list[dict[str, Any]]:
    """
    Return exchanges, and what the browser's caches gave instead, as data, in order.
    """
    return [
        _exchange_as_data(entry)
        if isinstance(entry, Exchange)
        else {
            "kind": "remembered-preflight",
            "method": entry.method,
            "url": entry.url,
            "header_names": list(entry.header_names),
            "time": entry.time,
        }
        for entry in timeline
    ]


def _exchange_as_data(exchange: Exchange) -> dict[str, Any]:
    response = exchange.http_response
    failure = exchange.transport_failure
    return {
        "kind": exchange.kind.value,
        "time": exchange.time,
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "headers": exchange.request_headers.lines,
            "body": body_as_data(exchange.request_body),
        },
        "response": None
        if response is None
        else {
            "status": response.status,
            "reason": response.reason.decode("latin-1"),
            "headers": exchange.response_headers.lines,
            "body": body_as_data(response.body),
            "body_failure": response.body_failure,
            "traceback": response.traceback,
        },
        "failure": None
        if failure is None
        else {"kind": failure.kind.value, "detail": failure.detail, "traceback": failure.traceback},
        **(_cached_as_data(exchange) if isinstance(exchange, CachedResponse) else {}),
        **({"kind": "preloaded-response"} if isinstance(exchange, PreloadedResponse) else {}),
        **(_worker_response_as_data(exchange) if isinstance(exchange, WorkerResponse) else {}),
    }


def _worker_response_as_data(response: WorkerResponse) -> dict[str, Any]:
    """
    Return what is special about a response of a service worker: its kind, the worker, and how what it fetched ended.
    """
    return {
        "kind": "worker-response",
        "worker": response.script_url,
        "type": response.type,
        "is_redirect": response.kind is ExchangeKind.REDIRECT,
        "fetches": [fetch.to_dict() for fetch in response.fetches],
    }


def _cached_as_data(cached: CachedResponse) -> dict[str, Any]:
    """
    Return what is special about a response from the HTTP cache: its kind, and the request that it was stored for.
    """
    made_for = cached.stored.request
    return {
        "kind": "cached-response",
        "is_redirect": cached.kind is ExchangeKind.REDIRECT,
        "age": cached.age,
        "is_confirmed": cached.is_confirmed,
        "made_for": {"method": made_for.method.decode("latin-1"), "headers": Headers(made_for.headers).lines},
    }


def body_as_data(body: bytes | None) -> dict[str, str] | None:
    """
    Return a body as `{"text": ...}`, or as `{"base64": ...}` where it is not UTF-8.
    """
    if body is None:
        return None
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def _plain(value: object) -> Any:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
