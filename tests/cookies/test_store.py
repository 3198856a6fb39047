"""
Cookies: parsing, storing, retrieving, evicting.
"""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest
from hypothesis import given, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from browsercors.cookies.cookie import (
    Cookie,
    CookieOutcome,
    CookieRefusal,
    SameSiteMode,
    SetCookieResult,
    serialize_cookies,
)
from browsercors.cookies.matching import default_path, domain_matches, path_matches
from browsercors.cookies.set_cookie import parse_cookie_date
from browsercors.cookies.store import ASKERS_KEPT, CookieStore
from browsercors.rules.cookies import CookieRules, SameSite
from browsercors.values.sites import Sites
from browsercors.values.urls import URL, parse_url

NOW = 1_700_000_000.0
DAY = 24 * 60 * 60
SITES = Sites("com\nexample\nuk\nco.uk\n")


def parsed(text: str) -> URL:
    url = parse_url(text)
    assert url is not None
    return url


PAGE = parsed("https://www.shop.example/a/b?c")


def new_store(**rules: Any) -> CookieStore:
    return CookieStore(CookieRules(**rules), SITES)


def stored(value: bytes, url: URL = PAGE, **rules: Any) -> Cookie:
    cookie = new_store(**rules).store(value, url, now=NOW).cookie
    assert cookie is not None
    return cookie


def sent(store: CookieStore, url: URL = PAGE, now: float = NOW, **arguments: Any) -> bytes:
    return serialize_cookies(store.retrieve(url, now=now, **arguments))


PAIR_CASES = [
    (b"a=b", b"a", b"b"),
    (b" \ta \t= \tb\t ; x", b"a", b"b"),
    (b"a=b=c", b"a", b"b=c"),
    (b"a=", b"a", b""),
    (b"=b", b"", b"b"),
    (b"b", b"", b"b"),
    (b'a="b;c"', b"a", b'"b'),
    (b"a b=c d", b"a b", b"c d"),
    (b"a\xff=\xc3\xa9", b"a\xff", b"\xc3\xa9"),
    (b"a=b\tc", b"a", b"b\tc"),
    (b"a=b, c=d", b"a", b"b, c=d"),
    (b"a=" + b"x" * 4095, b"a", b"x" * 4095),
]


@pytest.mark.parametrize(("header", "name", "value"), PAIR_CASES)
def test_name_and_value_are_parted_at_the_first_equals_sign(header: bytes, name: bytes, value: bytes) -> None:
    cookie = stored(header)

    assert (name, value) == (cookie.name, cookie.value)


ATTRIBUTE_CASES = [
    (b"a=b", {"secure": False, "http_only": False, "same_site": SameSite.UNSET, "expiry_time": None}),
    (b"a=b", {"domain": "www.shop.example", "host_only": True, "path": "/a"}),
    (b"a=b;secure ; HTTPONLY=x", {"secure": True, "http_only": True}),
    # Path
    (b"a=b; Path=/x", {"path": "/x"}),
    (b"a=b; Path=x", {"path": "/a"}),
    (b"a=b; Path", {"path": "/a"}),
    (b"a=b; Path=/x; path=/y", {"path": "/y"}),
    (b"a=b; Path=/x; path=y", {"path": "/a"}),
    (b"a=b; Path=/\xe9", {"path": "/\xe9"}),
    (b"a=b; Path=/x; Path=/" + b"y" * 1024, {"path": "/x"}),
    # Domain
    (b"a=b; Domain=shop.example", {"domain": "shop.example", "host_only": False}),
    (b"a=b; domain= .SHOP.example ", {"domain": "shop.example", "host_only": False}),
    (b"a=b; Domain=www.shop.example", {"domain": "www.shop.example", "host_only": False}),
    (b"a=b; Domain=", {"domain": "www.shop.example", "host_only": True}),
    (b"a=b; Domain=.", {"domain": "www.shop.example", "host_only": True}),
    (b"a=b; Domain=other.example; Domain=shop.example", {"domain": "shop.example"}),
    (b"a=b; Domain=" + b"x" * 1025, {"domain": "www.shop.example", "host_only": True}),
    # SameSite
    (b"a=b; SameSite=Strict", {"same_site": SameSite.STRICT}),
    (b"a=b; samesite=lax", {"same_site": SameSite.LAX}),
    (b"a=b; SameSite=NONE; Secure", {"same_site": SameSite.NONE}),
    (b"a=b; SameSite=other", {"same_site": SameSite.UNSET}),
    (b"a=b; SameSite=Lax; SameSite=other", {"same_site": SameSite.UNSET}),
    # Max-Age and Expires
    (b"a=b; Max-Age=10", {"expiry_time": NOW + 10}),
    (b"a=b; Max-Age=99999999999", {"expiry_time": NOW + 400 * DAY}),
    (b"a=b; Max-Age=" + b"9" * 1024, {"expiry_time": NOW + 400 * DAY}),
    (b"a=b; Max-Age=", {"expiry_time": None}),
    (b"a=b; Max-Age=+1", {"expiry_time": None}),
    (b"a=b; Max-Age=1.5", {"expiry_time": None}),
    (b"a=b; Max-Age=1x", {"expiry_time": None}),
    (b"a=b; Max-Age=-", {"expiry_time": None}),
    (b"a=b; Max-Age=10; Max-Age=20", {"expiry_time": NOW + 20}),
    (b"a=b; Max-Age=10; Max-Age=x", {"expiry_time": NOW + 10}),
    (b"a=b; Max-Age=10; Expires=Tue, 14 Nov 2023 23:13:20 GMT", {"expiry_time": NOW + 10}),
    (b"a=b; Expires=Tue, 14 Nov 2023 23:13:20 GMT", {"expiry_time": NOW + 3600}),
    (b"a=b; Expires=Tue, 14 Nov 2099 23:13:20 GMT", {"expiry_time": NOW + 400 * DAY}),
    (b"a=b; Expires=Tue, 14 Nov 2023 23:13:20 GMT; Expires=never", {"expiry_time": NOW + 3600}),
    (b"a=b; Expires=never", {"expiry_time": None}),
    # Unknown ones
    (b"a=b;;; =; Partitioned; Priority=High", {"secure": False, "path": "/a"}),
]


