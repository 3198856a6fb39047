"""
What a page of a public site may reach on the visitor's machine and network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from browsercors.engines.registry import profile_named
from browsercors.protections.local_network_access import (
    LOCAL_NETWORK_ACCESS_CHECK,
    is_known_to_be_local,
    permission_for,
)
from browsercors.values.address_spaces import AddressSpace
from browsercors.values.urls import parse_url
from tests.fetch.engine import ALLOW_ANY, Simulation, answer, redirect

if TYPE_CHECKING:
    from browsercors.values.permissions import PermissionState
    from tests.fetch.engine import Fetched

ALLOWED = answer(ALLOW_ANY, "Access-Control-Allow-Methods: *")
SECURE, INSECURE = "https://app.example/", "http://app.example/"
AT_HOME, ON_THIS_MACHINE = "https://router.local/", "http://localhost:3000/"
LOOPBACK, LOCAL, PUBLIC = "http://127.0.0.1:8000/", "https://192.168.0.1/", "https://api.example/"

DENIED, PROMPT = "local-network-access-denied", "local-network-access-prompt"
NO_SECURE_CONTEXT, OTHER_SPACE = "local-network-access-insecure", "local-network-access-space"


def fetched(
    browser: str, page: str, url: str, state: PermissionState = "prompt", answers: Any = ALLOWED, **options: Any
) -> Fetched:
    simulation = Simulation(profile_named(browser), page=page, granted="")
    for permission in ("local-network", "loopback-network"):
        simulation.user_agent.permissions.set_state(permission, None, state)
    return simulation.fetch(url, answers, **options)


# page, URL, permission; what comes of it in Chromium and Firefox
VERDICTS = [
    pytest.param(SECURE, LOOPBACK, "prompt", PROMPT, PROMPT, id="a public page asks this machine"),
    pytest.param(SECURE, LOOPBACK, "granted", "cors", "cors", id="the visitor allowed that"),
    pytest.param(SECURE, LOOPBACK, "denied", DENIED, DENIED, id="the visitor forbade that"),
    pytest.param(SECURE, LOCAL, "prompt", PROMPT, PROMPT, id="a public page asks a private network"),
    pytest.param(SECURE, LOCAL, "granted", "cors", "cors", id="the visitor allowed that too"),
    pytest.param(SECURE, LOCAL, "denied", DENIED, DENIED, id="the visitor forbade that too"),
    pytest.param(SECURE, PUBLIC, "denied", "cors", "cors", id="a public page asks a public server"),
    pytest.param(INSECURE, LOOPBACK, "prompt", NO_SECURE_CONTEXT, PROMPT, id="an insecure page asks this machine"),
    pytest.param(INSECURE, LOOPBACK, "granted", NO_SECURE_CONTEXT, "cors", id="allowing an insecure page"),
    pytest.param(INSECURE, LOOPBACK, "denied", NO_SECURE_CONTEXT, DENIED, id="forbidding an insecure page"),
    pytest.param(INSECURE, PUBLIC, "prompt", "cors", "cors", id="an insecure page asks a public server"),
    pytest.param(AT_HOME, LOOPBACK, "denied", "cors", "cors", id="a page of the private network asks this machine"),
    pytest.param(AT_HOME, LOCAL, "denied", "cors", "cors", id="a page of the private network asks there"),
    pytest.param(AT_HOME, PUBLIC, "denied", "cors", "cors", id="a page of the private network asks a public server"),
    pytest.param(ON_THIS_MACHINE, LOCAL, "denied", "cors", "cors", id="a page of this machine asks a private network"),
    pytest.param(ON_THIS_MACHINE, LOOPBACK, "denied", "cors", "cors", id="a page of this machine asks this machine"),
]


class TestVerdict:
    @pytest.mark.parametrize(("page", "url", "state", "chromium", "firefox"), VERDICTS)
    def test_by_spaces_and_permission(
        self, page: str, url: str, state: PermissionState, chromium: str, firefox: str
    ) -> None:
        assert (chromium, firefox) == (
            fetched("chromium", page, url, state).verdict,
            fetched("firefox", page, url, state).verdict,
        )

    @pytest.mark.parametrize("browser", ["webkit", "standard"])
    @pytest.mark.parametrize("url", [LOOPBACK, LOCAL])
    def test_others_check_nothing(self, browser: str, url: str) -> None:
        assert fetched(browser, INSECURE, url, "denied").verdict == "cors"

    @pytest.mark.parametrize("state", ["prompt", "denied"])
    def test_nothing_is_sent_not_even_a_preflight(self, state: PermissionState) -> None:
        assert fetched("chromium", SECURE, LOOPBACK, state, method="PUT").sent == []

    def test_whoever_is_let_through_sends_what_it_would_anyway(self) -> None:
        granted = fetched("chromium", SECURE, LOOPBACK, "granted", method="PUT")

        assert granted.methods == ["OPTIONS", "PUT"]
        assert not [name for name in granted.sent[0].headers.names() if b"network" in name]

    def test_without_cors_the_visitor_decides_as_well(self) -> None:
        assert fetched("chromium", SECURE, LOOPBACK, "denied", mode="no-cors").verdict == DENIED
        assert fetched("chromium", SECURE, LOOPBACK, "granted", mode="no-cors").verdict == "opaque"

    def test_cors_decides_after_the_visitor(self) -> None:
        assert fetched("chromium", SECURE, LOOPBACK, "granted", answer()).verdict == "allow-origin-missing"

    def test_its_own_server_is_open_to_a_secure_page(self) -> None:
        simulation = Simulation(profile_named("chromium"), page=SECURE, granted="")
        simulation.user_agent.address_spaces.stated = lambda _: AddressSpace.LOCAL

        assert simulation.fetch("/x", ALLOWED).verdict == "basic"

    def test_each_permission_is_for_its_own_space(self) -> None:
        simulation = Simulation(profile_named("chromium"), page=SECURE, granted="loopback-network")

        assert simulation.fetch(LOOPBACK, ALLOWED).verdict == "cors"
        assert simulation.fetch(LOCAL, ALLOWED).verdict == PROMPT


class TestRedirect:
    def test_into_a_private_network_is_checked(self) -> None:
        blocked = fetched("chromium", SECURE, PUBLIC, "denied", [redirect(LOCAL, ALLOW_ANY), ALLOWED])

        assert blocked.verdict == DENIED
        assert len(blocked.sent) == 1

    def test_out_of_it_was_checked_before(self) -> None:
        assert fetched("chromium", SECURE, LOCAL, "denied", [redirect(PUBLIC, ALLOW_ANY), ALLOWED]).sent == []

    def test_between_private_places_each_is_checked(self) -> None:
        simulation = Simulation(profile_named("chromium"), page=SECURE, granted="local-network")

        assert simulation.fetch(LOCAL, [redirect(LOOPBACK, ALLOW_ANY), ALLOWED]).verdict == PROMPT


class TestQuestion:
    @pytest.mark.parametrize(
        ("browser", "seconds", "verdict"),
        [
            pytest.param("firefox", 299, PROMPT, id="Firefox waits"),
            pytest.param("firefox", 300, DENIED, id="Firefox waits no longer"),
            pytest.param("chromium", 86400, PROMPT, id="Chromium waits"),
        ],
    )
    def test_nobody_answers(self, browser: str, seconds: float, verdict: str) -> None:
        simulation = Simulation(profile_named(browser), page=SECURE, granted="")
        simulation.fetch(LOOPBACK)
        simulation.now += seconds

        assert simulation.fetch(LOOPBACK).verdict == verdict


# Chromium; what the page declares, the URL; what comes of it
DECLARED = [
    pytest.param("loopback", LOOPBACK, "cors", id="it is so"),
    pytest.param("local", LOOPBACK, OTHER_SPACE, id="it is another space"),
    pytest.param("local", PUBLIC, OTHER_SPACE, id="it is public"),
    pytest.param("public", LOOPBACK, OTHER_SPACE, id="it is not public"),
    pytest.param("public", PUBLIC, "cors", id="it is public, as declared"),
    pytest.param("private", LOCAL, "cors", id="by the older name"),
    pytest.param("unknown", LOOPBACK, "cors", id="nothing was declared"),
]


class TestTargetAddressSpace:
    @pytest.mark.parametrize(("declared", "url", "verdict"), DECLARED)
    def test_what_is_declared_has_to_be_so(self, declared: str, url: str, verdict: str) -> None:
        assert fetched("chromium", SECURE, url, "granted", target_address_space=declared).verdict == verdict

    def test_it_is_checked_of_pages_in_private_networks_too(self) -> None:
        assert fetched("chromium", AT_HOME, PUBLIC, target_address_space="local").verdict == OTHER_SPACE

    def test_it_needs_the_permission_all_the_same(self) -> None:
        assert fetched("chromium", SECURE, LOOPBACK, "denied", target_address_space="loopback").verdict == DENIED

    def test_it_goes_with_the_preflight(self) -> None:
        blocked = fetched("chromium", SECURE, LOOPBACK, "granted", method="PUT", target_address_space="local")

        assert blocked.verdict == OTHER_SPACE
        assert blocked.sent == []

    def test_chromium_throws_for_another_value(self) -> None:
        with pytest.raises(TypeError, match="target_address_space has to be one of"):
            fetched("chromium", SECURE, LOOPBACK, target_address_space="Loopback")

    @pytest.mark.parametrize("browser", ["firefox", "webkit", "standard"])
    def test_others_do_not_know_it(self, browser: str) -> None:
        assert fetched(browser, SECURE, LOCAL, "granted", target_address_space="x").verdict == "cors"


# Chromium, an https page; what it asks, what it declares; what comes of it
MIXED = [
    pytest.param("http://192.168.0.1/", None, "cors", id="an address"),
    pytest.param("http://router.local/", None, "cors", id="a name below .local"),
    pytest.param("http://nas.example/", None, "mixed-content", id="a name"),
    pytest.param("http://nas.example/", "local", "cors", id="a name and what it declares"),
    pytest.param("http://nas.example/", "public", "mixed-content", id="declared as public"),
    pytest.param("http://8.8.8.8/", None, "mixed-content", id="a public address"),
]


class TestMixedContent:
    @pytest.mark.parametrize(("url", "declared", "verdict"), MIXED)
    def test_what_is_known_to_be_local_is_none(self, url: str, declared: str | None, verdict: str) -> None:
        simulation = Simulation(profile_named("chromium"), page=SECURE, prohibits_mixed_content=True)
        simulation.user_agent.address_spaces.stated = lambda origin: (
            AddressSpace.LOCAL if origin.host == "nas.example" else None
        )

        assert simulation.fetch(url, ALLOWED, target_address_space=declared).verdict == verdict

    @pytest.mark.parametrize("browser", ["firefox", "webkit", "standard"])
    def test_to_others_it_is(self, browser: str) -> None:
        page = Simulation(profile_named(browser), page=SECURE, prohibits_mixed_content=True)

        assert page.fetch("http://192.168.0.1/", ALLOWED).verdict == "mixed-content"

    def test_this_machine_needs_no_exception(self) -> None:
        url = parse_url("http://127.0.0.1/")
        assert url is not None

        assert not is_known_to_be_local(url, None)


class TestDraft:
    def test_a_browser_that_asks_nobody_lets_secure_pages_through(self) -> None:
        rules = attrs.evolve(profile_named("chromium").local_network_access, asks_visitor=False)
        page = Simulation(profile_named("chromium").evolve(local_network_access=rules), page=SECURE, granted="")
        result = page.fetch(LOOPBACK, ALLOWED)

        assert result.verdict == "cors"
        assert any(finding.algorithm is LOCAL_NETWORK_ACCESS_CHECK for finding in result.params.findings)

    def test_each_space_but_the_public_one_has_a_permission(self) -> None:
        assert permission_for(AddressSpace.LOCAL) == "local-network"
        assert permission_for(AddressSpace.LOOPBACK) == "loopback-network"
