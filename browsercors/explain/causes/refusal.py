"""
What a refusal says: its body as one short line of text.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from browsercors.explain.words.sanitise import shown

if TYPE_CHECKING:
    from browsercors.fetch.timeline import Exchange

__all__ = ["quoted_body", "quoted_text"]

MOST_READ: Final = 16 * 1024
UNSEEN: Final = ("script", "style", "svg", "head", "noscript")
"""Elements whose text nobody sees; the title is in the head, and is read all the same."""


def quoted_body(exchange: Exchange) -> str:
    """
    Return what the body says, short and printable; empty if it says nothing.
    """
    return quoted_text(exchange.response_body or b"")


def quoted_text(body: bytes) -> str:
    """
    Return what *body* says, short and printable; empty if it says nothing.
    """
    if not body:
        return ""
    text = body[:MOST_READ].decode("utf-8", "replace")
    if "\0" in text or text.count("\ufffd") > len(text) // 10:
        return f"({len(body)} bytes that are not text)"
    if text.lstrip()[:1] == "<":
        text = _text_of_markup(text)
    words = " ".join(text.split())
    return shown(words) if words else ""


def _text_of_markup(markup: str) -> str:
    """
    Return what a reader would see of HTML or XML.
    """
    # NB: no expression, since one that finds tags takes the square of the length for markup made to that end.
    pieces: list[str] = []
    hidden = ""
    for part in markup.split("<")[1:]:
        tag, closed, text = part.partition(">")
        if not closed:
            continue
        name = tag.split(None, 1)[0].lower().rstrip("/") if tag.strip() else ""
        if hidden:
            # NB: the end of a head need not be written.
            hidden = "" if name in {f"/{hidden}", "body"} else hidden
        elif name in UNSEEN and not tag.endswith("/"):
            hidden = name
        # NB: a heading often says what the title has said.
        is_new = not pieces or " ".join(text.split()) not in pieces[-1]
        if (not hidden or name == "title") and text.strip() and is_new:
            pieces.append(text)
    return html.unescape(" ".join(pieces))
