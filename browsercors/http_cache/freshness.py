"""
The freshness lifetime and the age of a response.

https://www.rfc-editor.org/rfc/rfc9111#section-4.2
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.values.formats.cache_control import delta_seconds, directives_of
from browsercors.values.formats.http_dates import parse_http_date

if TYPE_CHECKING:
    from browsercors.rules.caching import CachingRules
    from browsercors.values.wire import HTTPResponse

__all__ = ["freshness_lifetime", "initial_age"]


def freshness_lifetime(response: HTTPResponse, response_time: float, rules: CachingRules) -> float | None:
    """
    Calculate the freshness lifetime (section 4.2.1); None if there is neither an explicit nor a heuristic one.
    """
    headers = response.headers
    directives = directives_of(headers, rules.directives)
    date = parse_http_date(headers.get(b"date") or b"")
    made = response_time if date is None else date

    # 1. A shared cache uses `s-maxage`.
    if rules.is_shared and "s-maxage" in directives:
        return delta_seconds(directives["s-maxage"])
    # 2. Otherwise `max-age`.
    if "max-age" in directives:
        return delta_seconds(directives["max-age"])
    # 3. Otherwise `Expires`; an invalid date is in the past.
    expires = headers.get(b"expires")
    if expires is not None:
        until = parse_http_date(expires)
        if until is not None:
            return max(0.0, until - made)
        if rules.invalid_expires_means_expired:
            return 0.0
    # 4. Otherwise a heuristic lifetime (section 4.2.2).
    modified = parse_http_date(headers.get(b"last-modified") or b"")
    explicitly = rules.public_is_heuristic and "public" in directives
    guesses = rules.heuristic_fraction and not (
        rules.must_revalidate_forbids_heuristics and "must-revalidate" in directives
    )
    if guesses and modified is not None and (response.status in rules.heuristic_statuses or explicitly):
        return max(0.0, made - modified) * rules.heuristic_fraction
    return rules.default_lifetimes.get(response.status)


def _age_value(response: HTTPResponse, rules: CachingRules) -> float:
    age = response.headers.get(b"age") if rules.reads_age else None
    return 0.0 if age is None else delta_seconds(age.split(b",")[0].strip(b"\t ").decode("latin-1"))


def initial_age(request_time: float, response: HTTPResponse, response_time: float, rules: CachingRules) -> float:
    """
    Calculate the age of a response when it arrived (section 4.2.3).
    """
    apparent_age = 0.0
    if rules.reads_date:
        date = parse_http_date(response.headers.get(b"date") or b"")
        apparent_age = 0.0 if date is None else max(0.0, response_time - date)
    corrected_age_value = _age_value(response, rules) + max(0.0, response_time - request_time)
    return max(apparent_age, corrected_age_value)
