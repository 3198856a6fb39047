"""
The CORS check, the TAO check and the cross-origin resource policy check.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from browsercors.fetch.checks import cors_check, cross_origin_resource_policy_check, tao_check
from browsercors.values.findings import Outcome
from browsercors.values.headers import HeaderList
from browsercors.values.requests import Request, RequestMode, ResponseTainting
from tests.fetch.engine import API, APP, OTHER, SITES, header_list, make_environment, parsed

PAGE = b"https://app.example"


def make_request(url: str = API, *, page: str = APP, opaque: bool = False, **changes: Any) -> Request:
    environment = make_environment(page, opaque=opaque)
    request = Request(b"GET", [parsed(url)], HeaderList(), environment, environment.origin, mode=RequestMode.CORS)
    for name, value in changes.items():
        setattr(request, name, value)
    return request


def allow(*origins: bytes, credentials: tuple[bytes, ...] = ()) -> HeaderList:
    return HeaderList(
        [(b"Access-Control-Allow-Origin", origin) for origin in origins]
        + [(b"access-control-allow-credentials", value) for value in credentials]
    )


CORS_CHECK_CASES = [
    # credentials  Allow-Origin                 Allow-Credentials     step  reason
    (False, [], [], "2", "allow-origin-missing"),
    (False, [b"*"], [], "3", None),
    (False, [b"null"], [], "4", "allow-origin-mismatch"),
    (False, [PAGE], [], "5", None),
    (False, [PAGE], [b"true"], "5", None),
    (False, [PAGE], [b"nonsense"], "5", None),
    (False, [PAGE + b"/"], [], "4", "allow-origin-mismatch"),
    (False, [PAGE + b":443"], [], "4", "allow-origin-mismatch"),
    (False, [b"http://app.example"], [], "4", "allow-origin-mismatch"),
    (False, [b"HTTPS://app.example"], [], "4", "allow-origin-mismatch"),
    (False, [b"https://App.example"], [], "4", "allow-origin-mismatch"),
    (False, [b"https://*.example"], [], "4", "allow-origin-mismatch"),
    (False, [b"app.example"], [], "4", "allow-origin-invalid"),
    (False, [b""], [], "4", "allow-origin-invalid"),
    (False, [b"true"], [], "4", "allow-origin-invalid"),
    (False, [b"Null"], [], "4", "allow-origin-invalid"),
    (False, [b"\xff"], [], "4", "allow-origin-invalid"),
    (False, [PAGE + b", https://b.example"], [], "4", "allow-origin-list"),
    (False, [b"*, *"], [], "4", "allow-origin-list"),
    (False, [b"*,"], [], "4", "allow-origin-list"),
    (False, [PAGE + b" https://b.example"], [], "4", "allow-origin-space-separated"),
    (False, [PAGE, PAGE], [], "4", "allow-origin-repeated"),
    (False, [b"*", b"*"], [], "4", "allow-origin-repeated"),
    (False, [b"*", PAGE], [], "4", "allow-origin-repeated"),
    (True, [], [b"true"], "2", "allow-origin-missing"),
    (True, [b"*"], [b"true"], "4", "allow-origin-wildcard-with-credentials"),
    (True, [b"*", b"*"], [b"true"], "4", "allow-origin-repeated"),
    (True, [PAGE + b"/"], [b"true"], "4", "allow-origin-mismatch"),
    (True, [PAGE], [b"true"], "7", None),
    (True, [PAGE], [], "8", "allow-credentials-not-true"),
    (True, [PAGE], [b"True"], "8", "allow-credentials-not-true"),
    (True, [PAGE], [b"TRUE"], "8", "allow-credentials-not-true"),
    (True, [PAGE], [b"false"], "8", "allow-credentials-not-true"),
    (True, [PAGE], [b""], "8", "allow-credentials-not-true"),
    (True, [PAGE], [b"*"], "8", "allow-credentials-not-true"),
    (True, [PAGE], [b"true", b"true"], "8", "allow-credentials-not-true"),
]


@pytest.mark.parametrize(("with_credentials", "origins", "credentials", "step", "reason"), CORS_CHECK_CASES)
def test_the_cors_check_wants_the_origin_of_the_page(
    with_credentials: bool, origins: list[bytes], credentials: list[bytes], step: str, reason: str | None
) -> None:
    headers = allow(*origins, credentials=tuple(credentials))
    finding = cors_check(PAGE, headers, with_credentials=with_credentials)

    assert (step, reason) == (finding.step, finding.reason and finding.reason.value)
    assert (Outcome.PASSED if reason is None else Outcome.FAILED) is finding.outcome
    assert finding.reason is None or finding.reason.is_cors


def test_the_check_says_what_it_compared() -> None:
    missing = cors_check(PAGE, HeaderList(), with_credentials=True)
    mismatch = cors_check(PAGE, allow(b"null"), with_credentials=False)
    credentials = cors_check(PAGE, allow(PAGE, credentials=(b"yes",)), with_credentials=True)

    assert missing.evidence == {"wanted": PAGE}
    assert mismatch.evidence == {"origin": b"null", "wanted": PAGE}
    assert credentials.evidence == {"origin": PAGE, "credentials": b"yes"}


def test_the_value_null_is_the_origin_of_an_opaque_page() -> None:
    assert cors_check(b"null", allow(b"null"), with_credentials=False).step == "5"
    assert cors_check(b"null", allow(b"null", credentials=(b"true",)), with_credentials=True).step == "7"
    assert cors_check(b"null", allow(PAGE), with_credentials=False).step == "4"


ORIGINS = st.one_of(st.sampled_from([b"*", PAGE, b"null", PAGE + b"/", b""]), st.binary(max_size=6))
RESPONSES = st.builds(
    allow,
    ORIGINS,
    credentials=st.lists(st.one_of(st.sampled_from([b"true", b"True"]), st.binary(max_size=5)), max_size=2).map(tuple),
)


@given(headers=RESPONSES)
def test_credentials_never_widen_access(headers: HeaderList) -> None:
    """
    What may be read with credentials may be read without them.
    """
    bare = cors_check(PAGE, headers, with_credentials=False)
    full = cors_check(PAGE, headers, with_credentials=True)

    assert bare.ok or not full.ok


@given(headers=RESPONSES)
def test_with_credentials_one_spelling_passes(headers: HeaderList) -> None:
    finding = cors_check(PAGE, headers, with_credentials=True)
    values = (
        headers.get_all(b"access-control-allow-origin"),
        headers.get_all(b"access-control-allow-credentials"),
    )

    assert finding.ok == (values == ([PAGE], [b"true"]))


BASIC, CORS, OPAQUE = ResponseTainting.BASIC, ResponseTainting.CORS, ResponseTainting.OPAQUE

TAO_CASES = [
    # Timing-Allow-Origin                     request                                          passes
    ([], {"response_tainting": BASIC}, True),
    ([], {"response_tainting": CORS}, False),
    ([], {"response_tainting": OPAQUE}, False),
    (["*"], {"response_tainting": CORS}, True),
    (["*"], {"response_tainting": OPAQUE}, True),
    ([APP], {"response_tainting": CORS}, True),
    ([f"https://x.example, {APP}"], {"response_tainting": CORS}, True),
    (["https://x.example,\t*"], {"response_tainting": CORS}, True),
    (["https://x.example", APP], {"response_tainting": CORS}, True),
    ([f"{APP}/"], {"response_tainting": CORS}, False),
    ([f'"{APP}"'], {"response_tainting": CORS}, False),
    ([f'"a, {APP}"'], {"response_tainting": CORS}, False),
    ([f"{APP} *"], {"response_tainting": CORS}, False),
    (["null"], {"response_tainting": CORS}, False),
    (["null"], {"response_tainting": CORS, "redirect_taint": "same-site"}, True),
    ([APP], {"response_tainting": CORS, "redirect_taint": "same-site"}, False),
    ([""], {"response_tainting": BASIC}, True),
    (["*"], {"response_tainting": BASIC, "timing_allow_failed": True}, False),
    ([], {"response_tainting": BASIC, "mode": RequestMode.NAVIGATE}, False),
    (["*"], {"response_tainting": BASIC, "mode": RequestMode.NAVIGATE}, True),
    ([], {"response_tainting": BASIC, "mode": RequestMode.NAVIGATE, "url": f"{APP}/x"}, True),
]


@pytest.mark.parametrize(("values", "changes", "expected"), TAO_CASES)
def test_the_tao_check_wants_a_star_or_the_origin(values: list[str], changes: dict[str, Any], expected: bool) -> None:
    headers = header_list(*(f"Timing-Allow-Origin: {value}" for value in values))

    assert expected == tao_check(make_request(**changes), headers).evidence["allowed"]


HTTP_APP = "http://app.example"

CORP_CASES = [
    # page      URL                        policy                       allowed
    (APP, API, [], True),
    (APP, API, ["cross-origin"], True),
    (APP, API, ["same-origin"], False),
    (APP, API, ["same-site"], False),
    (APP, API, ["Same-Origin"], True),
    (APP, API, ["same-origin, same-origin"], True),
    (APP, API, ["same-origin", "same-origin"], True),
    (APP, API, [""], True),
    (APP, f"{APP}/x", ["same-origin"], True),
    (APP, "https://app.example:8443/", ["same-origin"], False),
    (APP, "https://app.example:8443/", ["same-site"], True),
    (APP, "https://sub.app.example/", ["same-site"], True),
    (APP, "https://sub.app.example/", ["same-origin"], False),
    (APP, "http://sub.app.example/", ["same-site"], True),
    (HTTP_APP, "http://sub.app.example/", ["same-site"], True),
    (HTTP_APP, "https://sub.app.example/", ["same-site"], False),
    (HTTP_APP, "https://app.example/", ["same-origin"], False),
    (APP, OTHER, ["same-site"], False),
]


@pytest.mark.parametrize(("page", "url", "policies", "expected"), CORP_CASES)
def test_a_response_can_refuse_to_be_embedded(page: str, url: str, policies: list[str], expected: bool) -> None:
    headers = header_list(*(f"Cross-Origin-Resource-Policy: {policy}" for policy in policies))
    finding = cross_origin_resource_policy_check(make_request(url, page=page), parsed(url), headers, SITES)

    assert expected == finding.ok
    assert (None if expected else "cross-origin-resource-policy") == (finding.reason and finding.reason.value)


@pytest.mark.parametrize("policy", ["same-origin", "same-site"])
def test_a_page_of_opaque_origin_is_of_no_site(policy: str) -> None:
    request = make_request(f"{APP}/x", opaque=True)
    headers = header_list(f"Cross-Origin-Resource-Policy: {policy}")

    assert not cross_origin_resource_policy_check(request, request.current_url, headers, SITES).ok


def test_a_block_of_the_resource_policy_is_none_of_cors() -> None:
    finding = cross_origin_resource_policy_check(
        make_request(), parsed(API), header_list("Cross-Origin-Resource-Policy: same-site"), SITES
    )

    assert finding.reason is not None
    assert not finding.reason.is_cors
    assert finding.evidence == {"policy": b"same-site", "origin": PAGE}
