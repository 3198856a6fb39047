"""
The steps that read timing entries, run in browsercors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.evidence.recorder import names

if TYPE_CHECKING:
    from browsercors import AsyncPage, ResourceTiming
    from tests.evidence.recorder.scenario import Timing

MARKS: Final = {
    "redirectStart": "redirect_start",
    "domainLookupStart": "domain_lookup_start",
    "connectStart": "connect_start",
    "requestStart": "request_start",
    "responseStart": "response_start",
    "responseEnd": "response_end",
}


def seen_by_timing(step: Timing, page: AsyncPage, transport: str) -> dict[str, Any]:
    """
    Return what the page reads of the entries of one URL.
    """
    entries = page.performance.get_entries_by_name(names.fill(step.url, transport, ""))
    return {"outcome": "entries", "entries": [_detail(entry) if step.detail else _seen(entry) for entry in entries]}


def _seen(entry: ResourceTiming) -> dict[str, Any]:
    return _without_missing(
        {
            "initiator": entry.initiator_type,
            "detailed": entry.request_start > 0,
            "size": entry.transfer_size > 0 or entry.encoded_body_size > 0,
            "status": entry.response_status,
            "redirect": entry.redirect_start > 0,
        }
    )


def _detail(entry: ResourceTiming) -> dict[str, Any]:
    return _without_missing(
        {
            "initiator": entry.initiator_type,
            "marks": [mark for mark, name in MARKS.items() if getattr(entry, name) > 0],
            "transfer_size": entry.transfer_size,
            "encoded_size": entry.encoded_body_size,
            "decoded_size": entry.decoded_body_size,
            "status": entry.response_status,
            "content_type": entry.content_type,
            "content_encoding": entry.content_encoding,
        }
    )


def _without_missing(entry: dict[str, Any]) -> dict[str, Any]:
    # NB: what a browser does not know is undefined, and so left out.
    return {name: value for name, value in entry.items() if value is not None}
