"""
What a style sheet loads.
"""

from __future__ import annotations

from typing import Final

import pytest

from browsercors.values.formats.css_loads import LONGEST_TEXT, css_loads

FONT: Final = "@font-face { font-family: A; src: local(B), url(a.woff2) format('woff2'), url(b.woff) }"

CASES: Final[dict[str, tuple[str, list[tuple[str, str]]]]] = {
    "nothing": ("", []),
    "no rule that loads": ("a { b: url(c.png) }", []),
    "imports": (
        "@charset 'x'; @import 'a.css'; @import url(b.css) screen; @layer c;",
        [("css-import", "a.css"), ("css-import", "b.css")],
    ),
    "an import behind another rule": ("a { } @import 'a.css';", []),
    "a font": (FONT, [("font", "a.woff2")]),
    "a font without a URL": ("@font-face { src: local(A) }", []),
    "an escape in the name of the rule": (r"@\69mport 'a.css';", [("css-import", "a.css")]),
    "an escape elsewhere": (r".a\:b { c: d }", []),
    "in a comment and in a string": ("/* @import 'a.css'; */ a { content: \"@font-face { src: url(b) }\" }", []),
    "behind much else": ("a{b:c}" * 1000 + FONT + "a{b:c}" * 20_000, [("font", "a.woff2")]),
    "beyond the limit": ("/*" + "x" * LONGEST_TEXT + "*/" + FONT, []),
    "brackets without an end": ("@import 'a.css';" + "({[" * 1000, [("css-import", "a.css")]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_style_sheet_loads_is_found(name: str) -> None:
    text, expected = CASES[name]

    assert expected == list(css_loads(text))