@pytest.mark.parametrize(("header", "expected"), ATTRIBUTE_CASES)
def test_attributes_are_read_as_the_rfc_says(header: bytes, expected: dict[str, object]) -> None:
    cookie = stored(header)

    assert expected == {name: getattr(cookie, name) for name in expected}


HTTP = parsed("http://www.shop.example/a/b")
LOCALHOST = parsed("http://localhost:8000/")
IP_ADDRESS = parsed("https://192.0.2.1/")

REFUSAL_CASES = [
    (b"a=b\x00", PAGE, CookieRefusal.CONTROL_CHARACTER),
    (b"a=b; x\x1fy", PAGE, CookieRefusal.CONTROL_CHARACTER),
    (b"a=b\x7f", PAGE, CookieRefusal.CONTROL_CHARACTER),
    (b"a=b\n", PAGE, CookieRefusal.CONTROL_CHARACTER),
    (b"", PAGE, CookieRefusal.EMPTY),
    (b" = ; Secure", PAGE, CookieRefusal.EMPTY),
    (b"a=" + b"x" * 4096, PAGE, CookieRefusal.TOO_LONG),
    (b"a=b; Domain=sh\xc3\xb6p.example", PAGE, CookieRefusal.DOMAIN_INVALID),
    (b"a=b; Domain=example", PAGE, CookieRefusal.PUBLIC_SUFFIX),
    (b"a=b; Domain=co.uk", parsed("https://a.co.uk/"), CookieRefusal.PUBLIC_SUFFIX),
    (b"a=b; Domain=unknown", parsed("https://a.unknown/"), CookieRefusal.PUBLIC_SUFFIX),
    (b"a=b; Domain=other.example", PAGE, CookieRefusal.DOMAIN_MISMATCH),
    (b"a=b; Domain=a.www.shop.example", PAGE, CookieRefusal.DOMAIN_MISMATCH),
    (b"a=b; Domain=op.example", PAGE, CookieRefusal.DOMAIN_MISMATCH),
    (b"a=b; Domain=2.1", IP_ADDRESS, CookieRefusal.DOMAIN_MISMATCH),
    (b"a=b; Secure", HTTP, CookieRefusal.SECURE_FROM_INSECURE),
    (b"a=b; Secure", LOCALHOST, CookieRefusal.SECURE_FROM_INSECURE),
    (b"a=b; SameSite=None", PAGE, CookieRefusal.NONE_NEEDS_SECURE),
    (b"__Secure-a=b", PAGE, CookieRefusal.SECURE_PREFIX),
    (b"__SECURE-a=b", PAGE, CookieRefusal.SECURE_PREFIX),
    (b"__Host-a=b; Path=/", PAGE, CookieRefusal.HOST_PREFIX),
    (b"__host-a=b; Secure", PAGE, CookieRefusal.HOST_PREFIX),
    (b"__Host-a=b; Secure", parsed("https://shop.example/"), CookieRefusal.HOST_PREFIX),
    (b"__Host-a=b; Secure; Path=/x", PAGE, CookieRefusal.HOST_PREFIX),
    (b"__Host-a=b; Secure; Path=/; Domain=shop.example", PAGE, CookieRefusal.HOST_PREFIX),
    (b"=__Secure-a=b; Secure", PAGE, CookieRefusal.NAMELESS_PREFIX),
    (b"__Host-a; Secure", PAGE, CookieRefusal.NAMELESS_PREFIX),
]


