"""
What the standard calls a failure, which is nothing; and what more than one browser goes by to name one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.rules.failures import FailedFetch, Identifier
    from browsercors.values.findings import Finding

__all__ = ["no_identifier", "scheme_of", "scheme_of_location"]


def no_identifier(finding: Finding, failed: FailedFetch) -> Identifier | None:
    """
    Name no failure: to the standard all are a network error.
    """
    return None


def scheme_of(url: object) -> str:
    """
    Return the scheme of what is a URL, or what stands in its place.
    """
    return str(url).partition(":")[0]


def scheme_of_location(failed: FailedFetch) -> str | None:
    """
    Return where a redirect leads: a scheme, an empty string for what is no URL, None for nowhere.
    """
    location = None if failed.headers is None else failed.headers.get(b"location")
    if not location:
        return None
    url = parse_url(location.decode("latin-1"), failed.url)
    return "" if url is None else url.scheme
