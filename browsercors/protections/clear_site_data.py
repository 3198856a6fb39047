"""
Clear-Site-Data: what a response asks the browser to forget.

https://w3c.github.io/webappsec-clear-site-data/
"""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from browsercors.values.findings import Algorithm
from browsercors.values.records import quick

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList

__all__ = ["CLEAR_SITE_DATA", "ClearedData", "parse_clear_site_data"]

CLEAR_SITE_DATA = Algorithm("clear site data", "https://w3c.github.io/webappsec-clear-site-data/#clear-response")


@quick
class ClearedData(enum.Enum):
    """
    A kind of data that a response can have cleared.

    https://w3c.github.io/webappsec-clear-site-data/#grammardef-cache-directive
    """

    CACHE = "cache"
    """Responses in the HTTP cache."""

    COOKIES = "cookies"
    """The cookies of the registrable domain."""

    STORAGE = "storage"
    """What scripts store, which pages here have none of."""


TYPES: Final = MappingProxyType(
    {
        '"cache"': (ClearedData.CACHE,),
        '"cookies"': (ClearedData.COOKIES,),
        '"storage"': (ClearedData.STORAGE,),
        '"*"': tuple(ClearedData),
    }
)
"""What each type clears. Their quotes are part of them, and case matters; any other is ignored."""


def parse_clear_site_data(headers: HeaderList) -> frozenset[ClearedData]:
    """
    Return what the `Clear-Site-Data` headers of a response name.

    https://w3c.github.io/webappsec-clear-site-data/#parsing
    """
    return frozenset(
        data
        for value in headers.get_all(b"clear-site-data")
        for part in value.decode("latin-1").split(",")
        for data in TYPES.get(part.strip("\t "), ())
    )
