"""
Whether a URL is one of those that a directive lists.

What browsers do with the same sources stands in the recordings of `csp-sources`, `csp-paths` and `csp-schemes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import pytest

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.standard.profile import STANDARD
from browsercors.engines.webkit.profile import WEBKIT
from browsercors.protections.content_security_policy.source_expressions import (
    HostSource,
    Matching,
    is_source_expression,
    parse_host_source,
    path_part_matches,
    url_matches_source_list,
)
from browsercors.values.origins import Origin
from tests.fetch.engine import parsed

if TYPE_CHECKING:
    from browsercors.rules.content_security_policy import ContentSecurityPolicyRules

RULES: Final = STANDARD.content_security_policy
URL: Final = "https://api.example/dir/x"


def matches(
    url: str,
    sources: str,
    *,
    page: str = "https://app.example/",
    redirected: bool = False,
    rules: ContentSecurityPolicyRules = RULES,
) -> bool:
    return url_matches_source_list(parsed(url), sources.split(), Matching(parsed(page).origin, redirected, rules))


LIST_CASES = [
    # id                                  URL                        sources                         matches?
    ("an empty list",                     URL,                       "",                             False),
    ("'none'",                            URL,                       "'none'",                       False),
    ("'NONE'",                            URL,                       "'NONE'",                       False),
    ("'none' beside a source",            URL,                       "'none' https://api.example",   True),
    ("one of several",                    URL,                       "https://x.example api.example", True),
    ("what is no source",                 URL,                       '"self" \'nonce-a\' ///',       False),
    # Step 1.
    ("* and https",                       URL,                       "*",                            True),
    ("* and data:",                       "data:,x",                 "*",                            False),
    # Step 2: schemes.
    ("the scheme",                        URL,                       "https:",                       True),
    ("the scheme in upper case",          URL,                       "HTTPS:",                       True),
    ("another scheme",                    URL,                       "data:",                        False),
    ("data:",                             "data:,x",                 "data:",                        True),
    ("http also stands for https",        URL,                       "http:",                        True),
    ("https does not stand for http",     "http://api.example/",     "https:",                       False),
    ("ws also stands for wss",            "wss://api.example/",      "ws:",                          True),
    # Step 3: hosts.
    ("the host",                          URL,                       "api.example",                  True),
    ("the host in upper case",            URL,                       "API.EXAMPLE",                  True),
    ("another host",                      URL,                       "app.example",                  False),
    ("a host above",                      URL,                       "example",                      False),
    ("any host below",                    URL,                       "*.example",                    True),
    ("any host below, and it itself",     URL,                       "*.api.example",                False),
    ("no host",                           "data:,x",                 "data://*",                     False),
    ("an IP address, as in browsers",     "http://127.0.0.1:80/",    "http://127.0.0.1",             True),
    ("no IP address is below a number",   "http://127.0.0.1:80/",    "http://*.0.0.1",               False),
    ("a host without a scheme: the page's", "http://api.example/",   "api.example",                  False),
    # Ports.
    ("the default port",                  URL,                       "api.example:443",              True),
    ("zeros before a port",               URL,                       "api.example:000443",           True),
    ("another port",                      URL,                       "api.example:8443",             False),
    ("any port",                          "https://api.example:8/",  "api.example:*",                True),
    ("no port stands for the default",    "https://api.example:8/",  "api.example",                  False),
    ("the port",                          "https://api.example:8/",  "api.example:8",                True),
    ("a number that no port can be",      URL,                       f"api.example:{'4' * 5000}",    False),
    ("port 80 is not 443",                URL,                       "http://api.example:80",        False),
    # Paths.
    ("a directory",                       URL,                       "api.example/dir/",             True),
    ("the path",                          URL,                       "api.example/dir/x",            True),
    ("a path that only begins alike",     URL,                       "api.example/dir",              False),
    ("a path with a query is no source",  URL,                       "api.example/dir/x?q",          False),
    # Step 4: 'self'.
    ("'self'",                            "https://app.example/x",   "'self'",                       True),
    ("'self' and another port",           "https://app.example:8/",  "'self'",                       False),
    ("'self' and http",                   "http://app.example/",     "'self'",                       False),
    ("'self' and wss",                    "wss://app.example/",      "'self'",                       True),
    ("self without quotes is a host",     "https://app.example/x",   "self",                         False),
]  # fmt: skip


@pytest.mark.parametrize(("url", "sources", "expected"), [pytest.param(*row[1:], id=row[0]) for row in LIST_CASES])
def test_a_url_matches_a_source_list(url: str, sources: str, expected: bool) -> None:
    assert expected is matches(url, sources)


SELF_OF_HTTP_CASES = [
    # the page                  URL                            matches?
    ("http://app.example/", "https://app.example/", True),
    ("http://app.example/", "ws://app.example/", True),
    ("http://app.example:8/", "https://app.example:8/", True),
    ("http://app.example:8/", "https://app.example/", False),
]


@pytest.mark.parametrize(("page", "url", "expected"), SELF_OF_HTTP_CASES)
def test_self_includes_what_is_the_same_over_tls(page: str, url: str, expected: bool) -> None:
    assert expected is matches(url, "'self'", page=page)


def test_a_page_of_opaque_origin_is_no_self_but_its_own() -> None:
    matching = Matching(Origin(), False, RULES)

    assert not url_matches_source_list(parsed(URL), ["'self'"], matching)
    assert not url_matches_source_list(parsed(URL), ["api.example"], matching)


def test_after_a_redirect_paths_do_not_count() -> None:
    assert not matches(URL, "api.example/other")
    assert matches(URL, "api.example/other", redirected=True)
    assert not matches(URL, "other.example/other", redirected=True)


PATH_CASES = [
    # stated        path             matches?
    ("", "/a", True),
    ("/", "", True),
    ("/", "/a/b", True),
    ("/a/", "/a", False),
    ("/a/", "/a/", True),
    ("/a/", "/a/b/c", True),
    ("/a", "/a/", False),
    ("/a", "/a", True),
    ("/%61", "/a", True),
    ("/a", "/%61", True),
    ("/a%2Fb", "/a/b", False),
    ("/a%2fb", "/a%2Fb", True),
    ("/%zz", "/%zz", True),
    ("/A", "/a", False),
]


@pytest.mark.parametrize(("stated", "path", "expected"), PATH_CASES)
def test_a_path_matches(stated: str, path: str, expected: bool) -> None:
    assert expected is path_part_matches(stated, path, RULES)


DEPARTURE_CASES = [
    # field                       URL                         sources                   page
    ("schemes", "http://api.example/", "ws:", "http://app.example/"),
    ("port_80", "https://api.example/", "http://api.example:80", "https://app.example/"),
    ("port_80", "https://api.example/", "api.example:80", "http://app.example/"),
    ("ignores_query_in_path", "https://api.example/x", "api.example/x?q", "https://app.example/"),
    ("ignores_query_in_path", "https://api.example/x", "api.example/x#f", "https://app.example/"),
    ("decodes_whole_paths", "https://api.example/a%2Fb", "api.example/a/b", "https://app.example/"),
    ("decodes_whole_paths", "https://api.example/a/b", "api.example/a%2Fb", "https://app.example/"),
    ("self_matches_blobs", "blob:https://app.example/1", "'self'", "https://app.example/"),
]


@pytest.mark.parametrize(("field", "url", "sources", "page"), DEPARTURE_CASES)
def test_chromium_compares_otherwise(field: str, url: str, sources: str, page: str) -> None:
    rules = attrs.evolve(RULES, **{field: getattr(CHROMIUM.content_security_policy, field)})

    assert matches(url, sources, page=page, rules=rules) is not matches(url, sources, page=page)


def test_port_80_is_no_443_of_what_is_https_in_the_first_place() -> None:
    rules = CHROMIUM.content_security_policy

    assert matches("https://api.example/", "https://api.example:80", rules=WEBKIT.content_security_policy)
    assert not matches("https://api.example/", "https://api.example:80", rules=rules)
    assert not matches("https://api.example/", "api.example:80", rules=rules)


def test_a_wildcard_with_a_port_needs_a_scheme_in_webkit() -> None:
    rules = WEBKIT.content_security_policy

    assert [True, False, False, True] == [
        matches("https://api.example:8/", source, rules=rules) for source in ("*", "*:8", "*:*", "https://*:8")
    ]


SOURCE_CASES = [
    # expression                             parsed
    ("https://*.example.com:12/p/x.js", HostSource("https", "*.example.com", "12", "/p/x.js")),
    ("Example.COM.", HostSource(None, "example.com.", None, "")),
    ("*", HostSource(None, "*", None, "")),
    ("*:*", HostSource(None, "*", "*", "")),
    ("https:", None),
    ("http://", None),
    ("*.*.example", None),
    ("a..example", None),
    ("a_b.example", None),
    ("example.com:", None),
    ("example.com/a;b", None),
    ("example.com/a?b", None),
    ("//example.com", None),
    ("user@example.com", None),
]


@pytest.mark.parametrize(("expression", "expected"), SOURCE_CASES)
def test_a_host_source_is_parsed(expression: str, expected: HostSource | None) -> None:
    assert expected == parse_host_source(expression)


@pytest.mark.parametrize("expression", ["'self'", "'Strict-Dynamic'", "https:", "*", "'nonce-a=='", "'sha256-a/+_-'"])
def test_these_are_source_expressions(expression: str) -> None:
    assert is_source_expression(expression)


@pytest.mark.parametrize("expression", ["'none'", "'self", "'nonce-'", "'sha1-a'", "'unknown'", "/", "\xe9"])
def test_these_are_none(expression: str) -> None:
    assert not is_source_expression(expression)
