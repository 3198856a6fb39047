"""
What each browser calls a failure, and when it says nothing.
"""

from __future__ import annotations

import pytest

from browsercors.engines.registry import real_browsers
from browsercors.engines.standard.profile import STANDARD
from browsercors.rules.failures import FailedFetch, Identifier
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.headers import HeaderList
from browsercors.values.requests import RedirectMode, ResponseTainting
from browsercors.values.transport import Fault
from browsercors.values.urls import parse_url

RULE = Algorithm("a rule", "https://example.com/#rule")
PREFLIGHT = FailedFetch(during_preflight=True)
REDIRECT = FailedFetch(status=302, url=parse_url("https://app.example/0"))
UNSAFE = FailedFetch(status=302, headers=HeaderList([(b"Location", b"data:,x")]))
MALFORMED = FailedFetch(status=302, headers=HeaderList([(b"Location", b"http://")]))
OWN = FailedFetch(tainting=ResponseTainting.BASIC)
OWN_REDIRECT = FailedFetch(tainting=ResponseTainting.BASIC, status=302, url=parse_url("https://app.example/0"))
OPAQUE = FailedFetch(tainting=ResponseTainting.OPAQUE)
XHR = FailedFetch(is_xml_http_request=True)
ORIGIN_TWICE = HeaderList([(b"Access-Control-Allow-Origin", b"a"), (b"Access-Control-Allow-Origin", b"b")])
ORIGIN_IN_TWO_CASES = HeaderList([(b"Access-Control-Allow-Origin", b"a"), (b"access-control-allow-origin", b"b")])


