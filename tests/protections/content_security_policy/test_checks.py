"""
Whether a page's policies let it make a request, and in which order that is asked.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors.engines.standard.profile import STANDARD
from browsercors.protections.content_security_policy.checks import (
    effective_directive,
    fallback_list,
    violated_directive,
)
from browsercors.protections.content_security_policy.parsing import parse_a_responses_csps, parse_a_serialized_csp
from browsercors.values.content_security_policy import CSPList, Disposition
from tests.fetch.engine import (
    ALLOW,
    ALLOW_ANY,
    API,
    APP,
    OTHER,
    PROFILES,
    Simulation,
    answer,
    header_list,
    parsed,
    redirect,
)

BLOCKED = "content-security-policy"


def policies(*policies: str, report_only: str = "", page: str = APP) -> CSPList:
    lines = [f"Content-Security-Policy: {policy}" for policy in policies]
    if report_only:
        lines.append(f"Content-Security-Policy-Report-Only: {report_only}")
    csp_list = parse_a_responses_csps(header_list(*lines), parsed(page).origin)
    assert csp_list is not None
    return csp_list


def page_with(*stated: str, **options: Any) -> Simulation:
    return Simulation(csp_list=policies(*stated, **options))


DIRECTIVE_CASES = [
    # destination       its directive         what decides in its place
    ("", "connect-src", ("connect-src", "default-src")),
    ("image", "img-src", ("img-src", "default-src")),
    ("script", "script-src-elem", ("script-src-elem", "script-src", "default-src")),
    ("worker", "worker-src", ("worker-src", "child-src", "script-src", "default-src")),
    ("iframe", "frame-src", ("frame-src", "child-src", "default-src")),
    ("json", "connect-src", ("connect-src", "default-src")),
    ("style", "style-src-elem", ("style-src-elem", "style-src", "default-src")),
    ("font", "font-src", ("font-src", "default-src")),
    ("audio", "media-src", ("media-src", "default-src")),
    ("video", "media-src", ("media-src", "default-src")),
    ("track", "media-src", ("media-src", "default-src")),
    ("object", "object-src", ("object-src", "default-src")),
    ("embed", "object-src", ("object-src", "default-src")),
    ("manifest", "manifest-src", ("manifest-src", "default-src")),
    ("xslt", "script-src-elem", ("script-src-elem", "script-src", "default-src")),
    ("sharedworker", "worker-src", ("worker-src", "child-src", "script-src", "default-src")),
    ("something new", "connect-src", ("connect-src", "default-src")),
]


@pytest.mark.parametrize(("destination", "directive", "fallback"), DIRECTIVE_CASES)
def test_a_destination_has_a_directive(destination: str, directive: str, fallback: tuple[str, ...]) -> None:
    found = effective_directive(destination)

    assert directive == found
    assert fallback == fallback_list(directive)


def test_reports_are_never_blocked() -> None:
    assert effective_directive("report") is None
    assert fallback_list("sandbox") == ()


VIOLATION_CASES = [
    # destination, policy                                             the directive that is violated
    ("", "connect-src 'none'", "connect-src"),
    ("", "default-src 'none'", "default-src"),
    ("", "default-src 'none'; connect-src *", None),
    ("", "img-src 'none'", None),
    ("image", "img-src 'none'", "img-src"),
    ("worker", "child-src 'none'; script-src *", "child-src"),
    ("worker", "script-src 'none'", "script-src"),
    ("report", "default-src 'none'", None),
]


@pytest.mark.parametrize(("destination", "policy", "expected"), VIOLATION_CASES)
def test_the_first_directive_of_the_fallback_list_decides(destination: str, policy: str, expected: str | None) -> None:
    request = Simulation().fetch(f"{API}/x", answer()).request
    request.destination = destination
    parsed_policy = parse_a_serialized_csp(policy, Disposition.ENFORCE)

    found = violated_directive(request, parsed_policy, parsed(APP).origin, STANDARD.content_security_policy)

    assert expected == found


REQUEST_CASES = [
    # id                            policies                                      verdict   requests
    ("no list allows nothing",      ["connect-src"],                              BLOCKED,  0),
    ("listed",                      [f"connect-src {API}"],                       "cors",   2),
    ("each policy has to allow it", ["connect-src *", "default-src 'self'"],      BLOCKED,  0),
    ("of other directives",         ["img-src 'none'; frame-ancestors 'none'"],   "cors",   2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "verdict", "requests"), [pytest.param(*row[1:], id=row[0]) for row in REQUEST_CASES]
)
def test_what_is_blocked_is_not_even_preflighted(stated: list[str], verdict: str, requests: int) -> None:
    fetched = page_with(*stated).fetch(f"{API}/x", answer(ALLOW, "Access-Control-Allow-Methods: PUT"), method="PUT")

    assert (verdict, requests) == (fetched.verdict, len(fetched.sent))


def test_every_hop_is_asked_and_paths_count_only_for_the_first() -> None:
    hop = redirect(f"{OTHER}/y", ALLOW)
    there = answer(ALLOW_ANY)

    assert BLOCKED == page_with(f"connect-src {API}").fetch(f"{API}/x", [hop, there]).verdict
    assert BLOCKED == page_with(f"connect-src {API}/z {OTHER}").fetch(f"{API}/x", [hop, there]).verdict
    assert "cors" == page_with(f"connect-src {API} {OTHER}/z").fetch(f"{API}/x", [hop, there]).verdict


def test_a_policy_that_reports_blocks_nothing_and_says_what_it_would() -> None:
    page = page_with(report_only="connect-src 'self'")
    fetched = page.fetch(f"{API}/x", answer(ALLOW))
    own = page.fetch(f"{APP}/x", answer())

    (finding,) = fetched.found("report Content Security Policy violations for request")
    assert ("cors", "connect-src", ("'self'",)) == (
        fetched.verdict, finding.evidence["directive"], finding.evidence["sources"]
    )  # fmt: skip
    assert own.found("report Content Security Policy violations for request") == []


def test_what_is_ignored_in_a_policy_is_noted() -> None:
    fetched = page_with("connect-src * nothing_at_all").fetch(f"{API}/x", answer(ALLOW))

    assert ["connect-src lists 'nothing_at_all', which is no source"] == [
        finding.evidence["warning"] for finding in fetched.found("parse a serialized CSP")
    ]


@pytest.mark.parametrize("url", ["http://api.example/", "https://api.example:25/"])
def test_the_policy_speaks_before_other_protections_do(url: str) -> None:
    pages = [
        Simulation(each, csp_list=policies("connect-src 'self'"), prohibits_mixed_content=True) for each in PROFILES
    ]

    assert [BLOCKED] * 4 == [page.fetch(url).verdict for page in pages]


def test_what_a_sandboxed_frame_inherits_means_the_page_that_it_inherits_from() -> None:
    csp_list = policies("connect-src 'self'")
    pages = [Simulation(each, csp_list=csp_list, opaque=True) for each in PROFILES]
    verdicts = [page.fetch(f"{APP}/x", answer(ALLOW_ANY)).verdict for page in pages]

    assert ["cors", "cors", "cors", BLOCKED] == verdicts
