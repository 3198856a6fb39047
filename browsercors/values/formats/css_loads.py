"""
What a style sheet loads: the sheets that it imports, and its fonts.

https://drafts.csswg.org/css-cascade-5/#at-import
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from browsercors.values.expressions import compiled_late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tinycss2.ast import Node

__all__ = ["css_loads", "decode_stylesheet"]

LOADING_RULE = compiled_late(r"@(?:import|font-face|[-\w]*+\\)", re.IGNORECASE)
"""What begins the rules that load something; an escape may spell their names otherwise."""

MARKS_OF_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
CHARSET: Final = b'@charset "'

LONGEST_RULE: Final = 2**16
LONGEST_TEXT: Final = 2**19
"""How much of a style sheet is read, in characters; a longer one is cut there."""


def decode_stylesheet(body: bytes, charset: str = "", inherited: str = "") -> tuple[str, str]:
    """
    Decode a style sheet.

    Args:
        body: Its bytes.
        charset: The encoding that its type names; empty if it names none.
        inherited: The encoding of the sheet that imports it; empty for none.

    Returns:
        Its text, and the label of its encoding; empty for UTF-8.

    https://drafts.csswg.org/css-syntax-3/#input-byte-stream
    """
    # NB: nearly all are in UTF-8, and say so or nothing.
    is_marked = body.startswith((*MARKS_OF_UTF_16, CHARSET))
    if charset.lower() in {"", "utf-8"} and not inherited and not is_marked:
        return body.decode("utf-8", "replace").removeprefix("\ufeff"), ""
    # NB: imported late, for the same reason; it follows the Encoding standard.
    from tinycss2.bytes import decode_stylesheet_bytes

    text, encoding = decode_stylesheet_bytes(body, charset or None, inherited or None)
    return str(text), "" if encoding.name == "utf-8" else str(encoding.name)


def css_loads(text: str) -> Iterator[tuple[Literal["css-import", "font"], str]]:
    """
    Yield what a style sheet loads, in order: the URLs of its `@import` rules, and the first one of each `@font-face`.

    Conditions (`media`, `supports()`, `layer`) are taken to be met, and fonts to be used.

    Args:
        text: The style sheet.

    Yields:
        How it is loaded, and its URL as it is written.
    """
    # NB: few sheets load anything, so most are not parsed at all, and others no further than they have to be.
    text = text[:LONGEST_TEXT]
    end = max((match.end() for match in LOADING_RULE.finditer(text)), default=0)
    if not end:
        return
    # NB: imported late, since few pages load style sheets.
    import tinycss2

    imports_may_follow = True
    for rule in tinycss2.parse_stylesheet(text[: end + LONGEST_RULE], skip_comments=True, skip_whitespace=True):
        if rule.type != "at-rule":
            # NB: an `@import` behind another rule is invalid.
            imports_may_follow = imports_may_follow and rule.type == "error"
            continue
        name = rule.lower_at_keyword
        if name == "import" and imports_may_follow and rule.content is None:
            address = _first_url(rule.prelude, strings=True)
            if address:
                yield "css-import", address
        elif name == "font-face" and rule.content is not None:
            imports_may_follow = False
            address = _source_of_font(rule.content)
            if address:
                yield "font", address
        elif name not in {"charset", "layer", "import"}:
            imports_may_follow = False


def _source_of_font(content: Sequence[Node]) -> str:
    """
    Return the first URL of the last `src` of a `@font-face`; empty if there is none.
    """
    import tinycss2

    found = ""
    for declaration in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if declaration.type == "declaration" and declaration.lower_name == "src":
            found = _first_url(declaration.value, strings=False)
    return found


def _first_url(nodes: Sequence[Node], *, strings: bool) -> str:
    """
    Return the first URL among *nodes*, with or without `url()` around it if *strings* are allowed; empty for none.
    """
    for node in nodes:
        if node.type == "url" or (strings and node.type == "string"):
            return str(node.value)
        if node.type == "function" and node.lower_name == "url":
            return next((str(each.value) for each in node.arguments if each.type == "string"), "")
        if strings and node.type not in {"whitespace", "comment"}:
            return ""
    return ""