@pytest.mark.parametrize(("header", "url", "refusal"), REFUSAL_CASES)
def test_each_rule_refuses_what_breaks_it(header: bytes, url: URL, refusal: CookieRefusal) -> None:
    store = new_store()

    assert SetCookieResult(CookieOutcome.REFUSED, refusal, None) == store.store(header, url, now=NOW)
    assert len(store) == 0


@pytest.mark.parametrize(
    ("header", "url"),
    [
        (b"__Secure-a=b; Secure; Domain=shop.example", PAGE),
        (b"__Host-a=b; Secure; Path=/", PAGE),
        (b"__Secur-a=b", PAGE),
        (b"a=__Secure-b", PAGE),
        (b"a=b; Domain=localhost", LOCALHOST),
        (b"a=b; Domain=192.0.2.1", IP_ADDRESS),
    ],
)
def test_what_keeps_the_rules_is_stored(header: bytes, url: URL) -> None:
    assert new_store().store(header, url, now=NOW).outcome is CookieOutcome.STORED


def test_a_public_suffix_can_set_a_cookie_for_itself_alone() -> None:
    cookie = stored(b"a=b; Domain=co.uk", parsed("https://co.uk/"))

    assert cookie.host_only
    assert cookie.domain == "co.uk"


def test_browsers_differ_in_whether_none_needs_secure() -> None:
    cookie = stored(b"a=b; SameSite=None", same_site_none_requires_secure=False)

    assert cookie.same_site is SameSite.NONE


def test_browsers_differ_in_whether_this_machine_is_secure() -> None:
    store = new_store(secure_on_trustworthy_http=True)

    assert store.store(b"a=b; Secure", LOCALHOST, now=NOW).outcome is CookieOutcome.STORED
    assert sent(store, LOCALHOST) == b"a=b"
    assert store.store(b"a=b; Secure", HTTP, now=NOW).refusal is CookieRefusal.SECURE_FROM_INSECURE


class TestSameSite:
    @pytest.mark.parametrize(
        ("attribute", "default", "expected"),
        [
            (b"Strict", SameSite.NONE, CookieRefusal.CROSS_SITE),
            (b"Lax", SameSite.NONE, CookieRefusal.CROSS_SITE),
            (b"None", SameSite.LAX, None),
            (b"", SameSite.UNSET, CookieRefusal.CROSS_SITE),
            (b"", SameSite.LAX, CookieRefusal.CROSS_SITE),
            (b"", SameSite.NONE, None),
        ],
    )
    def test_a_cross_site_request_stores_only_what_crosses_sites(
        self, attribute: bytes, default: SameSite, expected: CookieRefusal | None
    ) -> None:
        store = new_store(default_same_site=default)
        result = store.store(b"a=b; Secure; SameSite=" + attribute, PAGE, now=NOW, same_site_allowed=False)

        assert expected is result.refusal

    @pytest.mark.parametrize(
        ("mode", "default", "expected"),
        [
            (SameSiteMode.STRICT_OR_LESS, SameSite.UNSET, b"strict; lax; unset; none"),
            (SameSiteMode.LAX_OR_LESS, SameSite.UNSET, b"lax; unset; none"),
            (SameSiteMode.UNSET_OR_LESS, SameSite.UNSET, b"unset; none"),
            (SameSiteMode.STRICT_OR_LESS, SameSite.LAX, b"strict; lax; unset; none"),
            (SameSiteMode.LAX_OR_LESS, SameSite.LAX, b"lax; unset; none"),
            (SameSiteMode.UNSET_OR_LESS, SameSite.LAX, b"none"),
            (SameSiteMode.LAX_OR_LESS, SameSite.NONE, b"lax; unset; none"),
            (SameSiteMode.UNSET_OR_LESS, SameSite.NONE, b"unset; none"),
        ],
    )
    def test_a_request_gets_the_cookies_of_its_mode(
        self, mode: SameSiteMode, default: SameSite, expected: bytes
    ) -> None:
        store = new_store(default_same_site=default)
        for number, flag in enumerate(SameSite):
            cookie = store.set_cookie(flag.value, "", domain=PAGE.host, secure=True, same_site=flag, now=NOW + number)
            assert cookie.same_site is flag

        assert expected == b"; ".join(cookie.name for cookie in store.retrieve(PAGE, now=NOW, same_site=mode))


