"""
Reading the policies of a page's response.
"""

from __future__ import annotations

import pytest

from browsercors.protections.content_security_policy.parsing import parse_a_responses_csps, parse_a_serialized_csp
from browsercors.values.content_security_policy import Disposition
from tests.fetch.engine import header_list, parsed

ORIGIN = parsed("https://app.example/").origin
ENFORCED = "Content-Security-Policy"
REPORTED = "Content-Security-Policy-Report-Only"

POLICY_CASES = [
    # id                          policy                                   directives
    ("a directive", "connect-src 'self' *.example", {"connect-src": ("'self'", "*.example")}),
    ("several", "default-src *; connect-src a", {"default-src": ("*",), "connect-src": ("a",)}),
    ("no value", "connect-src", {"connect-src": ()}),
    ("a name in upper case", "Connect-SRC a", {"connect-src": ("a",)}),
    ("whitespace", "\tconnect-src \t\n a\f;", {"connect-src": ("a",)}),
    ("empty parts", ";; connect-src a;;", {"connect-src": ("a",)}),
    ("the first of a name", "connect-src a; connect-src b", {"connect-src": ("a",)}),
    ("beyond ASCII", "connect-src \xe9; img-src a", {"img-src": ("a",)}),
    ("no space behind the name", "connect-src'none'", {"connect-src'none'": ()}),
    ("nothing", " ", {}),
]


@pytest.mark.parametrize(("policy", "expected"), [pytest.param(*row[1:], id=row[0]) for row in POLICY_CASES])
def test_a_policy_is_parsed(policy: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert expected == parse_a_serialized_csp(policy, Disposition.ENFORCE).directives


WARNING_CASES = [
    # policy                                     what is ignored
    ("connect-src 'self' https://a.example", ()),
    ("connect-src 'none'", ()),
    ("sandbox allow-scripts; report-uri /r; frame-ancestors 'none'", ()),
    ("connect-src 'none' a.example", ("connect-src lists \"'none'\", which is no source",)),
    (
        "connect-src a_b http://",
        ("connect-src lists 'a_b', which is no source", "connect-src lists 'http://', which is no source"),
    ),
    ("connectsrc *", ("the directive 'connectsrc' is unknown",)),
    ("connect-src a; connect-src b", ("the directive 'connect-src' is there already; the first one counts",)),
    ("img-src \xe9", ("the directive 'img-src \xe9' has characters beyond ASCII",)),
]


@pytest.mark.parametrize(("policy", "expected"), WARNING_CASES)
def test_what_is_ignored_is_named(policy: str, expected: tuple[str, ...]) -> None:
    assert expected == parse_a_serialized_csp(policy, Disposition.ENFORCE).warnings


RESPONSE_CASES = [
    # id                          header lines                                             policies
    ("none", ("Content-Type: text/html",), None),
    ("one", (f"{ENFORCED}: a b",), [("enforce", ["a"])]),
    ("two headers", (f"{ENFORCED}: a", f"{ENFORCED}: b"), [("enforce", ["a"]), ("enforce", ["b"])]),
    ("a comma", (f"{ENFORCED}: a, b",), [("enforce", ["a"]), ("enforce", ["b"])]),
    ("enforced ones first", (f"{REPORTED}: a", f"{ENFORCED}: b"), [("enforce", ["b"]), ("report", ["a"])]),
    ("what is empty is none", (f"{ENFORCED}: ,;, ", f"{REPORTED}: a"), [("report", ["a"])]),
    ("nothing that parses", (f"{ENFORCED}: ;",), None),
]


@pytest.mark.parametrize(("lines", "expected"), [pytest.param(*row[1:], id=row[0]) for row in RESPONSE_CASES])
def test_the_policies_of_a_response(lines: tuple[str, ...], expected: list[tuple[str, list[str]]] | None) -> None:
    csp_list = parse_a_responses_csps(header_list(*lines), ORIGIN)

    assert expected == (
        None if csp_list is None else [(each.disposition.value, list(each.directives)) for each in csp_list.policies]
    )
    assert csp_list is None or csp_list.self_origin is ORIGIN