CASES = [
    # reason, evidence, failed: what Chromium, Firefox and WebKit say
    (
        "allow-origin-missing",
        {},
        FailedFetch(),
        "MissingAllowOriginHeader",
        "CORSMissingAllowOrigin2",
        "origin-not-allowed",
    ),
    (
        "allow-origin-missing",
        {},
        PREFLIGHT,
        "PreflightMissingAllowOriginHeader",
        "CORSMissingAllowOrigin2",
        "origin-not-allowed",
    ),
    (
        "allow-origin-missing",
        {},
        REDIRECT,
        "MissingAllowOriginHeader",
        "CORSMissingAllowOrigin2",
        "redirect:origin-not-allowed",
    ),
    (
        "allow-origin-list",
        {"origin": b"a, b"},
        FailedFetch(),
        ("MultipleAllowOriginValues", "a, b"),
        "CORSAllowOriginNotMatchingOrigin",
        "more-than-one-origin",
    ),
    (
        "allow-origin-repeated",
        {"origin": b"a, b"},
        FailedFetch(headers=ORIGIN_TWICE),
        ("MultipleAllowOriginValues", "a, b"),
        "CORSMultipleAllowOriginNotAllowed",
        "more-than-one-origin",
    ),
    (
        "allow-origin-repeated",
        {"origin": b"a, b"},
        FailedFetch(headers=ORIGIN_IN_TWO_CASES),
        ("MultipleAllowOriginValues", "a, b"),
        "CORSAllowOriginNotMatchingOrigin",
        "more-than-one-origin",
    ),
    (
        "allow-credentials-not-true",
        {"credentials": None},
        FailedFetch(),
        "InvalidAllowCredentials",
        "CORSMissingAllowCredentials",
        "credentials-not-allowed",
    ),
    (
        "allow-credentials-not-true",
        {"credentials": b"True"},
        PREFLIGHT,
        ("PreflightInvalidAllowCredentials", "True"),
        "CORSMissingAllowCredentials",
        "credentials-not-allowed",
    ),
    (
        "preflight-redirected",
        {},
        PREFLIGHT,
        "PreflightDisallowedRedirect",
        "CORSExternalRedirectNotAllowed",
        "preflight-status",
    ),
    (
        "preflight-redirected",
        {},
        FailedFetch(during_preflight=True, redirect_mode=RedirectMode.ERROR),
        "PreflightDisallowedRedirect",
        "CORSPreflightDidNotSucceed3",
        "preflight-status",
    ),
    (
        "preflight-status-not-ok",
        {},
        PREFLIGHT,
        "PreflightInvalidStatus",
        "CORSPreflightDidNotSucceed3",
        "preflight-status",
    ),
    (
        "method-not-allowed",
        {"method": b"PUT"},
        PREFLIGHT,
        ("MethodDisallowedByPreflightResponse", "PUT"),
        "CORSMethodNotFound",
        "method-not-allowed",
    ),
    (
        "header-not-allowed",
        {"name": b"x-a"},
        PREFLIGHT,
        ("HeaderDisallowedByPreflightResponse", "x-a"),
        "CORSMissingAllowHeaderFromPreflight2",
        "header-not-allowed",
    ),
    (
        "redirect-with-credentials",
        {"location": "https://u@api.example/"},
        REDIRECT,
        "RedirectContainsCredentials",
        "CORSDidNotSucceed2",
        "redirect:redirect-with-credentials",
    ),
    (
        "redirect-with-credentials",
        {"location": "https://u@app.example/"},
        OWN_REDIRECT,
        "origin",
        "CORSDidNotSucceed2",
        "redirect:redirect-with-credentials",
    ),
    (
        "redirect-with-credentials",
        {"location": "https://u@api.example/"},
        OWN_REDIRECT,
        "RedirectContainsCredentials",
        "CORSDidNotSucceed2",
        "redirect:redirect-with-credentials",
    ),
    (
        "redirect-scheme-not-http",
        {"location": "data:,x"},
        REDIRECT,
        "net::ERR_UNSAFE_REDIRECT",
        "CORSDidNotSucceed2",
        "redirect:redirect-to-other-scheme",
    ),
    (
        "redirect-scheme-not-http",
        {"location": "data:,x"},
        OWN_REDIRECT,
        "net::ERR_UNSAFE_REDIRECT",
        "DATA_URI_BLOCKED",
        "redirect:redirect-to-other-scheme",
    ),
    (
        "redirect-scheme-not-http",
        {"location": "mailto:x"},
        REDIRECT,
        "CorsDisabledScheme",
        "CORSRequestNotHttp",
        "redirect:redirect-to-other-scheme",
    ),
    (
        "redirect-scheme-not-http",
        {"location": "ftp://x/"},
        OWN_REDIRECT,
        "CorsDisabledScheme",
        "CORSRequestNotHttp",
        "scheme-not-supported",
    ),
    (
        "redirect-scheme-not-http",
        {"location": "file:///x"},
        OWN_REDIRECT,
        "net::ERR_UNSAFE_REDIRECT",
        "SOP",
        "local-resource",
    ),
    (
        "redirect-location-invalid",
        {"location": b"http://"},
        REDIRECT,
        "net::ERR_INVALID_REDIRECT",
        "CORSDidNotSucceed2",
        "redirect:redirect-to-other-scheme",
    ),
    ("redirect-location-invalid", {"location": b"http://"}, OWN_REDIRECT, "net::ERR_INVALID_REDIRECT", None, None),
    ("redirect-location-invalid", {"location": b""}, REDIRECT, "net::ERR_INVALID_REDIRECT", "CORSDidNotSucceed2", None),
    (
        "allow-origin-missing",
        {},
        UNSAFE,
        "MissingAllowOriginHeader",
        "CORSDidNotSucceed2",
        "redirect:origin-not-allowed",
    ),
    (
        "allow-origin-missing",
        {},
        MALFORMED,
        "net::ERR_INVALID_REDIRECT",
        "CORSDidNotSucceed2",
        "redirect:origin-not-allowed",
    ),
    ("redirect-limit", {}, OWN_REDIRECT, "net::ERR_TOO_MANY_REDIRECTS", None, "too-many-redirects"),
    ("redirect-mode-error", {}, REDIRECT, "net::ERR_FAILED", None, "redirect-not-allowed"),
    ("same-origin-mode", {}, OWN, "DisallowedByMode", "SOP", "same-origin-mode"),
    ("same-origin-mode", {}, OWN_REDIRECT, "origin", "SOP", "same-origin-mode"),
    ("no-cors-redirect-mode", {}, OWN, "NoCorsRedirectModeNotFollow", None, "no-cors-redirect-mode"),
    (
        "scheme-not-supported",
        {"scheme": "foo"},
        OWN,
        ("CorsDisabledScheme", "foo"),
        "CORSRequestNotHttp",
        "scheme-not-supported",
    ),
    (
        "scheme-not-supported",
        {"scheme": "foo"},
        XHR,
        "CorsDisabledScheme",
        "CORSRequestNotHttp",
        "scheme-not-supported",
    ),
    ("scheme-not-supported", {"scheme": "file"}, OWN, "other", "SOP", "scheme-not-supported"),
    ("scheme-not-supported", {"scheme": "ftp"}, XHR, None, "CORSRequestNotHttp", "scheme-not-supported"),
    (
        "cross-origin-resource-policy",
        {"policy": b"same-site"},
        OWN,
        "corp-not-same-site",
        "COEP",
        "cross-origin-resource-policy",
    ),
    ("connection-failed", {}, FailedFetch(), "net::ERR_CONNECTION_FAILED", "CORSDidNotSucceed2", None),
    ("connection-failed", {"fault": Fault.REFUSED}, OPAQUE, "net::ERR_CONNECTION_REFUSED", None, None),
    ("connection-failed", {"fault": Fault.RESET}, OPAQUE, "net::ERR_CONNECTION_RESET", None, None),
    ("connection-failed", {"fault": Fault.NAME_NOT_RESOLVED}, OPAQUE, "net::ERR_NAME_NOT_RESOLVED", None, None),
    ("connection-failed", {}, PREFLIGHT, "net::ERR_CONNECTION_FAILED", "CORSDidNotSucceed2", "connection-terminated"),
    ("connection-failed", {}, OWN, "net::ERR_CONNECTION_FAILED", None, None),
    ("integrity-mismatch", {}, FailedFetch(), None, "Sub-resource Integrity", "integrity"),
    ("connection-failed", {}, OPAQUE, "net::ERR_CONNECTION_FAILED", None, None),
    ("scheme-not-supported", {"scheme": "foo"}, OPAQUE, ("CorsDisabledScheme", "foo"), None, None),
    (
        "allow-origin-invalid",
        {"origin": b"\xff"},
        FailedFetch(),
        "InvalidAllowOriginValue",
        "CORSAllowOriginNotMatchingOrigin",
        "origin-not-allowed",
    ),
    ("not-mounted", {}, FailedFetch(), None, None, None),
]