RETRIEVE_CASES = [
    # Set-Cookie, sent to, whether it is
    (b"a", "https://www.shop.example/a", True),
    (b"a", "https://www.shop.example/a/x", True),
    (b"a", "https://www.shop.example/ab", False),
    (b"a", "https://www.shop.example/", False),
    (b"a; Path=/a/", "https://www.shop.example/a", False),
    (b"a; Path=/a/", "https://www.shop.example/a/b", True),
    (b"a; Path=/", "https://www.shop.example/", True),
    (b"a; Path=/", "http://www.shop.example/", True),
    (b"a; Path=/", "https://www.shop.example:8443/", True),
    (b"a; Path=/; Secure", "http://www.shop.example/", False),
    (b"a; Path=/; Secure", "https://www.shop.example/", True),
    (b"a; Path=/; HttpOnly", "https://www.shop.example/", True),
    (b"a; Path=/", "https://shop.example/", False),
    (b"a; Path=/", "https://x.www.shop.example/", False),
    (b"a; Path=/; Domain=www.shop.example", "https://x.www.shop.example/", True),
    (b"a; Path=/; Domain=shop.example", "https://shop.example/", True),
    (b"a; Path=/; Domain=shop.example", "https://x.y.shop.example/", True),
    (b"a; Path=/; Domain=shop.example", "https://workshop.example/", False),
    (b"a; Path=/; Domain=shop.example", "https://192.0.2.1/", False),
]


@pytest.mark.parametrize(("header", "target", "expected"), RETRIEVE_CASES)
def test_a_cookie_goes_where_domain_path_and_security_allow(header: bytes, target: str, expected: bool) -> None:
    store = new_store()
    store.store(header, PAGE, now=NOW)

    assert (b"a" if expected else b"") == sent(store, parsed(target))


def test_an_ip_address_matches_itself_only() -> None:
    store = new_store()
    store.store(b"a=b; Domain=192.0.2.1", IP_ADDRESS, now=NOW)

    assert sent(store, IP_ADDRESS) == b"a=b"
    assert sent(store, parsed("https://192.0.2.2/")) == b""


def test_longer_paths_come_first_and_then_older_cookies() -> None:
    store = new_store()
    store.store(b"late=1; Path=/", PAGE, now=NOW + 1)
    store.store(b"early=1; Path=/", PAGE, now=NOW)
    store.store(b"same=1; Path=/", PAGE, now=NOW)
    store.store(b"long=1; Path=/a", PAGE, now=NOW + 2)
    store.store(b"domain=1; Path=/; Domain=shop.example", PAGE, now=NOW - 1)

    assert sent(store, now=NOW + 3) == b"long=1; domain=1; early=1; same=1; late=1"


def test_a_nameless_cookie_is_sent_as_its_value() -> None:
    store = new_store()
    store.store(b"=b", PAGE, now=NOW)
    store.store(b"a=", PAGE, now=NOW)

    assert sent(store) == b"b; a="
    assert serialize_cookies([]) == b""


