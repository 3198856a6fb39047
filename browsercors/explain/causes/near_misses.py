"""
How an Access-Control-Allow-Origin that names no origin, or another one, nearly names the page's.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from browsercors.values.urls import parse_url

__all__ = ["NearMiss", "near_miss"]

LONGEST: Final = 300
"""No origin is longer; what is longer nearly names none."""


class NearMiss(NamedTuple):
    """
    What nearly names an origin.

    Attributes:
        meaning: What is wrong with the value.
        remedy: What to change.
        is_same: Whether it was meant for the very origin of the page.
    """

    meaning: str
    remedy: str
    is_same: bool = True


LOOPBACK: Final = re.compile(r"://(?:localhost|127\.0\.0\.1|\[::1\])(?![^:/])")
COMPARED: Final = "Browsers compare the header with the page's origin character by character"


def near_miss(value: str, page_origin: str) -> NearMiss | None:
    """
    Say how *value* nearly names *page_origin*; None if it does not.
    """
    value = value.strip()
    if len(value) > LONGEST or value == page_origin or page_origin == "null":
        return None
    if not value:
        return EMPTY
    bare = value.strip("\"'[]()<>;, ")
    if bare == page_origin:
        return NOT_BARE
    return next((miss for is_it, miss in MISSES if is_it(bare, page_origin)), None)


def _origin_of(text: str) -> str:
    url = parse_url(text)
    return "" if url is None or not url.is_http else url.origin.serialized


def _has_path(bare: str, page: str) -> bool:
    return "*" not in bare and bare.lower().startswith(f"{page}/")


def _has_default_port(bare: str, page: str) -> bool:
    return bare.lower() in {f"{page}:443", f"{page}:80"} and _origin_of(bare) == page


def _has_capitals(bare: str, page: str) -> bool:
    return bare != page and bare.lower() == page


def _has_no_scheme(bare: str, page: str) -> bool:
    return bare.lower() == page.partition("://")[2] or bare.lower() == f"//{page.partition('://')[2]}"


def _is_pattern(bare: str, page: str) -> bool:  # noqa: ARG001 - as the others
    return "*" in bare and bare != "*" and not {",", " "} & set(bare)


def _has_other_scheme(bare: str, page: str) -> bool:
    scheme, _, rest = page.partition("://")
    return bare.lower() == f"{'http' if scheme == 'https' else 'https'}://{rest}"


def _has_other_port(bare: str, page: str) -> bool:
    named, asked = parse_url(bare), parse_url(page)
    return named is not None and asked is not None and (named.scheme, named.host) == (asked.scheme, asked.host)


def _has_other_loopback(bare: str, page: str) -> bool:
    return bare != page and LOOPBACK.sub("://localhost", bare.lower()) == LOOPBACK.sub("://localhost", page)


def _has_other_www(bare: str, page: str) -> bool:
    return bare.lower().replace("://www.", "://") == page.replace("://www.", "://")


EMPTY: Final = NearMiss(
    "The header is there and empty: a layer sets it from a setting or a variable that has no value.",
    "Find the layer that adds it, and give it the origin, or let it leave the header out.",
    is_same=False,
)
NOT_BARE: Final = NearMiss(f"{COMPARED}: quotes, brackets, commas and semicolons count.", "Send the bare origin.")
MISSES: Final = (
    (_has_path, NearMiss(f"{COMPARED}, and an origin has no path, not even a slash.", "Send the origin without it.")),
    (
        _has_default_port,
        NearMiss(f"{COMPARED}, and an origin does not write the default port.", "Send the origin without the port."),
    ),
    (_has_capitals, NearMiss(f"{COMPARED}, and they write it in small letters.", "Send it in small letters.")),
    (_has_no_scheme, NearMiss("An origin begins with its scheme.", "Send the origin with https:// or http://.")),
    (
        _is_pattern,
        NearMiss(
            "The header knows no patterns: * stands for every origin only where it stands alone.",
            "Let the server compare the Origin of the request with the pattern, and send that origin back with "
            "Vary: Origin.",
            is_same=False,
        ),
    ),
    (
        _has_other_scheme,
        NearMiss("It names the same host with another scheme.", "Name the scheme that the page has.", is_same=False),
    ),
    (
        _has_other_www,
        NearMiss(
            "With and without www. are two origins.", "Name the one that the page has, or both, by list.", is_same=False
        ),
    ),
    (
        _has_other_loopback,
        NearMiss(
            "localhost, 127.0.0.1 and [::1] are different origins.", "Name the one that the page has.", is_same=False
        ),
    ),
    (
        _has_other_port,
        NearMiss("It names the same host with another port.", "Name the port that the page has.", is_same=False),
    ),
)
"""The first that fits is said."""
