"""
For how long a response stays fresh, and how old it is.
"""

from __future__ import annotations

import math
from typing import Any

import attrs
import pytest

from browsercors.http_cache.freshness import freshness_lifetime
from browsercors.http_cache.storing import to_stored
from browsercors.rules.caching import PRIVATE_CACHE, SHARED_CACHE
from tests.http_cache.test_storing import CHANGED_HOUR_AGO, DATE, HOUR_AGO, IN_AN_HOUR, NOW, request, response, rules

LIFETIME_CASES = [
    # headers                                                         status  shared    private
    ((), 200, None, None),
    (("Cache-Control: max-age=60",), 200, 60.0, 60.0),
    (("Cache-Control: max-age=60, s-maxage=10",), 200, 10.0, 60.0),
    (("Cache-Control: max-age=60", IN_AN_HOUR), 200, 60.0, 60.0),
    (("Cache-Control: max-age=60", IN_AN_HOUR), 500, 60.0, 60.0),
    (("Cache-Control: max-age=x",), 200, 0.0, 0.0),
    (("Cache-Control: max-age=-1",), 200, 0.0, 0.0),
    (("Cache-Control: max-age",), 200, 0.0, 0.0),
    (("Cache-Control: max-age=99999999999999999999",), 200, 2.0**31, 2.0**31),
    ((IN_AN_HOUR, DATE), 200, 3600.0, 3600.0),
    ((IN_AN_HOUR, HOUR_AGO), 200, 7200.0, 7200.0),
    ((IN_AN_HOUR,), 200, 3600.0, 3600.0),
    (("Expires: Thu, 01 Jan 2015 00:00:00 GMT",), 200, 0.0, 0.0),
    (("Expires: 0",), 200, 0.0, 0.0),
    (("Expires: 0", CHANGED_HOUR_AGO), 200, 0.0, 0.0),
    ((CHANGED_HOUR_AGO, DATE), 200, 360.0, 360.0),
    ((CHANGED_HOUR_AGO,), 200, 360.0, 360.0),
    ((CHANGED_HOUR_AGO, "Date: Thu, 28 May 2026 18:26:40 GMT"), 200, 0.0, 0.0),
    ((CHANGED_HOUR_AGO,), 404, 360.0, 360.0),
    ((CHANGED_HOUR_AGO,), 500, None, None),
    ((CHANGED_HOUR_AGO, "Cache-Control: public"), 500, 360.0, 360.0),
    (("Last-Modified: yesterday",), 200, None, None),
]


@pytest.mark.parametrize(("lines", "status", "shared", "private"), LIFETIME_CASES)
def test_a_response_says_how_long_it_lasts_or_it_is_guessed(
    lines: tuple[str, ...], status: int, shared: float | None, private: float | None
) -> None:
    answer = response(*lines, status=status)

    assert shared == freshness_lifetime(answer, NOW, SHARED_CACHE)
    assert private == freshness_lifetime(answer, NOW, PRIVATE_CACHE)


@pytest.mark.parametrize(
    ("lines", "changes", "expected"),
    [
        ((), {"default_lifetimes": {200: 120.0}}, 120.0),
        ((), {"default_lifetimes": {404: 120.0}}, None),
        ((CHANGED_HOUR_AGO,), {"default_lifetimes": {200: 120.0}}, 360.0),
        ((CHANGED_HOUR_AGO,), {"default_lifetimes": {200: 120.0}, "heuristic_fraction": 0.0}, 120.0),
        ((CHANGED_HOUR_AGO,), {"heuristic_fraction": 0.5}, 1800.0),
        (("Expires: 0",), {"invalid_expires_means_expired": False, "default_lifetimes": {200: 120.0}}, 120.0),
    ],
)
def test_rules_say_what_is_guessed(lines: tuple[str, ...], changes: dict[str, Any], expected: float | None) -> None:
    assert expected == freshness_lifetime(response(*lines), NOW, rules(**changes))


AGE_CASES = [
    # headers                        the request took   age
    ((), 0.0, 0.0),
    ((), 5.0, 5.0),
    (("Age: 10",), 0.0, 10.0),
    (("Age: 10",), 5.0, 15.0),
    (("Age: 10, 20",), 0.0, 10.0),
    (("Age: x",), 0.0, 0.0),
    ((HOUR_AGO,), 0.0, 3600.0),
    ((HOUR_AGO, "Age: 10"), 0.0, 3600.0),
    ((HOUR_AGO, "Age: 4000"), 5.0, 4005.0),
    (("Date: Thu, 28 May 2026 21:26:40 GMT",), 0.0, 0.0),
    (("Date: today",), 0.0, 0.0),
]


@pytest.mark.parametrize(("lines", "took", "expected"), AGE_CASES)
def test_a_response_may_be_old_when_it_comes(lines: tuple[str, ...], took: float, expected: float) -> None:
    kept = to_stored(request(time=NOW - took), response(*lines), NOW, SHARED_CACHE)

    assert expected == kept.age(NOW)
    assert expected + 7 == kept.age(NOW + 7)
    # A request that was sent earlier, and gets its answer later.
    assert expected == kept.age(NOW - 7)


def test_some_caches_believe_neither_age_nor_date() -> None:
    deaf = rules(reads_age=False, reads_date=False)

    assert to_stored(request(), response(HOUR_AGO, "Age: 10"), NOW, deaf).age(NOW) == 0.0


def test_the_standard_has_two_kinds_of_caches() -> None:
    assert (SHARED_CACHE.is_shared, PRIVATE_CACHE.is_shared) == (True, False)
    assert attrs.evolve(SHARED_CACHE, is_shared=False) == PRIVATE_CACHE
    assert math.inf == SHARED_CACHE.maximum_lifetime