class TestReplacing:
    def test_the_same_name_domain_and_path_replace_the_value_but_keep_the_age(self) -> None:
        store = new_store()
        store.store(b"a=1", PAGE, now=NOW)
        store.store(b"b=1", PAGE, now=NOW)
        result = store.store(b"a=2; Secure", PAGE, now=NOW + 5)

        assert result.outcome is CookieOutcome.REPLACED
        assert result.cookie is not None
        assert result.cookie.creation_time == NOW
        assert sent(store, now=NOW + 6) == b"a=2; b=1"

    @pytest.mark.parametrize("header", [b"a=2; Path=/x", b"a=2; Domain=www.shop.example", b"A=2"])
    def test_another_path_name_or_host_only_flag_is_another_cookie(self, header: bytes) -> None:
        store = new_store()
        store.store(b"a=1", PAGE, now=NOW)

        assert store.store(header, PAGE, now=NOW).outcome is CookieOutcome.STORED
        assert len(store) == 2

    @pytest.mark.parametrize(
        "header", [b"a=; Max-Age=0", b"a=; Max-Age=-1", b"a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]
    )
    def test_an_expired_one_deletes(self, header: bytes) -> None:
        store = new_store()
        store.store(b"a=1", PAGE, now=NOW)

        assert store.store(header, PAGE, now=NOW).outcome is CookieOutcome.DELETED
        assert store.store(header, PAGE, now=NOW).outcome is CookieOutcome.DELETED
        assert len(store) == 0
        assert store.retrieve(PAGE, now=NOW) == []


class TestSecureCookiesAreLeftAlone:
    @pytest.mark.parametrize(
        ("existing", "new", "is_refused"),
        [
            (b"a=1; Secure; Path=/", b"a=2", True),
            (b"a=1; Secure; Path=/; Domain=shop.example", b"a=2", True),
            (b"a=1; Secure; Path=/", b"a=2; Domain=shop.example", True),
            (b"a=1; Secure; Path=/login", b"a=2; Path=/login/en", True),
            (b"a=1; Secure; Path=/login", b"a=2; Path=/", False),
            (b"a=1; Secure; Path=/login", b"a=2; Path=/foo", False),
            (b"a=1; Path=/", b"a=2; Path=/", False),
            (b"b=1; Secure; Path=/", b"a=2", False),
        ],
    )
    def test_by_insecure_ones_that_would_shadow_them(self, existing: bytes, new: bytes, is_refused: bool) -> None:
        store = new_store()
        store.store(existing, PAGE, now=NOW)
        result = store.store(new, HTTP, now=NOW)

        assert (CookieRefusal.SHADOWS_SECURE if is_refused else None) is result.refusal

    def test_but_not_those_of_other_domains(self) -> None:
        store = new_store()
        store.store(b"a=1; Secure; Path=/", parsed("https://mail.shop.example/"), now=NOW)

        assert store.store(b"a=2", HTTP, now=NOW).refusal is None

    def test_secure_requests_may_replace_them(self) -> None:
        store = new_store()
        store.store(b"a=1; Secure", PAGE, now=NOW)

        assert store.store(b"a=2", PAGE, now=NOW).outcome is CookieOutcome.REPLACED


class TestExpiry:
    def test_a_cookie_is_gone_when_its_time_has_come(self) -> None:
        store = new_store()
        store.store(b"a=1; Max-Age=10", PAGE, now=NOW)
        store.store(b"b=1", PAGE, now=NOW)

        assert sent(store, now=NOW + 9.9) == b"a=1; b=1"
        assert sent(store, now=NOW + 10) == b"b=1"
        assert len(store) == 1

    def test_expired_cookies_do_not_pile_up(self) -> None:
        store = new_store()
        for number in range(500):
            url = parsed(f"https://h{number}.shop.example/")
            store.store(b"a=1; Max-Age=10", url, now=NOW + 5 * number)

        assert len(store) <= 3

    def test_a_replacement_can_live_longer(self) -> None:
        store = new_store()
        store.store(b"a=1; Max-Age=10", PAGE, now=NOW)
        store.store(b"a=2; Max-Age=100", PAGE, now=NOW)

        assert sent(store, now=NOW + 50) == b"a=2"
        assert sent(store, now=NOW + 100) == b""


class TestLimits:
    def test_a_host_has_so_many_cookies_and_loses_the_one_longest_unused(self) -> None:
        store = new_store(limit_per_host=3)
        for number in range(3):
            store.store(b"a%d=1; Path=/%d" % (number, number), PAGE, now=NOW)
        store.retrieve(parsed("https://www.shop.example/0"), now=NOW + 1)
        store.store(b"a3=1; Path=/3", PAGE, now=NOW + 2)

        assert [cookie.name for cookie in store] == [b"a0", b"a2", b"a3"]

    def test_insecure_cookies_go_first(self) -> None:
        store = new_store(limit_per_host=2)
        store.store(b"a=1; Secure", PAGE, now=NOW)
        store.store(b"b=1", PAGE, now=NOW + 1)
        store.store(b"c=1; Secure", PAGE, now=NOW + 2)

        assert [cookie.name for cookie in store] == [b"a", b"c"]

    def test_all_hosts_together_have_so_many_cookies(self) -> None:
        store = new_store(limit=3)
        for number in range(5):
            store.store(b"a%d=1" % number, parsed(f"https://h{number}.shop.example/"), now=NOW + number)

        assert [cookie.name for cookie in store] == [b"a2", b"a3", b"a4"]
        assert len(store) == 3

    def test_the_limits_are_180_and_3000(self) -> None:
        store = new_store()
        for number in range(200):
            store.store(b"a%d=1" % number, PAGE, now=NOW)

        assert len(store) == 180
        for number in range(3000):
            store.store(b"a=1", parsed(f"https://h{number}.shop.example/"), now=NOW)
        assert len(store) == 3000


def test_partitions_share_nothing() -> None:
    store = new_store()
    store.store(b"a=1", PAGE, now=NOW)
    store.store(b"a=2", PAGE, now=NOW, partition="https://top.example")

    assert sent(store) == b"a=1"
    assert sent(store, partition="https://top.example") == b"a=2"
    assert sent(store, partition="https://other.example") == b""
    assert len(store) == 2


def test_a_cleared_store_is_empty() -> None:
    store = new_store()
    store.store(b"a=1; Max-Age=1", PAGE, now=NOW)
    store.clear()

    assert len(store) == 0
    assert list(store) == []
    assert store.retrieve(PAGE, now=math.inf) == []


class TestSetCookie:
    def test_a_test_can_start_with_a_session(self) -> None:
        store = new_store()
        cookie = store.set_cookie("session", "né", domain="WWW.shop.example", now=NOW, http_only=True, max_age=60)

        assert sent(store) == "session=né".encode()
        assert (cookie.domain, cookie.host_only, cookie.path) == ("www.shop.example", True, "/")
        assert (cookie.http_only, cookie.secure, cookie.same_site) == (True, False, SameSite.UNSET)
        assert cookie.expiry_time == NOW + 60
        assert sent(store, parsed("https://a.www.shop.example/")) == b""

    def test_a_leading_dot_includes_subdomains(self) -> None:
        store = new_store()
        store.set_cookie("a", "b", domain=".shop.example", now=NOW, secure=True, same_site="None", expires=NOW + 1)

        assert sent(store, same_site=SameSiteMode.UNSET_OR_LESS) == b"a=b"
        assert sent(store, now=NOW + 1) == b""

    def test_no_cookie_outlives_the_age_limit(self) -> None:
        cookie = new_store().set_cookie("a", "b", domain="shop.example", now=NOW, expires=math.inf)

        assert cookie.expiry_time == NOW + 400 * DAY

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"domain": ""}, "domain has to be a host"),
            ({"domain": "https://shop.example"}, "domain has to be a host"),
            ({"domain": "shop.example/a"}, "domain has to be a host"),
            ({"domain": "shop.example:8000"}, "domain has to be a host"),
            ({"domain": "shop.example:80"}, "domain has to be a host"),
            ({"domain": "a b"}, "domain has to be a host"),
            ({"domain": ".192.0.2.1"}, "domain has to be a host"),
            ({"domain": ".co.uk"}, "public suffix"),
            ({"path": "a"}, "path has to begin with a slash"),
            ({"path": "/;"}, "path cannot hold"),
            ({"name": "a;"}, "name cannot hold"),
            ({"name": "a=b"}, "name cannot hold"),
            ({"value": "a\nb"}, "value cannot hold"),
            ({"value": " a"}, "value cannot begin or end with a space"),
            ({"name": "", "value": ""}, "1 to 4096 bytes"),
            ({"value": "x" * 4096}, "1 to 4096 bytes"),
            ({"expires": 1.0, "max_age": 1.0}, "give expires or max_age, not both"),
            ({"same_site": "sometimes"}, "same_site has to be 'strict', 'lax', 'none' or None: 'sometimes'"),
            ({"same_site": "none"}, "no browser would keep the cookie 'a': same-site-none-needs-secure"),
            ({"name": "__Host-a", "secure": True, "path": "/x"}, "no browser would keep .* host-prefix"),
        ],
    )
    def test_what_no_server_could_set_is_a_mistake(self, arguments: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            new_store().set_cookie(**{"name": "a", "value": "b", "domain": "shop.example", "now": NOW, **arguments})


DATE_CASES = [
    ("Sun, 06 Nov 1994 08:49:37 GMT", (1994, 11, 6, 8, 49, 37)),
    ("Sunday, 06-Nov-94 08:49:37 GMT", (1994, 11, 6, 8, 49, 37)),
    ("Sun Nov  6 08:49:37 1994", (1994, 11, 6, 8, 49, 37)),
    ("08:49:37 6 november 1994", (1994, 11, 6, 8, 49, 37)),
    ("1994 6 NOV 8:9:7", (1994, 11, 6, 8, 9, 7)),
    ("6th Nov 1994x 08:49:37.123Z", (1994, 11, 6, 8, 49, 37)),
    ("06 Nov 69 00:00:00", (2069, 11, 6, 0, 0, 0)),
    ("06 Nov 70 00:00:00", (1970, 11, 6, 0, 0, 0)),
    ("06 Nov 00 00:00:00", (2000, 11, 6, 0, 0, 0)),
    ("06 Nov 1601 00:00:00", (1601, 11, 6, 0, 0, 0)),
    ("29 Feb 2024 00:00:00", (2024, 2, 29, 0, 0, 0)),
    ("1 1 2024 Jan 00:00:00 2 Feb 2025 01:01:01", (2024, 1, 1, 0, 0, 0)),
    ("1 2024 Jan 00:00:00 2 Feb 2025 01:01:01", (2024, 1, 1, 0, 0, 0)),
    ("06 Nov 1600 00:00:00", None),
    ("06 Nov 100 00:00:00", None),
    ("29 Feb 2023 00:00:00", None),
    ("0 Nov 1994 00:00:00", None),
    ("32 Nov 1994 00:00:00", None),
    ("06 Nov 1994 24:00:00", None),
    ("06 Nov 1994 00:60:00", None),
    ("06 Nov 1994 00:00:60", None),
    ("06 Nov 1994 00:00", None),
    ("06 Nov 1994 00:00:000", None),
    ("06 Nov 00:00:00", None),
    ("06 1994 00:00:00", None),
    ("Nov 1994 00:00:00", None),
    ("06 No 1994 00:00:00", None),
    ("06 Nov 19945 00:00:00", None),
    ("", None),
    (";" * 1024, None),
]


@pytest.mark.parametrize(("text", "expected"), DATE_CASES)
def test_dates_are_found_wherever_they_stand(text: str, expected: tuple[int, int, int, int, int, int] | None) -> None:
    timestamp = None if expected is None else datetime.datetime(*expected, tzinfo=datetime.UTC).timestamp()

    assert timestamp == parse_cookie_date(text.encode())


@given(st.datetimes(min_value=datetime.datetime(1601, 1, 1), max_value=datetime.datetime(9999, 12, 31)))  # noqa: DTZ001
def test_every_date_that_http_can_write_is_read(date: datetime.datetime) -> None:
    date = date.replace(microsecond=0, tzinfo=datetime.UTC)
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * date.month - 3 :][:3]
    text = f"Xyz, {date.day:02} {month} {date.year:04} {date:%H:%M:%S} GMT"

    assert date.timestamp() == parse_cookie_date(text.encode())


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/", "/"), ("/a", "/"), ("/a/", "/a"), ("/a/b", "/a"), ("/a/b/", "/a/b"), ("", "/"), ("a/b", "/")],
)
def test_the_default_path_ends_before_the_last_slash(path: str, expected: str) -> None:
    assert expected == default_path(path)


