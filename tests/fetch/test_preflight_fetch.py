"""
The preflight: what is asked, and what the answer has to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.firefox.profile import FIREFOX
from browsercors.engines.standard.profile import STANDARD
from browsercors.engines.webkit.profile import WEBKIT
from browsercors.fetch.params import FetchParams, create_user_agent
from browsercors.fetch.preflight_fetch import create_preflight, preflight_question
from browsercors.fetch.preflight_response import max_age_of_the_standard
from browsercors.initiators.fetch_method import create_fetch_request
from browsercors.rules.preflight import PreflightStage
from browsercors.values.headers import HeaderList
from browsercors.values.requests import CredentialsMode, RequestMode, ResponseTainting
from tests.fetch.engine import (
    ALLOW,
    ALLOW_ANY,
    ALLOW_CREDENTIALS,
    API,
    APP,
    PROFILES,
    SITES,
    Fetched,
    Simulation,
    allowing,
    answer,
    failure,
    header_list,
    make_environment,
    redirect,
)

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile

PUT_JSON: dict[str, Any] = {
    "method": "PUT",
    "headers": [("X-B", "1"), ("Content-Type", "application/json"), ("x-A", "2"), ("Accept", "*/*")],
    "body": "{}",
}
GRANTS = ("Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: content-type, x-a, x-b")


def put_json(*answers: Any, profile: BrowserProfile = STANDARD, **options: Any) -> Fetched:
    return Simulation(profile).fetch(f"{API}/items/7?a#frag", list(answers), **{**PUT_JSON, **options})


def test_the_preflight_asks_for_method_and_unsafe_headers_and_sends_nothing_else() -> None:
    fetched = put_json(allowing(*GRANTS), allowing())
    preflight = fetched.sent[0]

    assert fetched.verdict == "cors"
    assert fetched.methods == ["OPTIONS", "PUT"]
    assert (preflight.url.target, preflight.body) == ("/items/7?a", None)
    assert list(preflight.headers) == [
        (b"Host", b"api.example"),
        (b"Connection", b"keep-alive"),
        (b"User-Agent", STANDARD.wire.user_agent),
        (b"Accept", b"*/*"),
        (b"Access-Control-Request-Method", b"PUT"),
        (b"Access-Control-Request-Headers", b"content-type,x-a,x-b"),
        (b"Referer", b"https://app.example/"),
        (b"Origin", b"https://app.example"),
        (b"Sec-Fetch-Site", b"cross-site"),
        (b"Sec-Fetch-Mode", b"cors"),
        (b"Sec-Fetch-Dest", b"empty"),
        (b"Accept-Language", b"en-US"),
        (b"Accept-Encoding", b"gzip, deflate, br, zstd"),
    ]


def test_a_preflight_without_unsafe_headers_does_not_name_any() -> None:
    fetched = Simulation().fetch(API, allowing("Access-Control-Allow-Methods: DELETE"), method="DELETE")

    assert fetched.methods == ["OPTIONS", "DELETE"]
    assert fetched.header("Access-Control-Request-Method", 0) == "DELETE"
    assert fetched.header("Access-Control-Request-Headers", 0) is None


def test_create_preflight_takes_over_where_the_request_goes_and_for_whom() -> None:
    request = create_fetch_request(
        make_environment(), STANDARD, API, [], credentials="include", mode="cors", cache="reload", redirect="error"
    )
    request.redirect_taint = "same-site"
    preflight = create_preflight(request, (b"x-a", b"x-b"))

    assert (preflight.method, preflight.url_list) == (b"OPTIONS", request.url_list)
    assert (preflight.mode, preflight.response_tainting) == (RequestMode.CORS, ResponseTainting.CORS)
    assert preflight.credentials_mode is CredentialsMode.SAME_ORIGIN
    assert (preflight.byte_serialized_origin(), preflight.client) == (b"null", request.client)
    assert preflight.body is None
    assert list(preflight.header_list) == [
        (b"Accept", b"*/*"),
        (b"Access-Control-Request-Method", b"GET"),
        (b"Access-Control-Request-Headers", b"x-a,x-b"),
    ]


NEEDED_CASES = [
    # options                                                        preflighted
    ({}, False),
    ({"method": "HEAD"}, False),
    ({"method": "POST", "body": "x"}, False),
    ({"method": "POST", "body": b"x"}, False),
    ({"method": "post"}, False),
    ({"method": "PUT"}, True),
    ({"method": "DELETE"}, True),
    ({"method": "OPTIONS"}, True),
    ({"method": "patch"}, True),
    ({"headers": {"Accept": "text/html"}}, False),
    ({"headers": {"X-A": "1"}}, True),
    ({"headers": {"Range": "bytes=0-1"}}, False),
    ({"headers": {"Range": "bytes=-1"}}, True),
    ({"headers": {"Cookie": "dropped"}}, False),
    ({"headers": {"Authorization": "Basic x"}}, True),
    ({"credentials": "include"}, False),
    ({"cache": "no-store"}, False),
    ({"integrity": "md5-x"}, False),
]


@pytest.mark.parametrize(("options", "expected"), NEEDED_CASES)
def test_what_any_page_could_send_needs_no_preflight(options: dict[str, Any], expected: bool) -> None:
    allow = allowing(
        "Access-Control-Allow-Methods: *, PUT, DELETE, OPTIONS", "Access-Control-Allow-Headers: *, authorization"
    )

    assert expected == Simulation().preflighted(API, allow, **options)


def test_a_preflight_says_every_reason_why_it_is_needed() -> None:
    finding = put_json(allowing(*GRANTS), allowing()).found("main fetch")[0]

    assert finding.step == "12.6"
    assert finding.evidence["method"] == b"PUT"
    assert finding.evidence["use_cors_preflight"] is False
    headers = finding.evidence["headers"]
    assert isinstance(headers, tuple)
    assert [(name, rule.value) for name, rule in headers] == [
        (b"X-B", "name-not-safelisted"),
        (b"Content-Type", "content-type-not-safelisted"),
        (b"x-A", "name-not-safelisted"),
    ]


JUDGED_CASES = [
    # the answer to the preflight                                                        step  reason
    (answer(*GRANTS), "2", "allow-origin-missing"),
    (answer(ALLOW_ANY, *GRANTS), None, None),
    (answer(ALLOW, *GRANTS), None, None),
    (answer(ALLOW, *GRANTS, status=204), None, None),
    (answer(ALLOW, *GRANTS, status=299), None, None),
    (answer(ALLOW, *GRANTS, status=199), "7", "preflight-status-not-ok"),
    (answer(ALLOW, *GRANTS, status=304), "7", "preflight-status-not-ok"),
    (answer(ALLOW, *GRANTS, status=404), "7", "preflight-status-not-ok"),
    (answer(ALLOW, *GRANTS, status=500), "7", "preflight-status-not-ok"),
    (answer(ALLOW, *GRANTS, status=302), "7", "preflight-status-not-ok"),
    (redirect("/", ALLOW, *GRANTS), "7", "preflight-redirected"),
    (redirect("/", ALLOW, *GRANTS, status=308), "7", "preflight-redirected"),
    (answer("Location: /", ALLOW, *GRANTS, status=304), "7", "preflight-status-not-ok"),
    (answer(ALLOW), "7.5", "method-not-allowed"),
    (answer(ALLOW, "Access-Control-Allow-Methods: P UT"), "7.3", "allow-methods-invalid"),
    (answer(ALLOW, "Access-Control-Allow-Methods: PUT, (", GRANTS[1]), "7.3", "allow-methods-invalid"),
    (answer(ALLOW, GRANTS[0], "Access-Control-Allow-Headers: x a"), "7.3", "allow-headers-invalid"),
    (answer(ALLOW, GRANTS[0], 'Access-Control-Allow-Headers: "x-a"'), "7.3", "allow-headers-invalid"),
    (answer(ALLOW, "Access-Control-Allow-Methods: put", GRANTS[1]), "7.5", "method-not-allowed"),
    (answer(ALLOW, "Access-Control-Allow-Methods: GET, POST", GRANTS[1]), "7.5", "method-not-allowed"),
    (answer(ALLOW, "Access-Control-Allow-Methods:", GRANTS[1]), "7.5", "method-not-allowed"),
    (answer(ALLOW, "Access-Control-Allow-Methods: GET", "Access-Control-Allow-Methods: PUT", GRANTS[1]), None, None),
    (answer(ALLOW, "Access-Control-Allow-Methods: ,GET ,, PUT\t", GRANTS[1]), None, None),
    (answer(ALLOW, "Access-Control-Allow-Methods: *", GRANTS[1]), None, None),
    (answer(ALLOW, GRANTS[0]), "7.7", "header-not-allowed"),
    (answer(ALLOW, GRANTS[0], "Access-Control-Allow-Headers: content-type, x-a"), "7.7", "header-not-allowed"),
    (answer(ALLOW, GRANTS[0], "Access-Control-Allow-Headers: CONTENT-TYPE,X-A,X-b"), None, None),
    (answer(ALLOW, GRANTS[0], "Access-Control-Allow-Headers: *"), None, None),
    (answer(ALLOW, GRANTS[0], "Access-Control-Allow-Headers: x-a, *"), None, None),
    (failure(), "8.1", "connection-failed"),
]


@pytest.mark.parametrize(("preflight", "step", "reason"), JUDGED_CASES)
def test_the_answer_to_a_preflight_is_judged(preflight: Any, step: str | None, reason: str | None) -> None:
    fetched = put_json(preflight, allowing())

    assert (step, reason) == (fetched.failed and fetched.failed.step, fetched.reason)
    assert (["OPTIONS"] if reason else ["OPTIONS", "PUT"]) == fetched.methods
    assert fetched.params.in_preflight == (reason is not None)


CREDENTIALED_CASES = [
    # the answer to the preflight of a credentialed request                                  reason
    (answer(ALLOW, ALLOW_CREDENTIALS, *GRANTS), None),
    (answer(ALLOW, *GRANTS), "allow-credentials-not-true"),
    (answer(ALLOW_ANY, ALLOW_CREDENTIALS, *GRANTS), "allow-origin-wildcard-with-credentials"),
    (answer(ALLOW, ALLOW_CREDENTIALS, "Access-Control-Allow-Methods: *", GRANTS[1]), "method-not-allowed"),
    (answer(ALLOW, ALLOW_CREDENTIALS, GRANTS[0], "Access-Control-Allow-Headers: *"), "header-not-allowed"),
    (answer(ALLOW, ALLOW_CREDENTIALS, GRANTS[0], "Access-Control-Allow-Headers: *, x-a"), "header-not-allowed"),
]


@pytest.mark.parametrize(("preflight", "reason"), CREDENTIALED_CASES)
def test_with_credentials_wildcards_are_names_like_any_other(preflight: Any, reason: str | None) -> None:
    fetched = put_json(preflight, allowing(), credentials="include")

    assert reason == fetched.reason


def test_with_credentials_a_method_called_star_is_allowed_by_its_name() -> None:
    simulation = Simulation()
    allow = allowing("Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *")

    assert simulation.fetch(API, allow, method="*", credentials="include").verdict == "cors"
    assert simulation.fetch(API, allow, headers={"*": "1"}, credentials="include").verdict == "cors"


AUTHORIZATION_CASES = [
    # Access-Control-Allow-Headers          profile     reason
    ("*", STANDARD, "header-not-allowed"),
    ("*, Authorization", STANDARD, None),
    ("authorization", STANDARD, None),
    ("x-a", STANDARD, "header-not-allowed"),
    ("*", CHROMIUM, None),
    ("*", FIREFOX, None),
    ("*", WEBKIT, None),
    ("x-a", CHROMIUM, "header-not-allowed"),
]


@pytest.mark.parametrize(("allowed", "profile", "reason"), AUTHORIZATION_CASES)
def test_authorization_has_to_be_listed_by_name_but_in_real_browsers(
    allowed: str, profile: BrowserProfile, reason: str | None
) -> None:
    fetched = Simulation(profile).fetch(
        API, allowing(f"Access-Control-Allow-Headers: {allowed}"), headers={"AUTHORIZATION": "x"}
    )

    assert reason == fetched.reason
    if reason and allowed == "*":
        assert fetched.failed is not None
        assert (fetched.failed.step, fetched.failed.evidence["name"]) == ("7.6", b"authorization")


LISTLESS_CASES = [
    # options                          a preflight's answer without any list   reason
    ({"method": "PUT"}, "method-not-allowed"),
    ({"headers": {"X-A": "1"}}, "header-not-allowed"),
    ({"method": "POST", "headers": {"Content-Type": "text/html"}}, "header-not-allowed"),
]


@pytest.mark.parametrize(("options", "reason"), LISTLESS_CASES)
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_missing_list_allows_nothing(profile: BrowserProfile, options: dict[str, Any], reason: str) -> None:
    assert reason == Simulation(profile).fetch(API, allowing(), **options).reason


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_safelisted_methods_need_no_listing(profile: BrowserProfile) -> None:
    allow = allowing("Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: x-a")

    assert Simulation(profile).fetch(API, allow, method="POST", headers={"X-A": "1"}).methods == ["OPTIONS", "POST"]


def test_a_forced_preflight_asks_for_nothing_unsafe_and_is_remembered() -> None:
    simulation = Simulation()
    fetched = simulation.xhr("POST", API, allowing(), body="x", upload_listeners=True)

    assert fetched.methods == ["OPTIONS", "POST"]
    assert fetched.header("Access-Control-Request-Method", 0) == "POST"
    assert simulation.xhr("POST", API, allowing(), body="x", upload_listeners=True).methods == ["POST"]


PATCH_CASES = [
    # method of the page    Access-Control-Allow-Methods    reason
    ("PATCH", "PATCH", None),
    ("patch", "PATCH", "method-not-allowed"),
    ("patch", "patch", None),
    ("PATCH", "patch", "method-not-allowed"),
    ("put", "PUT", None),
    ("PUT", "put", "method-not-allowed"),
    ("CHICKEN", "chicken", "method-not-allowed"),
    ("CHICKEN", "*", None),
]


@pytest.mark.parametrize(("method", "allowed", "reason"), PATCH_CASES)
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_methods_are_compared_with_case(profile: BrowserProfile, method: str, allowed: str, reason: str | None) -> None:
    assert (
        reason
        == Simulation(profile).fetch(API, allowing(f"Access-Control-Allow-Methods: {allowed}"), method=method).reason
    )


BAD = "Access-Control-Allow-Origin: https://bad.example"
BAD_METHODS = "Access-Control-Allow-Methods: ("
BAD_HEADERS = "Access-Control-Allow-Headers: ("

ORDER_CASES = [
    # two faults at once                                    standard, Chromium, Firefox, WebKit: which one is named
    (
        answer(BAD, status=500),
        ["allow-origin-mismatch", "allow-origin-mismatch", "allow-origin-mismatch", "preflight-status-not-ok"],
    ),
    (
        redirect("/", BAD),
        ["allow-origin-mismatch", "preflight-redirected", "allow-origin-mismatch", "preflight-redirected"],
    ),
    (answer(ALLOW, BAD_METHODS, status=404), ["preflight-status-not-ok"] * 4),
    (answer(ALLOW, BAD_METHODS, BAD_HEADERS), ["allow-methods-invalid"] * 4),
    (
        answer(ALLOW, "Access-Control-Allow-Methods: GET", BAD_HEADERS),
        ["allow-headers-invalid", "allow-headers-invalid", "method-not-allowed", "allow-headers-invalid"],
    ),
    (answer(ALLOW, "Access-Control-Allow-Methods: GET", "Access-Control-Allow-Headers: x"), ["method-not-allowed"] * 4),
]


@pytest.mark.parametrize(("preflight", "expected"), ORDER_CASES)
def test_browsers_name_the_first_fault_in_an_order_of_their_own(preflight: Any, expected: list[str]) -> None:
    assert expected == [put_json(preflight, profile=profile).reason for profile in PROFILES]


def test_malformed_lists_fail_even_where_they_are_not_needed() -> None:
    for profile in PROFILES:
        fetched = Simulation(profile).fetch(API, allowing(BAD_METHODS, GRANTS[1]), headers={"X-A": "1"})
        assert fetched.reason == "allow-methods-invalid"
        fetched = Simulation(profile).fetch(API, allowing(GRANTS[0], BAD_HEADERS), method="PUT")
        assert fetched.reason == "allow-headers-invalid"


NAMED_CASES = [
    # profile, and the one of several refused headers that it names
    (STANDARD, b"x-1"),
    (CHROMIUM, b"x-1"),
    (FIREFOX, b"x-1"),
    (WEBKIT, b"X-2"),
]


@pytest.mark.parametrize(("profile", "expected"), NAMED_CASES)
def test_of_several_refused_headers_one_is_named(profile: BrowserProfile, expected: bytes) -> None:
    fetched = Simulation(profile).fetch(
        API, allowing("Access-Control-Allow-Headers: x-3"), headers=[("X-3", ""), ("X-2", ""), ("X-1", "")]
    )

    assert fetched.failed is not None
    assert (fetched.failed.step, fetched.failed.evidence["name"]) == ("7.7", expected)
    assert fetched.failed.evidence["allowed"] == (b"x-3",)


def test_a_preflight_never_carries_credentials_and_stores_none() -> None:
    simulation = Simulation()
    assert simulation.fetch(APP, allowing("Set-Cookie: own=1")).verdict == "basic"
    grant = allowing(*GRANTS, "Set-Cookie: preflight=1; SameSite=None; Secure")
    fetched = simulation.fetch(
        API, [grant, allowing("Set-Cookie: actual=1; SameSite=None; Secure")], **PUT_JSON, credentials="include"
    )

    assert fetched.verdict == "cors"
    assert [cookie.name for cookie in simulation.user_agent.cookie_store] == [b"own", b"actual"]
    again = simulation.fetch(f"{API}/2", [grant, allowing()], **PUT_JSON, credentials="include")
    assert [again.header("Cookie", index) for index in (0, 1)] == [None, "actual=1"]


MAX_AGE_CASES = [
    # Access-Control-Max-Age        seconds by the standard
    ([], 5),
    (["0"], 0),
    (["600"], 600),
    (["0600"], 600),
    (["31536000"], 31536000),
    (["2147483648"], 2**31),
    (["2147483649"], 2**31),
    (["9999999999"], 2**31),
    (["9" * 30], 2**31),
    (["0" * 40 + "7"], 7),
    (["9" * 1_000_000], 2**31),
    ([""], 5),
    (["-1"], 5),
    (["+600"], 5),
    (["600.5"], 5),
    (["6e2"], 5),
    (["0x10"], 5),
    (["600s"], 5),
    (['"600"'], 5),
    (["600, 0"], 5),
    (["600", "600"], 5),
    (["6 0"], 5),
    (["\xb2"], 5),
    (["600\n"], 5),
]


@pytest.mark.parametrize(("values", "expected"), MAX_AGE_CASES)
def test_the_max_age_is_one_number_or_five_seconds(values: list[str], expected: float) -> None:
    assert expected == max_age_of_the_standard(header_list(*(f"access-control-max-age: {value}" for value in values)))


@given(st.binary(max_size=30))
def test_no_max_age_is_negative_or_raises(value: bytes) -> None:
    headers = HeaderList([(b"Access-Control-Max-Age", value)])

    for profile in PROFILES:
        seconds = profile.preflight_cache.max_age(headers)
        # NB: in WebKit a negative one has passed already.
        assert seconds is None or seconds >= 0 or profile is WEBKIT


def make_params(**options: Any) -> FetchParams:
    environment = make_environment()
    agent = create_user_agent(STANDARD, SITES)
    return FetchParams(agent, create_fetch_request(environment, STANDARD, f"{API}/x?y#z", [], **options), 0.0)


def test_the_cache_is_asked_for_partition_origin_url_method_and_names() -> None:
    question = preflight_question(make_params(method="PUT", credentials="include"), (b"x-a",), forced=True)

    assert question.key == ("https://app.example", b"https://app.example")
    assert (question.url, question.method, question.header_names) == (f"{API}/x?y#z", b"PUT", (b"x-a",))
    assert (question.with_credentials, question.forced) == (True, True)
    assert preflight_question(make_params(), (), forced=False).with_credentials is False


CACHE_MODE_CASES = [
    # profile    no-store, reload, no-cache: Cache-Control of the preflight
    (STANDARD, [None, None, None]),
    (CHROMIUM, ["no-cache", "no-cache", "max-age=0"]),
    (FIREFOX, ["no-cache", "no-cache", "max-age=0"]),
    (WEBKIT, [None, None, None]),
]


@pytest.mark.parametrize(("profile", "expected"), CACHE_MODE_CASES)
def test_the_cache_mode_shows_in_preflights_of_chromium_and_firefox(
    profile: BrowserProfile, expected: list[str | None]
) -> None:
    assert expected == [
        put_json(allowing(*GRANTS), profile=profile, cache=mode).header("Cache-Control", 0)
        for mode in ("no-store", "reload", "no-cache")
    ]


def test_every_stage_is_judged_by_every_browser_once() -> None:
    for profile in PROFILES:
        stages = profile.preflight.stages
        assert len(set(stages)) == len(stages)
        # NB: STORE and REDIRECT are steps of some browsers, PRIVATE_NETWORK of one that is no more.
        assert set(PreflightStage) - set(stages) <= {
            PreflightStage.STORE,
            PreflightStage.REDIRECT,
            PreflightStage.PRIVATE_NETWORK,
        }
