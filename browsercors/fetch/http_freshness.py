"""
For how long a response stays fresh, and how old it is already.

https://www.rfc-editor.org/rfc/rfc9111#section-4.2
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from browsercors.values.headers import get_decode_and_split
from browsercors.values.http_dates import parse_http_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.fetch.caching_rules import CachingRules
    from browsercors.values.headers import HeaderList
    from browsercors.values.wire import HTTPResponse

__all__ = ["cache_directives", "delta_seconds", "directives_of", "freshness_lifetime", "initial_age"]

GREATEST_DELTA: Final = 2**31
"""Section 1.2.2: what is longer than this is as good as for ever."""
MAX_DIGITS: Final = 10


def cache_directives(value: bytes) -> dict[str, str | None]:
    """
    Parse `Cache-Control` (section 5.2): lower-case names, with argument or None. Of repeated ones the first counts.
    """
    directives: dict[str, str | None] = {}
    for part in get_decode_and_split(value):
        name, equals, argument = part.partition("=")
        name = name.strip("\t ").lower()
        if name:
            directives.setdefault(name, argument.strip("\t ").strip('"') if equals else None)
    return directives


def directives_of(
    headers: HeaderList, parse: Callable[[bytes], Mapping[str, str | None]] = cache_directives
) -> Mapping[str, str | None]:
    """
    Return the directives of `Cache-Control` in a header list.
    """
    value = headers.get(b"cache-control")
    return {} if value is None else _parsed(parse, value)


# NB: each header is asked for its directives again and again, and a hostile one of a megabyte takes a second to parse.
@lru_cache(maxsize=32)
def _parsed(parse: Callable[[bytes], Mapping[str, str | None]], value: bytes) -> Mapping[str, str | None]:
    return parse(value)


def delta_seconds(argument: str | None) -> float:
    """
    Return what delta-seconds say; what says nothing is 0, since then the response counts as stale (section 4.2.1).
    """
    if argument is None or not (argument.isascii() and argument.isdigit()):
        return 0.0
    return float(GREATEST_DELTA if len(argument) > MAX_DIGITS else min(int(argument), GREATEST_DELTA))


def freshness_lifetime(response: HTTPResponse, response_time: float, rules: CachingRules) -> float | None:
    """
    Calculate for how long a response stays fresh (section 4.2.1); None where nothing says so and none can be guessed.
    """
    headers = response.headers
    directives = directives_of(headers, rules.directives)
    date = parse_http_date(headers.get(b"date") or b"")
    made = response_time if date is None else date

    # 1. A shared cache goes by `s-maxage`.
    if rules.is_shared and "s-maxage" in directives:
        return delta_seconds(directives["s-maxage"])
    # 2. Others, and without that, by `max-age`.
    if "max-age" in directives:
        return delta_seconds(directives["max-age"])
    # 3. Then by `Expires`; what is no date is in the past.
    expires = headers.get(b"expires")
    if expires is not None:
        until = parse_http_date(expires)
        if until is not None:
            return max(0.0, until - made)
        if rules.expires_by_form:
            return 0.0
    # 4. Otherwise it may be guessed (section 4.2.2).
    modified = parse_http_date(headers.get(b"last-modified") or b"")
    explicitly = rules.public_is_heuristic and "public" in directives
    guesses = rules.heuristic_fraction and not (rules.guesses_strictly and "must-revalidate" in directives)
    if guesses and modified is not None and (response.status in rules.heuristic_statuses or explicitly):
        return max(0.0, made - modified) * rules.heuristic_fraction
    return rules.default_lifetimes.get(response.status)


def _age_value(response: HTTPResponse, rules: CachingRules) -> float:
    age = response.headers.get(b"age") if rules.reads_age else None
    return 0.0 if age is None else delta_seconds(age.split(b",")[0].strip(b"\t ").decode("latin-1"))


def initial_age(request_time: float, response: HTTPResponse, response_time: float, rules: CachingRules) -> float:
    """
    Calculate how old a response was when it came (section 4.2.3).
    """
    apparent_age = 0.0
    if rules.reads_date:
        date = parse_http_date(response.headers.get(b"date") or b"")
        apparent_age = 0.0 if date is None else max(0.0, response_time - date)
    corrected_age_value = _age_value(response, rules) + max(0.0, response_time - request_time)
    return max(apparent_age, corrected_age_value)