@given(st.text("/ab", max_size=5), st.text("/ab", max_size=5))
def test_paths_match_at_segments(path: str, cookie_path: str) -> None:
    path, cookie_path = f"/{path}", f"/{cookie_path}"
    below = path.startswith(cookie_path if cookie_path.endswith("/") else f"{cookie_path}/")

    assert (path == cookie_path or below) == path_matches(path, cookie_path)


@pytest.mark.parametrize(
    ("host", "domain", "expected"),
    [
        ("a.example", "a.example", True),
        ("b.a.example", "a.example", True),
        ("ba.example", "a.example", False),
        ("a.example", "b.a.example", False),
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "2.1", False),
    ],
)
def test_a_host_matches_its_domain_and_those_above(host: str, domain: str, expected: bool) -> None:
    assert expected == domain_matches(host, domain)


@pytest.mark.parametrize(
    "header",
    [
        b"a" * 1_000_000,
        b"=" * 1_000_000,
        b";" * 1_000_000,
        b"a=b" + b";" * 1_000_000,
        b"a=b;" + b"=;" * 500_000,
        b"a=b;" + b" " * 1_000_000,
        b"a=b;" + b"Expires=1:1:1 1 1 1;" * 50_000,
        b"a=b;" + b"Domain=example;" * 60_000,
        b"a=b; Expires=" + b"1 " * 500_000,
    ],
    ids=range(9),
)
def test_a_megabyte_of_set_cookie_is_parsed_in_no_time(header: bytes) -> None:
    new_store().store(header, PAGE, now=NOW)


