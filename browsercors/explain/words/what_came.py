"""
What a response is, in the words of a report: by its first bytes, as far as they tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.sanitise import shown
from browsercors.protections.opaque_response_blocking import begins_like_html_xml_or_json
from browsercors.values.formats.json_text import is_json
from browsercors.values.formats.mime_sniffing import (
    audio_or_video_type,
    image_format,
    is_binary,
    is_font,
    looks_like_svg,
)
from browsercors.values.formats.mime_types import utf8_decode

if TYPE_CHECKING:
    from browsercors.fetch.timeline import Exchange
    from browsercors.values.wire import HTTPResponse

__all__ = ["answered", "status_line", "what_came"]

MOST_READ: Final = 2**16
"""How many bytes are looked at."""

FIRST_ERROR: Final = 400


def what_came(exchange: Exchange) -> str:
    """
    Return what the body of a response is, such as "an HTML page"; "an empty body" for none.
    """
    body = (exchange.response_body or b"")[:MOST_READ]
    if not body:
        return "an empty body"
    image = "image/svg+xml" if looks_like_svg(body) else image_format(body)
    if image is not None:
        return f"an image ({image})"
    sound = audio_or_video_type(body)
    if sound is not None:
        return f"audio or video ({sound})"
    if is_font(body):
        return "a font"
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<?xml"):
        return "XML"
    if start.startswith(b"<") and begins_like_html_xml_or_json(body):
        return "an HTML page"
    if start[:1] in (b"{", b"[") and is_json(utf8_decode(body)):
        return "JSON"
    return "something that is no text" if is_binary(body) else _named_by_type(exchange)


def _named_by_type(exchange: Exchange) -> str:
    essence = exchange.response_headers.get("Content-Type", "").partition(";")[0].strip().lower()
    known = {"text/html": "an HTML page", "application/json": "JSON", "text/xml": "XML", "application/xml": "XML"}
    return known.get(essence) or (f"text (its type is {shown(essence)})" if essence else "text without a type")


def answered(exchange: Exchange | None) -> str:
    """
    Return that the server answered with an error, as the beginning of a clause; empty if it did not.
    """
    if exchange is None or (exchange.status or 0) < FIRST_ERROR or exchange.http_response is None:
        return ""
    return f"the server answered {status_line(exchange.http_response)}, and "


def status_line(response: HTTPResponse) -> str:
    """
    Return the status with its reason phrase, such as "404 Not Found".
    """
    return f"{response.status} {shown(response.reason)}" if response.reason else str(response.status)
