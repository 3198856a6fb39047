"""
The headers that a browser adds, and the place of each header on the wire.
"""

from __future__ import annotations

from typing import Any, Final

import attrs
import pytest

from browsercors.engines.standard.profile import STANDARD
from browsercors.rules.wire import AcceptEncoding, Shift, WireRules
from browsercors.values.headers import HeaderList
from browsercors.values.requests import Request
from browsercors.values.sites import Sites
from tests.fetch.engine import API, make_environment, parsed

SITES: Final = Sites()

ORDER: Final = (b"host", b"accept", b"*", b"origin", b"cookie")
ORDER_WITH_MOVED: Final = (b"**", b"host", b"accept", b"*")


def wire(**changes: Any) -> WireRules:
    return attrs.evolve(STANDARD.wire, **{"order": ORDER, "shifts": (), **changes})


def request(*page_headers: tuple[bytes, bytes], method: bytes = b"GET") -> Request:
    page = make_environment()
    return Request(
        method=method,
        url_list=[parsed(API)],
        header_list=HeaderList(page_headers),
        client=page,
        origin=page.origin,
        page_header_list=page_headers,
    )


def ordered(rules: WireRules, made: Request, *names: bytes) -> list[bytes]:
    place = rules.place_on_the_wire(made, SITES)
    return [name for name, _ in sorted([(name, b"x") for name in names], key=place)]


class TestOrder:
    def test_a_header_has_the_place_of_its_name_in_any_case(self) -> None:
        assert [b"Host", b"ACCEPT", b"Cookie"] == ordered(wire(), request(), b"Cookie", b"ACCEPT", b"Host")

    def test_a_header_without_a_place_stands_at_the_star_in_its_own_order(self) -> None:
        assert [b"Accept", b"X-B", b"X-A", b"Origin"] == ordered(
            wire(), request(), b"Origin", b"X-B", b"Accept", b"X-A"
        )

    def test_a_header_that_the_page_moved_stands_at_the_two_stars(self) -> None:
        rules = wire(order=ORDER_WITH_MOVED, names_moved_by_page=frozenset({b"accept"}))

        assert [b"Accept", b"Host"] == ordered(rules, request((b"Accept", b"text/plain")), b"Host", b"Accept")

    def test_the_browser_s_own_header_of_that_name_stays_in_its_place(self) -> None:
        rules = wire(order=ORDER_WITH_MOVED, names_moved_by_page=frozenset({b"accept"}))

        assert [b"Host", b"Accept"] == ordered(rules, request(), b"Accept", b"Host")

    def test_without_two_stars_a_moved_header_stands_at_the_star(self) -> None:
        rules = wire(names_moved_by_page=frozenset({b"host"}))

        assert [b"Accept", b"Host", b"Origin"] == ordered(
            rules, request((b"Host", b"x")), b"Host", b"Origin", b"Accept"
        )

    def test_a_long_header_has_a_place_too(self) -> None:
        place = wire().place_on_the_wire(request(), SITES)

        assert place((b"Accept", b"a" * 100_000)) == place((b"Accept", b"a"))


def test_what_is_remembered_of_header_lists_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browsercors.rules.wire.LISTS_KEPT", 3)
    rules = wire()
    for number in range(10):
        rules.remember(number, HeaderList([(b"a", b"%d" % number)]))
    rules.remember("long", HeaderList([(b"a", b"x" * 3000)]))

    assert 0 < len(rules.written) <= 3
    assert "long" not in rules.written


def is_post(made: Request, sites: Sites) -> bool:
    return made.method == b"POST"


def always(made: Request, sites: Sites) -> bool:
    return True


SHIFT_CASES = [
    # name                                shifts                                       POST  expected
    ("no shift",                          (),                                          True,
     [b"host", b"accept", b"origin"]),
    ("a shift that applies",              (Shift(is_post, b"origin", behind=b"host"),), True,
     [b"host", b"origin", b"accept"]),
    ("a shift that does not apply",       (Shift(is_post, b"origin", behind=b"host"),), False,
     [b"host", b"accept", b"origin"]),
    ("a shift behind what was shifted",   (Shift(always, b"accept", behind=b"origin"),
                                           Shift(is_post, b"host", behind=b"accept")), True,
     [b"origin", b"accept", b"host"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("shifts", "posts", "expected"), [row[1:] for row in SHIFT_CASES], ids=[row[0] for row in SHIFT_CASES]
)
def test_shifts_apply_one_after_another(shifts: tuple[Shift, ...], posts: bool, expected: list[bytes]) -> None:
    made = request(method=b"POST" if posts else b"GET")

    assert expected == ordered(wire(shifts=shifts), made, b"accept", b"origin", b"host")


def test_a_shift_keeps_the_order_of_all_other_names() -> None:
    shift = Shift(always, b"cookie", behind=b"host")

    assert [b"host", b"cookie", b"accept", b"*", b"origin"] == shift.of(ORDER)


CODINGS: Final = AcceptEncoding(plain=b"plain", loopback=b"loopback", tls=b"tls")

ACCEPT_ENCODING_CASES = [
    # name                                  TLS    trustworthy  Range   Accept-Encoding
    ("http",                                False, False,       False,  b"plain"),
    ("http to this machine",                False, True,        False,  b"loopback"),
    ("https",                               True,  True,        False,  b"tls"),
    ("a range over http",                   False, False,       True,   b"identity"),
    ("a range over https",                  True,  True,        True,   b"identity"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("over_tls", "trustworthy", "ranged", "expected"),
    [row[1:] for row in ACCEPT_ENCODING_CASES],
    ids=[row[0] for row in ACCEPT_ENCODING_CASES],
)
def test_the_codings_depend_on_the_connection(over_tls: bool, trustworthy: bool, ranged: bool, expected: bytes) -> None:
    rules = wire(accept_encoding=CODINGS)

    assert expected == dict(rules.usual[over_tls, trustworthy, ranged])[b"Accept-Encoding"]


def test_headers_for_trustworthy_urls_go_nowhere_else() -> None:
    rules = wire(extra=((b"A", b"1"),), trustworthy_extra=((b"B", b"2"),))

    assert {b"A", b"B"} <= dict(rules.usual[True, True, False]).keys()
    assert b"B" not in dict(rules.usual[False, False, False])


def test_the_page_can_replace_every_usual_header() -> None:
    rules = wire(extra=((b"A", b"1"),), trustworthy_extra=((b"B", b"2"),))

    assert {b"user-agent", b"accept-language", b"accept-encoding", b"a", b"b"} == rules.overridable
