"""
What a proxy that ends TLS tells the server behind it.

These lines are the mount's and not the browser's: they go over the wire, and are in no exchange, report or recording.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from browsercors.values.literals import Forwarded
    from browsercors.values.urls import URL

__all__ = ["forwarded_by"]

CLIENT: Final = b"127.0.0.1"


def forwarded_by(url: URL, forwarded: Forwarded) -> tuple[tuple[bytes, bytes], ...]:
    """
    Return the header lines for a request of *url*, which came over https.

    Args:
        url: The URL that the browser asked for.
        forwarded: True for the `X-Forwarded-*` lines, "rfc7239" for `Forwarded`
            (https://www.rfc-editor.org/rfc/rfc7239#section-4), False for none.
    """
    if forwarded is False:
        return ()
    host = url.authority.encode("ascii")
    if forwarded == "rfc7239":
        return ((b"Forwarded", b'for=%s;host="%s";proto=https' % (CLIENT, host)),)
    return ((b"X-Forwarded-For", CLIENT), (b"X-Forwarded-Host", host), (b"X-Forwarded-Proto", b"https"))