def test_a_megabyte_of_host_or_path_is_looked_up_in_no_time() -> None:
    store = new_store()
    store.store(b"a=b; Domain=shop.example; Path=/", PAGE, now=NOW)
    long_host = parsed("https://" + "a." * 100_000 + "shop.example/")
    long_path = parsed("https://shop.example" + "/a" * 500_000)

    assert sent(store, long_host) == b"a=b"
    assert sent(store, long_path) == b"a=b"
    assert store.store(b"c=d", long_host, now=NOW).outcome is CookieOutcome.STORED
    assert store.store(b"c=d", long_path, now=NOW).outcome is CookieOutcome.STORED


def test_what_is_remembered_of_requests_does_not_grow_without_bound() -> None:
    store = CookieStore()
    store.set_cookie("a", "b", domain=".example.com", now=0.0)
    hosts = [*(f"{number}.example.com" for number in range(2 * ASKERS_KEPT)), "a." * 200 + "example.com"]

    found = [len(store.retrieve(parsed(f"https://{host}/"), now=0.0)) for host in hosts]

    assert set(found) == {1}
    assert 0 < len(store._candidates) <= ASKERS_KEPT
    assert max(len(str(host)) for host, *_ in store._candidates) <= 255


class StoreMachine(RuleBasedStateMachine):
    """
    The store against a list that is searched from end to end.
    """

    hosts = ("shop.example", "a.shop.example", "b.a.shop.example", "other.example", "192.0.2.1")
    paths = ("/", "/x", "/x/y", "/xy")
    limit = 5

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.store = new_store(limit=self.limit)
        self.model: list[Cookie] = []

    urls = st.builds(
        lambda scheme, host, path: parsed(f"{scheme}://{host}{path}"),
        st.sampled_from(["http", "https"]),
        st.sampled_from(hosts),
        st.sampled_from(paths),
    )

    @rule(
        url=urls,
        name=st.sampled_from([b"a", b"b"]),
        domain=st.sampled_from([b"", b"; Domain=shop.example", b"; Domain=a.shop.example"]),
        path=st.sampled_from([b"", b"; Path=/", b"; Path=/x"]),
        secure=st.sampled_from([b"", b"; Secure"]),
        max_age=st.sampled_from([b"", b"; Max-Age=0", b"; Max-Age=5"]),
    )
    def set_cookie(self, url: URL, name: bytes, domain: bytes, path: bytes, secure: bytes, max_age: bytes) -> None:
        outcome, _, cookie = self.store.store(name + b"=x" + domain + path + secure + max_age, url, now=self.now)
        if cookie is not None:
            self.model = [old for old in self.model if (old.domain, old.key) != (cookie.domain, cookie.key)]
            if outcome is not CookieOutcome.DELETED:
                self.model.append(cookie)
            if len(self.model) > self.limit:
                self.model.remove(min(self.model, key=lambda cookie: cookie.eviction_order))

    @precondition(lambda self: self.model)
    @rule(seconds=st.integers(1, 6))
    def wait(self, seconds: int) -> None:
        self.now += seconds
        self.model = [cookie for cookie in self.model if cookie.expiry_time is None or cookie.expiry_time > self.now]

    @rule(url=urls)
    def send(self, url: URL) -> None:
        expected = [
            cookie
            for cookie in self.model
            if (url.host == cookie.domain if cookie.host_only else domain_matches(url.host, cookie.domain))
            and path_matches(url.path, cookie.path)
            and (url.scheme == "https" or not cookie.secure)
        ]
        expected.sort(key=lambda cookie: cookie.sending_order)

        assert expected == self.store.retrieve(url, now=self.now)

    @invariant()
    def the_size_is_right(self) -> None:
        assert len(self.store) == len(list(self.store))
        assert len(self.model) <= len(self.store)


TestStoreAgreesWithAList = StoreMachine.TestCase
