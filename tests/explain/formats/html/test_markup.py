"""
HTML is put together so that text stays text.
"""

from __future__ import annotations

import pytest

from browsercors.explain.formats.html.markup import Markup, element, joined, link, void_element


@pytest.mark.parametrize(
    ("made", "html"),
    [
        (element("p"), "<p></p>"),
        (element("p", "a", "<b>"), "<p>a&lt;b&gt;</p>"),
        (element("p", element("b", "&")), "<p><b>&amp;</b></p>"),
        (element("p", class_="a"), '<p class="a"></p>'),
        (element("p", aria_label="\"<'>\x00"), '<p aria-label="&quot;&lt;&#x27;&gt;\\x00"></p>'),
        (element("th", scope="col", tabindex=-1), '<th scope="col" tabindex="-1"></th>'),
        (void_element("line", x1=1), '<line x1="1"/>'),
        (void_element("meta"), "<meta/>"),
        (joined(("<", Markup("<i>"), "\ud800"), "&"), "&lt;&<i>&\\ud800"),
        (Markup("<i>") + "<", "<i>&lt;"),
        (link("https://a.example/?b&c", "<"), '<a href="https://a.example/?b&amp;c" rel="noreferrer">&lt;</a>'),
    ],
)
def test_what_is_not_markup_is_escaped(made: str, html: str) -> None:
    assert html == made
    assert isinstance(made, Markup)


@pytest.mark.parametrize(
    "url",
    ["http://a.example/", "javascript:1", "//a.example", "", "HTTPS://a.example/", "https://a b", "https://a\x00",
     "https://a\u202e", 'https://a"', "https://a'", "https://a<", "https://a>", "https://a`", "data:text/html,x"],
)  # fmt: skip
def test_what_is_no_plain_https_url_is_no_link(url: str) -> None:
    assert "text" == link(url, "text")
