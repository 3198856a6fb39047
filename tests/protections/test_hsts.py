"""
Hosts that have promised to be reached over TLS only.
"""

from __future__ import annotations

import pytest

from browsercors.protections.hsts import (
    HSTSStore,
    StrictTransportSecurity,
    parse_strict_transport_security,
)
from browsercors.protections.hsts_preload import parse_preload_list
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from tests.fetch.engine import parsed

HEADER_CASES = [
    # value                                       seconds, and whether hosts below are meant
    (b"max-age=600", (600, False)),
    (b"MAX-AGE=600; INCLUDESUBDOMAINS", (600, True)),
    (b'max-age="600"', (600, False)),
    (b" max-age = 600 ;; preload ; x=y", (600, False)),
    (b";max-age=0;", (0, False)),
    (b"max-age=" + b"9" * 5000, (10**10, False)),
    (b"max-age=00000000000000000007", (7, False)),
    (b"", None),
    (b"includeSubDomains", None),
    (b"max-age", None),
    (b"max-age=", None),
    (b"max-age=-1", None),
    (b"max-age=6e2", None),
    (b"max-age='600'", None),
    (b"max-age=600 includeSubDomains", None),
    (b"max-age=600; max-age=600", None),
    (b"max-age=600; includeSubDomains=1", None),
    (b"max-age=600, max-age=0", None),
    (b"max-age=600; =1", None),
]


@pytest.mark.parametrize(("value", "expected"), HEADER_CASES)
def test_a_header_is_parsed_or_ignored(value: bytes, expected: tuple[int, bool] | None) -> None:
    found = parse_strict_transport_security(value)

    assert (None if expected is None else StrictTransportSecurity(*expected)) == found


def known(store: HSTSStore, host: str, now: float = 0.0) -> bool:
    return store.host_for(parsed(f"http://{host}/"), now) is not None


def test_a_host_is_known_until_its_promise_expires() -> None:
    store = HSTSStore()
    store.store(parsed("https://api.example/x"), b"max-age=60", 100.0)

    assert [True, True, False] == [known(store, "api.example", now) for now in (100.0, 159.9, 160.0)]
    assert ["api.example"] == [each.host for each in store]


def test_hosts_below_are_known_if_the_host_says_so() -> None:
    store = HSTSStore()
    store.store(parsed("https://a.example/"), b"max-age=60; includeSubDomains", 0.0)
    store.store(parsed("https://b.example/"), b"max-age=60", 0.0)

    assert [True, True, False, False] == [
        known(store, host) for host in ("x.y.a.example", "a.example", "x.b.example", "example")
    ]


def test_a_promise_can_be_taken_back_and_not_by_what_is_malformed() -> None:
    store = HSTSStore()
    url = parsed("https://api.example/")
    store.store(url, b"max-age=60", 0.0)
    assert store.store(url, b"max-age", 0.0) is None
    assert known(store, "api.example")

    store.store(url, b"max-age=0", 0.0)

    assert not known(store, "api.example")
    assert not store


@pytest.mark.parametrize("url", ["http://api.example/", "https://192.0.2.1/", "https://[::1]/"])
def test_over_http_and_of_addresses_nothing_is_remembered(url: str) -> None:
    store = HSTSStore()

    assert store.store(parsed(url), b"max-age=60", 0.0) is None
    assert list(store) == []


@pytest.mark.parametrize("host", ["localhost", "app.localhost"])
def test_this_machine_is_never_upgraded(host: str) -> None:
    store = HSTSStore()
    store.store(parsed(f"https://{host}/"), b"max-age=60", 0.0)

    assert not known(store, host)


def test_it_remembers_no_end_of_hosts() -> None:
    store = HSTSStore()
    for number in range(5000):
        store.store(parsed(f"https://h{number}.example/"), b"max-age=60", 0.0)

    assert 4096 == len(list(store))
    assert "<HSTSStore 4096 hosts, 0 preloaded>" == repr(store)


def test_a_preload_list_is_known_and_stays() -> None:
    store = HSTSStore({"a.example": True, "b.example": False})
    store.clear()

    assert [True, True, False] == [known(store, host, 1e12) for host in ("x.a.example", "b.example", "x.b.example")]
    assert [("a.example", True), ("b.example", False)] == [(each.host, each.include_subdomains) for each in store]


CHROMIUMS_LIST = """{
  // Comments stand on lines of their own.
  "pinsets": [],
  "entries": [
    { "name": "a.example", "policy": "bulk", "mode": "force-https", "include_subdomains": true },
    { "name": "b.example", "mode": "force-https" },
    { "name": "pinned.example", "mode": "", "pins": "x" }
  ]
}"""


def test_a_preload_list_is_read() -> None:
    assert {"a.example": True, "b.example": False} == parse_preload_list(CHROMIUMS_LIST)
    assert {"a.example": True} == parse_preload_list({"a.example": True})


DAMAGED_LISTS = [
    # list                                                  error              what it says
    ("{", ArgumentValueError, "hsts_preload has to be JSON like"),
    ("[]", ArgumentValueError, "it is no object with entries"),
    ("{}", ArgumentValueError, "it is no object with entries"),
    ("[" * 100_000, ArgumentValueError, "hsts_preload has to be JSON like"),
    ('{"entries": {}}', ArgumentValueError, "hsts_preload has to have a list as entries, not dict"),
    ('{"entries": [1]}', ArgumentValueError, "entry 1 of hsts_preload has to be an object, not 1"),
    ('{"entries": [{"name": "a b"}]}', ArgumentValueError, "entry 1 of hsts_preload has to name a host"),
    ('{"entries": [{"name": "a.example"}, {}]}', ArgumentValueError, "entry 2 of hsts_preload has to name a host"),
    ('{"entries": [{"name": "a.example", "include_subdomains": 1}]}', ArgumentValueError, "True or False"),
    ({"https://a.example": True}, ArgumentValueError, "'https://a.example'"),
    ({"A.example": True}, ArgumentValueError, "'A.example'"),
    ({"a.example/path": True}, ArgumentValueError, "'a.example/path'"),
    ({"*.example": True}, ArgumentValueError, "'*.example'"),
    ({".a.example": True}, ArgumentValueError, "'.a.example'"),
    ({"a.example.": True}, ArgumentValueError, "'a.example.'"),
    ({"192.0.2.1": True}, ArgumentValueError, "'192.0.2.1'"),
    ({"a.example": "yes"}, ArgumentValueError, "True or False for the hosts below it, not 'yes'"),
    ({1: True}, ArgumentValueError, "not 1"),
    (["a.example"], ArgumentTypeError, "hsts_preload has to be a mapping such as"),
    (b"{}", ArgumentTypeError, "not bytes"),
]


@pytest.mark.parametrize(("data", "error", "message"), DAMAGED_LISTS)
def test_a_damaged_preload_list_is_named_at_once(data: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as raised:
        parse_preload_list(data)

    assert message in str(raised.value)


def test_a_name_too_long_for_dns_has_no_promise_and_takes_no_time() -> None:
    store = HSTSStore({"example": True})
    # NB: a walk through all names above it would copy 50 gigabytes.
    too_long = parsed(f"https://{'a.' * 160_000}example/")

    assert store.store(too_long, b"max-age=600", 0) is None
    assert store.host_for(too_long, 0) is None
    assert store.host_for(parsed(f"https://{'a.' * 123}example/"), 0) is not None