@pytest.mark.parametrize(("reason", "evidence", "failed", "chromium", "firefox", "webkit"), CASES)
def test_each_browser_has_its_own_name_for_a_failure_or_keeps_silent(
    reason: str,
    evidence: dict[str, object],
    failed: FailedFetch,
    chromium: str | tuple[str, str] | None,
    firefox: str | None,
    webkit: str | None,
) -> None:
    finding = RULE.failed("1", Reason(reason), **evidence)
    named = [profile.identifier(finding, failed) for profile in real_browsers()]

    expected = [(name, "") if isinstance(name, str) else name for name in (chromium, firefox, webkit)]
    assert named == expected


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason.is_cors])
def test_every_real_browser_has_a_name_for_every_failure_of_cors(reason: Reason) -> None:
    finding = RULE.failed("1", reason, location="https://u@api.example/")

    assert None not in {profile.identifier(finding, PREFLIGHT) for profile in real_browsers()}


def test_the_standard_has_no_names() -> None:
    assert STANDARD.identifier(RULE.failed("1", Reason.BAD_PORT), FailedFetch()) is None


def test_an_identifier_is_a_name_with_a_parameter() -> None:
    assert Identifier("MethodDisallowedByPreflightResponse", "PUT").parameter == "PUT"
    assert Identifier("MissingAllowOriginHeader").parameter == ""
