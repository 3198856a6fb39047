"""
What Chromium tells pages of how long their loads took.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from browsercors.rules.elements.timing import EntryOfFailure, SizesShown, TimingRules
from browsercors.values.findings import Reason
from browsercors.values.formats.mime_groups import FONT, TypeGroup

__all__ = ["CHROMIUM_TIMING"]

SAVED: Final = TypeGroup(
    frozenset(
        {
            "application/gzip",
            "application/octet-stream",
            "application/zip",
            "text/calendar",
            "text/comma-separated-values",
            "text/csv",
            "text/directory",
            "text/ldif",
            "text/ofx",
            "text/qif",
            "text/rtf",
            "text/tab-separated-values",
            "text/tsv",
            "text/vcalendar",
            "text/vcard",
            "text/x-calendar",
            "text/x-csv",
            "text/x-vcalendar",
            "text/x-vcard",
            "text/x-vcf",
        }
    )
)
"""Types that a visitor can only save."""

CHROMIUM_TIMING: Final = TimingRules(
    sizes=SizesShown.ALLOWED,
    failed_for=MappingProxyType({Reason.INTEGRITY_MISMATCH: EntryOfFailure.SIZED}),
    unlisted_fetches=frozenset(
        {
            Reason.CONTENT_SECURITY_POLICY,
            Reason.KEEPALIVE_BODY_TOO_LARGE,
            Reason.NO_CORS_REDIRECT_MODE,
            Reason.SAME_ORIGIN_MODE,
        }
    ),
    opaque_redirects=EntryOfFailure.BARE,
    hidden_types=FONT.and_also(SAVED),
    lists_repeated=False,
)
