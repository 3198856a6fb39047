"""
The type that Chromium states for a `data:` URL.

Recorded in the scenarios `data-urls`; the standard writes the type anew, Chromium keeps most of what is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.formats.mime_types import HTTP_TOKEN, serialize_mime_type

if TYPE_CHECKING:
    from browsercors.values.formats.data_urls import DataURLStruct

__all__ = ["content_type"]

WHITESPACE: Final = "\t\n\f\r "


def content_type(data: DataURLStruct) -> bytes | None:
    """
    Return the `Content-Type` of the response for a `data:` URL.

    Parameters stay as they are written, with their quotes, and `charset` goes to the end. Quotes end nothing: a
    parameter runs to the next semicolon.

    Returns:
        The value; None for failure, where the `charset` is no token.
    """
    if not data.written_type:
        return serialize_mime_type(data.mime_type).encode("ascii")
    parameters: list[str] = []
    charset = ""
    for piece in data.written_type.split(";")[1:]:
        name, equals, value = piece.strip(WHITESPACE).partition("=")
        if name.lower() == "charset" and not charset and value:
            charset = value[1:-1] if value.startswith('"') and value.endswith('"') else value
            if HTTP_TOKEN.match(charset.strip(WHITESPACE)) is None:
                return None
        elif name.lower() != "charset" and name and equals and name[-1] not in WHITESPACE:
            parameters.append(f"{name}={_with_both_quotes(value)}")
    if charset:
        parameters.append(f"charset={charset}" if HTTP_TOKEN.match(charset) else f'charset="{charset}"')
    return ";".join([data.mime_type.essence, *parameters]).encode("latin-1")


def _with_both_quotes(value: str) -> str:
    """
    Close the quotes of a value that opens them.
    """
    if not value.startswith('"'):
        return value
    return value if value.endswith('"') and len(value) > 1 else f'{value}"'
