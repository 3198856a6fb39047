"""
Sites: registrable domains, same site, public suffixes.
"""

from __future__ import annotations

import subprocess
import sys

import publicsuffixlist
import pytest
from hypothesis import given, strategies as st

from browsercors.values import sites as sites_module
from browsercors.values.origins import Origin, tuple_origin
from browsercors.values.sites import Sites, is_ip_address

LIST = """
// a small list
com
uk
co.uk
jp
*.kawasaki.jp
!city.kawasaki.jp
github.io
公司.cn
"""


@pytest.fixture(scope="module")
def sites() -> Sites:
    return Sites(LIST)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example.com", "example.com"),
        ("a.b.example.com", "example.com"),
        ("com", None),
        ("shop.co.uk", "shop.co.uk"),
        ("www.shop.co.uk", "shop.co.uk"),
        ("co.uk", None),
        ("user.github.io", "user.github.io"),
        ("github.io", None),
        ("a.b.kawasaki.jp", "a.b.kawasaki.jp"),
        ("b.kawasaki.jp", None),
        ("www.city.kawasaki.jp", "city.kawasaki.jp"),
        ("a.xn--55qx5d.cn", "a.xn--55qx5d.cn"),
        ("xn--55qx5d.cn", None),
        # An unknown last label is a public suffix by the rule `*`.
        ("localhost", None),
        ("a.localhost", "a.localhost"),
        ("b.a.test", "a.test"),
        # A trailing dot stays.
        ("www.example.com.", "example.com."),
        ("com.", None),
        ("a..com", None),
        ("", None),
        # IP addresses have none.
        ("127.0.0.1", None),
        ("[::1]", None),
    ],
)
def test_the_registrable_domain_is_the_public_suffix_and_one_label_more(
    sites: Sites, host: str, expected: str | None
) -> None:
    assert expected == sites.registrable_domain(host)
    assert expected == sites.registrable_domain(host), "the remembered answer is the same"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("com", True),
        ("co.uk", True),
        ("github.io", True),
        ("com.", True),
        ("localhost", True),
        ("example.com", False),
        ("127.0.0.1", False),
        ("[::1]", False),
        ("", False),
    ],
)
def test_public_suffixes_are_known(sites: Sites, host: str, expected: bool) -> None:
    assert expected == sites.is_public_suffix(host)


HTTPS = tuple_origin("https", "app.example.com", None)
OPAQUE = Origin()

SAME_SITE_CASES = [
    # a, b, schemelessly same site, same site
    (HTTPS, HTTPS, True, True),
    (HTTPS, tuple_origin("https", "api.example.com", 8443), True, True),
    (HTTPS, tuple_origin("http", "app.example.com", None), True, False),
    (HTTPS, tuple_origin("http", "api.example.com", None), True, False),
    (HTTPS, tuple_origin("https", "example.org", None), False, False),
    (HTTPS, tuple_origin("https", "api.example.com.", None), False, False),
    (tuple_origin("https", "a.github.io", None), tuple_origin("https", "b.github.io", None), False, False),
    (tuple_origin("https", "com", None), tuple_origin("https", "com", 8443), True, True),
    (tuple_origin("https", "com", None), tuple_origin("https", "uk", None), False, False),
    (tuple_origin("http", "127.0.0.1", 1), tuple_origin("http", "127.0.0.1", 2), True, True),
    (tuple_origin("http", "127.0.0.1", None), tuple_origin("http", "127.0.0.2", None), False, False),
    (tuple_origin("http", "localhost", 3000), tuple_origin("http", "localhost", 8000), True, True),
    (OPAQUE, OPAQUE, True, True),
    (OPAQUE, Origin(), False, False),
    (OPAQUE, HTTPS, False, False),
]


@pytest.mark.parametrize(("a", "b", "schemelessly", "with_scheme"), SAME_SITE_CASES)
def test_same_site_is_decided_by_the_registrable_domain_and_the_scheme(
    sites: Sites, a: Origin, b: Origin, schemelessly: bool, with_scheme: bool
) -> None:
    assert schemelessly == sites.schemelessly_same_site(a, b)
    assert schemelessly == sites.schemelessly_same_site(b, a)
    assert with_scheme == sites.same_site(a, b)
    assert with_scheme == sites.same_site(b, a)
    assert with_scheme == (sites.obtain_a_site(a) == sites.obtain_a_site(b))


def test_a_site_is_the_scheme_with_the_registrable_domain_or_the_host(sites: Sites) -> None:
    assert sites.obtain_a_site(tuple_origin("https", "app.example.com", 8443)) == "https://example.com"
    assert sites.obtain_a_site(tuple_origin("http", "127.0.0.1", 8000)) == "http://127.0.0.1"
    assert sites.obtain_a_site(OPAQUE) is OPAQUE


