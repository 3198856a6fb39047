"""
What a style sheet loads.
"""

from __future__ import annotations

from typing import Final

import pytest

from browsercors.values.formats.css_loads import LONGEST_TEXT, css_loads, decode_stylesheet

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


LATIN: Final = "ä".encode("latin-1")
UTF_8: Final = "ä".encode()
RULE: Final = b'@charset "windows-1252";'

# https://drafts.csswg.org/css-syntax-3/#input-byte-stream
# story, the bytes, the encoding of the type, the inherited one: the text, and the encoding
ENCODINGS: Final[list[tuple[str, bytes, str, str, str, str]]] = [
    ("nothing said", UTF_8, "", "", "ä", ""),
    ("said to be UTF-8", UTF_8, "UTF-8", "", "ä", ""),
    ("no UTF-8", LATIN, "", "", "\ufffd", ""),
    ("the type says", LATIN, "windows-1252", "", "ä", "windows-1252"),
    ("the type says by another label", LATIN, "ISO-8859-1", "", "ä", "windows-1252"),
    ("the type says nothing known", UTF_8, "none", "", "ä", ""),
    ("a rule says", RULE + LATIN, "", "", f"{RULE.decode()}ä", "windows-1252"),
    ("a rule says what nobody knows", b'@charset "none";' + UTF_8, "", "", '@charset "none";ä', ""),
    ("a rule in single quotes", b"@charset 'windows-1252';" + UTF_8, "", "", "@charset 'windows-1252';ä", ""),
    ("a rule cannot say UTF-16", b'@charset "utf-16";' + UTF_8, "", "", '@charset "utf-16";ä', ""),
    ("the type outranks the rule", RULE + UTF_8, "utf-8", "", f"{RULE.decode()}ä", ""),
    ("the rule counts if the type is unknown", RULE + LATIN, "none", "", f"{RULE.decode()}ä", "windows-1252"),
    ("the sheet around it says", LATIN, "", "windows-1252", "ä", "windows-1252"),
    ("a type outranks the sheet around it", UTF_8, "utf-8", "windows-1252", "ä", ""),
    ("a mark outranks the type", b"\xef\xbb\xbf" + UTF_8, "windows-1252", "", "ä", ""),
    ("a mark of UTF-16", "\ufeffä".encode("utf-16-le"), "", "", "ä", "utf-16le"),
    ("a mark of the other UTF-16", "\ufeffä".encode("utf-16-be"), "utf-8", "", "ä", "utf-16be"),
    ("UTF-16 by its type", "ä".encode("utf-16-le"), "utf-16", "", "ä", "utf-16le"),
]


@pytest.mark.parametrize(
    ("body", "charset", "inherited", "text", "encoding"),
    [row[1:] for row in ENCODINGS],
    ids=[row[0] for row in ENCODINGS],
)
def test_a_style_sheet_is_read_in_its_encoding(
    body: bytes, charset: str, inherited: str, text: str, encoding: str
) -> None:
    assert (text, encoding) == decode_stylesheet(body, charset, inherited)
