"""
What is quoted of a body.
"""

from __future__ import annotations

import time

import pytest

from browsercors import Answer
from browsercors.explain.causes.refusal import quoted_body
from tests.explain.pages import fetched


def quoted(body: bytes | str) -> str:
    return quoted_body(fetched({"*": Answer(403, {}, body)}).exchanges[0])


BODIES: list[tuple[str, bytes | str, str]] = [
    ("nothing", "", ""),
    ("blanks", " \n\t ", ""),
    ("text", "No,\n  not you", "No, not you"),
    ("JSON", '{"a": "<b>"}', '{"a": "<b>"}'),
    ("XML", "<Error><Code>AccessForbidden</Code>\n<Message>No</Message></Error>", "AccessForbidden No"),
    (
        "HTML",
        "<!doctype html><head><title>Wait</title><style>a{}</style></head><script>x<1</script><p>Stop &amp; go</p>",
        "Wait Stop & go",
    ),
    ("HTML whose head does not end", "<html><head><title>Wait</title><body><p>Stop</p>", "Wait Stop"),
    ("a tag that does not end", "<p>Stop<b", "Stop"),
    ("bytes", b"\x89PNG\r\n\x1a\n\0\0", "(10 bytes that are not text)"),
    ("another charset", "Zugriff für Sie verweigert".encode("latin-1"), "Zugriff f\ufffdr Sie verweigert"),
]


@pytest.mark.parametrize(("_story", "body", "expected"), BODIES, ids=[row[0] for row in BODIES])
def test_a_body_is_quoted(_story: str, body: bytes | str, expected: str) -> None:
    assert expected == quoted(body)


def test_a_long_body_is_cut() -> None:
    assert len(quoted("x" * 100_000)) < 400


@pytest.mark.parametrize("part", ["<", "<script>", "<!--", "</", "< ", "&", "<title>"])
def test_no_markup_takes_long(part: str) -> None:
    begin = time.perf_counter()

    quoted(part * (1_000_000 // len(part)))

    assert time.perf_counter() - begin < 1