HOSTS = st.lists(st.sampled_from(["a", "b", "com", "co", "uk", "io"]), min_size=1, max_size=4).map(".".join)
ORIGINS = st.builds(tuple_origin, st.sampled_from(["http", "https"]), HOSTS, st.sampled_from([None, 8000]))


@given(ORIGINS, ORIGINS)
def test_same_origin_implies_same_site_implies_schemelessly_same_site(a: Origin, b: Origin) -> None:
    sites = Sites(LIST)

    assert sites.same_site(a, b) or not a.same_origin(b)
    assert sites.schemelessly_same_site(a, b) or not sites.same_site(a, b)
    assert sites.same_site(a, b) == (sites.obtain_a_site(a) == sites.obtain_a_site(b))


@pytest.mark.parametrize(
    "source",
    [
        LIST,
        LIST.splitlines(keepends=True),
        iter(LIST.splitlines()),
        publicsuffixlist.PublicSuffixList(LIST),
    ],
    ids=["text", "lines", "iterator", "list"],
)
def test_the_list_can_be_given(source: publicsuffixlist.PublicSuffixList | list[str] | str) -> None:
    sites = Sites(source)

    assert sites.registrable_domain("a.b.github.io") == "b.github.io"
    assert sites.registrable_domain("a.b.blogspot.test") == "blogspot.test"


def test_it_prints_the_same_in_every_run() -> None:
    assert repr(Sites(LIST)) == "<Sites>"


@pytest.mark.parametrize("source", [b"com", 7])
def test_a_list_of_another_kind_is_refused_at_once(source: object) -> None:
    with pytest.raises(TypeError, match=f"public_suffix_list has to be .* not {type(source).__name__}"):
        Sites(source)  # type: ignore[arg-type]


def test_the_installed_list_is_used_by_default_with_its_private_section() -> None:
    sites = Sites()

    assert sites.registrable_domain("a.b.github.io") == "b.github.io"
    assert sites.registrable_domain("a.b.co.uk") == "b.co.uk"


def test_the_list_is_imported_only_when_a_question_needs_it() -> None:
    program = """
import sys
from browsercors.values.origins import tuple_origin
from browsercors.values.sites import Sites
sites = Sites()
assert sites.same_site(tuple_origin("http", "a.test", None), tuple_origin("http", "a.test", 1))
assert sites.registrable_domain("127.0.0.1") is None
assert "publicsuffixlist" not in sys.modules
sites.registrable_domain("a.test")
assert "publicsuffixlist" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_answers_are_remembered_for_all_who_have_the_same_list(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    private_suffix = publicsuffixlist.PublicSuffixList.privatesuffix

    def privatesuffix(self: publicsuffixlist.PublicSuffixList, host: str) -> str | None:
        asked.append(host)
        return private_suffix(self, host)

    monkeypatch.setattr(publicsuffixlist.PublicSuffixList, "privatesuffix", privatesuffix)
    domains = [Sites(source).registrable_domain("a.once.test") for source in ("test", "test", "once.test")]

    assert domains == ["once.test", "once.test", "a.once.test"]
    assert len(asked) == 2


def test_the_memory_of_answers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites_module, "REMEMBERED_HOSTS", 3)
    sites = Sites(LIST)
    for number in range(10):
        sites.registrable_domain(f"h{number}.com")
    sites.registrable_domain("x" * 1000 + ".com")
    page = tuple_origin("https", "shop.com", None)
    for host in (*(f"h{number}.com" for number in range(10)), "x" * 1000 + ".com"):
        assert sites.distance(page, tuple_origin("https", host, None)) == "cross-site"

    assert 0 < len(sites._distances) <= 3
    assert all(len(host) < 256 for _, host in sites._distances)
    assert len(sites._registrable_domains) <= 3
    assert all(len(host) < 256 for host in sites._registrable_domains)


@pytest.mark.parametrize("host", ["a." * 500_000 + "com", "a" * 1_000_000, "." * 1_000_000])
def test_a_host_of_a_megabyte_is_no_trouble(sites: Sites, host: str) -> None:
    sites.registrable_domain(host)
    sites.is_public_suffix(host)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("[::1]", True),
        ("example.com", False),
        ("127.example", False),
        ("1.2.3.x4", False),
        ("example.\u00b2", False),
        ("", False),
    ],
)
def test_ip_addresses_are_told_from_domains(host: str, expected: bool) -> None:
    assert expected == is_ip_address(host)
