"""
Which address space a server stands in, by its host alone.
"""

from __future__ import annotations

import pytest

from browsercors.values.address_spaces import AddressSpace, AddressSpaces, address_space_named, address_space_of_host
from browsercors.values.arguments import ArgumentValueError
from browsercors.values.origins import Origin
from browsercors.values.urls import parse_url


class TestHost:
    @pytest.mark.parametrize(
        ("url", "space"),
        [
            pytest.param("http://localhost:8000/", "loopback", id="localhost"),
            pytest.param("http://api.localhost/", "loopback", id="a name below localhost"),
            pytest.param("http://LOCALHOST./", "loopback", id="localhost with a dot at the end"),
            pytest.param("http://localhost.example/", "public", id="localhost at the front"),
            pytest.param("http://127.0.0.1/", "loopback", id="127.0.0.1"),
            pytest.param("http://127.255.255.254/", "loopback", id="the end of 127/8"),
            pytest.param("http://2130706433/", "loopback", id="127.0.0.1 as a number"),
            pytest.param("http://0.0.0.0/", "loopback", id="0.0.0.0"),
            pytest.param("http://0.0.0.1/", "local", id="the rest of 0/8"),
            pytest.param("http://[::1]/", "loopback", id="::1"),
            pytest.param("http://[::]/", "loopback", id="::"),
            pytest.param("http://10.0.0.1/", "local", id="10/8"),
            pytest.param("http://172.15.255.255/", "public", id="before 172.16/12"),
            pytest.param("http://172.16.0.1/", "local", id="172.16/12"),
            pytest.param("http://172.32.0.1/", "public", id="after 172.16/12"),
            pytest.param("http://192.168.1.1/", "local", id="192.168/16"),
            pytest.param("http://169.254.169.254/", "local", id="link-local"),
            pytest.param("http://100.64.0.1/", "local", id="shared by carriers"),
            pytest.param("http://[fd00::1]/", "local", id="unique local"),
            pytest.param("http://[fe80::1]/", "local", id="link-local, version 6"),
            pytest.param("http://[::ffff:192.168.0.1]/", "local", id="version 4 in version 6"),
            pytest.param("http://[::ffff:8.8.8.8]/", "public", id="a public one of version 4 in version 6"),
            pytest.param("http://198.18.0.1/", "public", id="for benchmarks"),
            pytest.param("http://203.0.113.1/", "public", id="for documentation"),
            pytest.param("http://[2001:4860::1]/", "public", id="public, version 6"),
            pytest.param("http://router.local/", "local", id=".local"),
            pytest.param("http://local/", "public", id="local alone"),
            pytest.param("http://intranet/", "public", id="a name without a dot"),
            pytest.param("https://api.example.com/", "public", id="a public name"),
        ],
    )
    def test_a_name_or_an_address_says_where_it_is(self, url: str, space: str) -> None:
        parsed = parse_url(url)
        assert parsed is not None

        assert space == address_space_of_host(parsed.host).value

    def test_what_is_no_address_is_public(self) -> None:
        assert address_space_of_host("[::1::2]") is AddressSpace.PUBLIC


def test_fewer_can_reach_what_is_less_public() -> None:
    loopback, local, public = AddressSpace.LOOPBACK, AddressSpace.LOCAL, AddressSpace.PUBLIC

    assert loopback.is_less_public_than(local)
    assert local.is_less_public_than(public)
    assert not public.is_less_public_than(public)
    assert not local.is_less_public_than(loopback)


class TestAddressSpaces:
    def test_nobody_states_anything_the_host_says(self) -> None:
        assert AddressSpaces().of(Origin("http", "127.0.0.1")) is AddressSpace.LOOPBACK

    def test_what_is_stated_counts(self) -> None:
        spaces = AddressSpaces()
        spaces.stated = {Origin("https", "nas.example"): AddressSpace.LOCAL}.get

        assert spaces.of(Origin("https", "nas.example")) is AddressSpace.LOCAL
        assert spaces.of(Origin("https", "api.example")) is AddressSpace.PUBLIC


@pytest.mark.parametrize("name", ["private", "", "Local", 1, None, ["local"]])
def test_a_space_that_does_not_exist_is_refused(name: object) -> None:
    with pytest.raises(ArgumentValueError, match=r"address_space has to be one of 'loopback', 'local', 'public', not "):
        address_space_named("address_space", name)
