"""
What Firefox tells pages of how long their loads took.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from browsercors.rules.elements.timing import EntryOfFailure, TimingRules
from browsercors.values.findings import Reason

__all__ = ["FIREFOX_TIMING"]

FIREFOX_TIMING: Final = TimingRules(
    attributes=frozenset({"response_status", "content_type"}),
    failed=EntryOfFailure.DETAILED,
    failed_for=MappingProxyType(
        {
            Reason.CROSS_ORIGIN_RESOURCE_POLICY: EntryOfFailure.UNSIZED,
            Reason.OPAQUE_RESPONSE_BLOCKED: EntryOfFailure.BARE,
            Reason.INTEGRITY_MISMATCH: EntryOfFailure.WHOLE,
            Reason.REDIRECT_MODE_ERROR: EntryOfFailure.WHOLE,
            Reason.REDIRECT_LIMIT: EntryOfFailure.HEAD,
            Reason.REDIRECT_SCHEME_NOT_HTTP: EntryOfFailure.HEAD,
            Reason.SAME_ORIGIN_MODE: EntryOfFailure.HEAD,
        }
    ),
    opaque_redirects=EntryOfFailure.WHOLE,
    keepalive_ends_at_redirect=True,
    never_sent=EntryOfFailure.NONE,
    initiator_types=MappingProxyType({"font": "other"}),
)
