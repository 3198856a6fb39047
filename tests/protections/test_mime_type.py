"""
Types that no script has.
"""

from __future__ import annotations

import pytest

from browsercors.protections.mime_type import should_response_to_request_be_blocked_due_to_its_mime_type
from browsercors.values.findings import Reason
from browsercors.values.headers import HeaderList

CASES = [
    # destination      Content-Type                 step  blocked?
    ("script",         None,                        "2",  False),
    ("script",         "nonsense",                  "2",  False),
    ("script",         "text/javascript",           "5",  False),
    ("script",         "text/html",                 "5",  False),
    ("script",         "application/ogg",           "5",  False),
    ("script",         "image/png",                 "4",  True),
    ("script",         "AUDIO/mpeg; codecs=mp3",    "4",  True),
    ("script",         "video/webm",                "4",  True),
    ("script",         "text/csv",                  "4",  True),
    ("script",         "image/png, text/plain",     "5",  False),
    ("worker",         "image/png",                 "4",  True),
    ("sharedworker",   "image/png",                 "4",  True),
    ("serviceworker",  "text/csv",                  "4",  True),
    ("audioworklet",   "text/csv",                  "4",  True),
    ("paintworklet",   "text/csv",                  "4",  True),
    ("style",          "image/png",                 "5",  False),
    ("xslt",           "image/png",                 "5",  False),
    ("image",          "text/csv",                  "5",  False),
    ("",               "image/png",                 "5",  False),
]  # fmt: skip


@pytest.mark.parametrize(("destination", "content_type", "step", "is_blocked"), CASES)
def test_no_image_media_or_table_is_run(
    destination: str, content_type: str | None, step: str, is_blocked: bool
) -> None:
    headers = HeaderList([] if content_type is None else [(b"Content-Type", content_type.encode())])
    finding = should_response_to_request_be_blocked_due_to_its_mime_type(destination, headers)

    assert (step, is_blocked) == (finding.step, not finding.ok)
    assert (Reason.MIME_TYPE_BLOCKED if is_blocked else None) is finding.reason
