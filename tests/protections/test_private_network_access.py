"""
The preflight for private networks, as Chromium once sent it and as its draft wanted it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Browser
from browsercors.engines.registry import (
    HISTORICAL,
    browser_names,
    label_of,
    profile_named,
    profiles,
    real_browser_names,
    real_browsers,
)
from browsercors.protections.private_network_access import PRIVATE_NETWORK_PREFLIGHT
from browsercors.values.address_spaces import AddressSpace
from tests.fetch.engine import ALLOW_ANY, Simulation, answer

if TYPE_CHECKING:
    from tests.fetch.engine import Fetched

SECURE, INSECURE, AT_HOME = "https://app.example/", "http://app.example/", "https://router.local/"
LOOPBACK, LOCAL, PUBLIC = "http://127.0.0.1:8000/", "https://192.168.0.1/", "https://api.example/"
CONSENT = "Access-Control-Allow-Private-Network: true"
WILDCARDS = ("Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *")
CONSENTS = answer(ALLOW_ANY, CONSENT, *WILDCARDS)
SILENT = answer(ALLOW_ANY, *WILDCARDS)
NOT_ALLOWED = "private-network-not-allowed"


def fetched(
    preflight: str, page: str, url: str, answers: Any = CONSENTS, space: AddressSpace | None = None, **options: Any
) -> Fetched:
    profile = profile_named("chromium-pna").evolve(private_network_preflight=preflight)
    simulation = Simulation(profile, page=page, granted="")
    if space is not None:
        simulation.user_agent.address_spaces.stated = lambda _: space
    return simulation.fetch(url, answers, **options)


def warnings(result: Fetched) -> list[str]:
    return [
        finding.step
        for finding in result.params.findings
        if finding.algorithm is PRIVATE_NETWORK_PREFLIGHT and finding.outcome.value == "noted"
    ]


class TestPreflight:
    @pytest.mark.parametrize(
        ("page", "url", "options", "methods"),
        [
            pytest.param(SECURE, LOOPBACK, {}, ["OPTIONS", "GET"], id="a simple request to this machine"),
            pytest.param(SECURE, LOCAL, {}, ["OPTIONS", "GET"], id="a simple request to a private network"),
            pytest.param(SECURE, LOCAL, {"mode": "no-cors"}, ["OPTIONS", "GET"], id="a request without CORS"),
            pytest.param(SECURE, LOCAL, {"method": "PUT"}, ["OPTIONS", "PUT"], id="a request that CORS preflights"),
            pytest.param(SECURE, PUBLIC, {}, ["GET"], id="a request to a public server"),
            pytest.param(AT_HOME, LOOPBACK, {}, ["OPTIONS", "GET"], id="from a private network to this machine"),
            pytest.param(AT_HOME, LOCAL, {}, ["GET"], id="within a private network"),
            pytest.param(AT_HOME.replace("https", "http"), LOOPBACK, {}, ["GET"], id="an insecure page at home"),
            pytest.param(INSECURE, LOOPBACK, {}, [], id="an insecure public page"),
        ],
    )
    def test_which_requests_it_precedes(self, page: str, url: str, options: Any, methods: list[str]) -> None:
        assert methods == fetched("warned", page, url, **options).methods

    def test_what_it_asks(self) -> None:
        result = fetched(
            "warned", SECURE, LOCAL, method="POST", body="{}", headers={"Content-Type": "application/json"}
        )

        assert result.header("Access-Control-Request-Private-Network", 0) == "true"
        assert result.header("Access-Control-Request-Method", 0) == "POST"
        assert result.header("Access-Control-Request-Headers", 0) == "content-type"
        assert result.header("Access-Control-Request-Private-Network", 1) is None

    def test_without_cors_it_asks_for_no_headers(self) -> None:
        result = fetched("warned", SECURE, LOCAL, mode="no-cors", headers={"Accept-Language": "de"})

        assert result.header("Access-Control-Request-Headers", 0) is None
        assert result.header("Accept", 0) is None

    def test_its_own_secure_server_is_not_asked(self) -> None:
        assert fetched("enforced", SECURE, "/x", space=AddressSpace.PUBLIC).methods == ["GET"]

    def test_what_it_allows_is_remembered(self) -> None:
        page = Simulation(profile_named("chromium-pna"), page=SECURE, granted="")
        methods = [page.fetch(LOCAL, CONSENTS).methods for _ in range(2)]

        assert methods == [["OPTIONS", "GET"], ["GET"]]

    def test_the_browsers_of_today_send_none(self) -> None:
        assert [profile.name for profile in profiles().values() if profile.private_network_preflight != "none"] == []


class TestAnswer:
    @pytest.mark.parametrize(
        ("first", "warned", "enforced"),
        [
            pytest.param(CONSENTS, [], "cors", id="consent"),
            pytest.param(SILENT, ["4.2"], NOT_ALLOWED, id="none"),
            pytest.param(answer(ALLOW_ANY, CONSENT.replace("true", "TRUE")), ["4.2"], NOT_ALLOWED, id="in capitals"),
            pytest.param(answer(ALLOW_ANY, CONSENT, CONSENT), ["4.2"], NOT_ALLOWED, id="twice"),
            pytest.param(answer(CONSENT), ["5"], "allow-origin-missing", id="without the origin"),
            pytest.param(answer(ALLOW_ANY, CONSENT, status=404), ["5"], "preflight-status-not-ok", id="an error"),
        ],
    )
    def test_to_a_simple_request(self, first: Any, warned: list[str], enforced: str) -> None:
        as_it_was = fetched("warned", SECURE, LOCAL, [first, SILENT])
        as_drafted = fetched("enforced", SECURE, LOCAL, [first, SILENT])

        assert (as_it_was.verdict, warnings(as_it_was)) == ("cors", warned)
        assert as_drafted.verdict == enforced

    def test_what_cors_needs_is_needed(self) -> None:
        result = fetched("warned", SECURE, LOCAL, answer(CONSENT), method="PUT")

        assert result.verdict == "allow-origin-missing"

    def test_a_warning_hides_no_later_failure(self) -> None:
        result = fetched("warned", SECURE, LOCAL, answer(status=404))

        assert result.verdict == "allow-origin-missing"
        assert result.methods == ["OPTIONS", "GET"]


def test_an_insecure_public_page_is_blocked_under_its_old_name() -> None:
    browser = Browser("chromium-pna")
    block = browser.open(INSECURE).fetch(LOOPBACK).block

    assert block is not None
    assert block.identifiers["chromium-pna"] == "InsecurePrivateNetwork"


@pytest.mark.parametrize(
    ("answered", "name"),
    [
        (SILENT, "PreflightMissingAllowPrivateNetwork"),
        (answer(ALLOW_ANY, f"{CONSENT}x"), "PreflightInvalidAllowPrivateNetwork"),
    ],
)
def test_what_is_missing_has_its_old_name(answered: Any, name: str) -> None:
    profile = profile_named("chromium-pna").evolve(private_network_preflight="enforced")
    result = fetched("enforced", SECURE, LOCAL, answered)
    assert result.failed is not None
    identifier = profile.identifier(result.failed, Any)  # type: ignore[arg-type]

    assert identifier is not None
    assert identifier.name == name


def test_it_is_in_no_list_of_browsers() -> None:
    (name,) = HISTORICAL

    assert name not in (*browser_names(), *real_browser_names(), *profiles())
    assert name not in {profile.name for profile in real_browsers()}
    assert label_of(name) == "Chromium with Private Network Access"


def test_another_mode_does_not_exist() -> None:
    with pytest.raises(ValueError, match="private_network_preflight"):
        profile_named("chromium-pna").evolve(private_network_preflight="ignored")
