"""
Groups of MIME types.
"""

from __future__ import annotations

import pytest

from browsercors.values.formats.mime_groups import (
    AUDIO_OR_VIDEO,
    CSS,
    FONT,
    HTML,
    IMAGE,
    JAVASCRIPT,
    JSON,
    NO_TYPES,
    SVG,
    XML,
    TypeGroup,
)
from browsercors.values.formats.mime_types import parse_mime_type

GROUPS = {
    "audio or video": AUDIO_OR_VIDEO,
    "css": CSS,
    "font": FONT,
    "html": HTML,
    "image": IMAGE,
    "javascript": JAVASCRIPT,
    "json": JSON,
    "svg": SVG,
    "xml": XML,
}

CASES = [
    # type                            its groups
    ("image/png",                     {"image"}),
    ("image/svg+xml",                 {"image", "svg", "xml"}),
    ("audio/mpeg",                    {"audio or video"}),
    ("video/mp4; codecs=avc1",        {"audio or video"}),
    ("application/ogg",               {"audio or video"}),
    ("font/woff2",                    {"font"}),
    ("application/font-woff",         {"font"}),
    ("text/html",                     {"html"}),
    ("application/xhtml+xml",         {"xml"}),
    ("TEXT/XML",                      {"xml"}),
    ("application/xml",               {"xml"}),
    ("application/json",              {"json"}),
    ("text/json",                     {"json"}),
    ("application/ld+json",           {"json"}),
    ("application/jsonp",             set()),
    ("text/javascript",               {"javascript"}),
    ("application/x-javascript",      {"javascript"}),
    ("text/css",                      {"css"}),
    ("text/plain",                    set()),
    ("nonsense",                      set()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_type_is_of_its_groups(text: str, expected: set[str]) -> None:
    mime_type = parse_mime_type(text)

    assert expected == {name for name, group in GROUPS.items() if group.has(mime_type)}
    assert not NO_TYPES.has(mime_type)


def test_groups_are_joined_and_cut() -> None:
    both = HTML.and_also(JSON)
    html, json, more = (parse_mime_type(text) for text in ("text/html", "text/json", "application/a+json"))

    assert [True, True, True] == [both.has(each) for each in (html, json, more)]
    assert [False, True, True] == [both.without("text/html").has(each) for each in (html, json, more)]
    assert TypeGroup(frozenset({"a/b"})) == TypeGroup(frozenset({"a/b", "c/d"})).without("c/d", "e/f")
