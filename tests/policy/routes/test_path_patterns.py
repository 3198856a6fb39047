"""
Patterns of paths: what each form means, compared with the routers that it comes from; which one rules; what is refused.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import example, given, strategies as st
from starlette.routing import compile_path
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from browsercors.policy.routes.path_patterns import most_specific_first, path_pattern, problem_with_path_pattern
from browsercors.values.urls import parse_url

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"

MATCHES = [
    # pattern                  path                       matches
    ("/me", "/me", True),
    ("/me", "/me?full", True),
    ("/me", "/%6De", True),
    ("/me", "/me/", False),
    ("/me", "/Me", False),
    ("/me", "/me.json", False),
    ("/", "/", True),
    ("/", "//", False),
    ("/münchen", "/m%C3%BCnchen", True),
    ("/%C3", "/%C3", True),
    ("/%C3", "/%C4", False),
    ("/api/*", "/api/", True),
    ("/api/*", "/api/a/b", True),
    ("/api/*", "/api", False),
    ("/api/*", "/api-internal/a", False),
    ("/api/*", "/api%2Fa", True),
    ("/*", "/", True),
    ("/*", "/a/b", True),
    ("*.json", "/a/b.json", True),
    ("*.json", "/.json", True),
    ("*.json", "/a.json/", False),
    ("*.json", "/ajson", False),
    ("*/edit", "/items/7/edit", True),
    ("/api/*.json", "/api/a/b.json", True),
    ("/api/*.json", "/a.json", False),
    ("/items/{id}", "/items/7", True),
    ("/items/{id}", "/items/a%20b", True),
    ("/items/{id}", "/items/", False),
    ("/items/{id}", "/items/7/", False),
    ("/items/{id}", "/items/7/parts", False),
    ("/items/{id}", "/items/a%2Fb", False),
    ("/items/{id}", "/items/..%2fme", False),
    ("/items/{id}/*", "/items/7/parts", True),
    ("/items/:id", "/items/7", True),
    ("/items/:id/parts/:part", "/items/7/parts/a", True),
    ("/flights/:from-:to", "/flights/muc-ber", True),
    ("/flights/:from-:to", "/flights/muc", False),
    ("/files/:name.:ending", "/files/a.b.txt", True),
    ("/items:archive", "/items:archive", True),
    ("/items:archive", "/items7", False),
    ("/items/%3Aid", "/items/:id", True),
    ("/items/%7Bid%7D", "/items/7", False),
    ("/items/{id:date}", "/items/2026-01-31", True),
    ("/items/{id:date}", "/items/2026-1-31", False),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), MATCHES)
def test_a_pattern_matches_these_paths_and_no_others(pattern: str, path: str, expected: bool) -> None:
    assert expected == path_pattern(pattern).matches(path)


PATHS = [
    "/", "/x", "/x/", "/x/7", "/x/07", "/x/-7", "/x/7.5", "/x/.5", "/x/7.", "/x/a", "/x/a-b", "/x/a_b", "/x/a.b",
    "/x/ä",
    "/x/a b", "/x/a/b", "/x/a/", f"/x/{UUID}", f"/x/{UUID.upper()}", f"/x/{UUID.replace('-', '')}", f"/x/{UUID}0",
    "/x/a/end", "/x/7/end", "/x/a/b/end", "/x/end", "/x/a.json", "/x/.json", "/x/a/b.json", "/x/1.5/end", "/y/7",
]  # fmt: skip

STARLETTE = ["/x/{a}", "/x/{a:str}", "/x/{a:int}", "/x/{a:float}", "/x/{a:uuid}", "/x/{a:path}", "/x/{a}/end",
             "/x/{a:path}/end", "/x/{a}.json", "/x/{a:path}.json", "/{a}/{b}", "/{a:path}"]  # fmt: skip


@pytest.mark.parametrize("pattern", STARLETTE)
def test_braces_mean_what_they_mean_in_starlette(pattern: str) -> None:
    expression, _, _ = compile_path(pattern)

    assert [path for path in PATHS if expression.match(path)] == [
        path for path in PATHS if path_pattern(pattern).matches(path)
    ]


FLASK = ["/x/<a>", "/x/<string:a>", "/x/<int:a>", "/x/<float:a>", "/x/<uuid:a>", "/x/<path:a>", "/x/<a>/end",
         "/x/<path:a>/end", "/x/<a>.json", "/x/<path:a>.json", "/<a>/<b>"]  # fmt: skip


@pytest.mark.parametrize("pattern", FLASK)
def test_angles_mean_what_they_mean_in_flask(pattern: str) -> None:
    router = Map([Rule(pattern, endpoint="it")], strict_slashes=True).bind("host")

    def is_routed(path: str) -> bool:
        try:
            router.match(path)
        except (NotFound, RequestRedirect):
            return False
        return True

    assert [path for path in PATHS if is_routed(path)] == [
        path for path in PATHS if path_pattern(pattern).matches(path)
    ]


DJANGO = ["/x/<a>", "/x/<str:a>", "/x/<int:a>", "/x/<slug:a>", "/x/<path:a>", "/x/<a>/end", "/x/<path:a>/end",
          "/<a>/<b>"]  # fmt: skip


@pytest.mark.parametrize("pattern", DJANGO)
def test_angles_mean_what_they_mean_in_django(pattern: str) -> None:
    from django.urls.resolvers import RoutePattern

    route = RoutePattern(pattern, is_endpoint=True)

    assert [path for path in PATHS if route.match(path)] == [
        path for path in PATHS if path_pattern(pattern).matches(path)
    ]


ORDER = [
    # path               from the most specific to the least
    ("/items/7", ["/items/7", "/items/{id:int}", "/items/{id}", "/items/*", "/{a}/7", "/{a}/{b}", "/*"]),
    ("/items/edit", ["/items/edit", "/items/{id}", "/{a}/edit", "/*", "*/edit", "*edit"]),
    ("/a/b.json", ["/a/{b}.json", "/a/{b}", "/a/*.json", "/a/*", "/*.json", "/*", "*b.json", "*.json"]),
    ("/api/v1/x", ["/api/v1/*", "/api/*", "/*"]),
    ("/f/a", ["/f/a-{x}", "/f/{x}", "/f/{x:path}"]),
]


@pytest.mark.parametrize(("path", "patterns"), ORDER)
def test_the_most_specific_pattern_comes_first(path: str, patterns: list[str]) -> None:
    reversed_patterns = [path_pattern(pattern) for pattern in reversed(patterns)]

    assert patterns == [pattern.text for pattern in most_specific_first(reversed_patterns)]


SAME = [
    # one                       another                 the same
    ("/items/{id}", "/items/<item>", True),
    ("/items/{id}", "/items/:id", True),
    ("/items/{id:int}", "/items/<int:id>", True),
    ("/api/*", "/api/{rest:path}", True),
    ("/me", "/%6De", True),
    ("/items/{id}", "/items/{id:int}", False),
    ("/api/*", "/api/<path:rest>", False),
    ("/x/{a:float}", "/x/<float:a>", False),
    ("/me", "/me/", False),
]


@pytest.mark.parametrize(("one", "other", "expected"), SAME)
def test_two_patterns_mean_the_same_whatever_their_parameters_are_called(one: str, other: str, expected: bool) -> None:
    assert expected == path_pattern(one).means_the_same_as(path_pattern(other))


EXAMPLES = [
    ("/me", "/me"),
    ("/api/*", "/api/example"),
    ("*.json", "/example.json"),
    ("*/edit", "/example/edit"),
    ("/items/{id}/parts/<slug:part>", "/items/7/parts/example"),
    ("/files/{rest:path}", "/files/a/b"),
    ("/a b/%7Bx%7D/ü", "/a%20b/%7Bx%7D/%C3%BC"),
    ("/a%2f..", "/a%2F.."),
]


@pytest.mark.parametrize(("pattern", "expected"), EXAMPLES)
def test_an_example_is_a_path_as_a_url_has_it(pattern: str, expected: str) -> None:
    assert expected == path_pattern(pattern).example()


PIECES = st.sampled_from(
    ["a", "A", ".", "..", "-", ":", "%", "%2f", "%2E", "%C3", "ü", " ", "{a}", "{b:int}", "{c:path}", "<d>",
     "<float:e>", ":f", "*", "/", "//", "~", ";", "@", "+", "(", "|", "^", "`", '"', "\ud800"]
)  # fmt: skip


@given(text=st.lists(PIECES, max_size=8).map(lambda pieces: "/" + "".join(pieces)))
@example(text="/%2f..")
@example(text="/*.json")
def test_every_pattern_matches_its_example_as_a_browser_sends_it(text: str) -> None:
    problem = problem_with_path_pattern(text)
    if problem is not None:
        with pytest.raises(ValueError, match="path"):
            path_pattern(text)
        return
    pattern = path_pattern(text)
    url = parse_url(f"https://host.example{pattern.example()}")

    assert pattern.matches(pattern.example())
    assert url is not None
    assert pattern.matches(url.path)


@given(text=st.lists(PIECES, min_size=1, max_size=6).map("".join))
def test_any_text_is_a_pattern_or_is_told_what_is_wrong(text: str) -> None:
    problem = problem_with_path_pattern(text)

    assert problem is None or problem.startswith(("has ", "is ", "begins "))


def test_matching_takes_time_in_proportion_to_the_path() -> None:
    pattern = path_pattern("/" + "-".join(f"{{p{number}}}" for number in range(12)) + "!")

    def seconds(length: int) -> float:
        begun = time.process_time()
        assert not pattern.matches("/" + "-" * length)
        return time.process_time() - begun

    # NB: a regular expression would try all ways to place twelve hyphens.
    assert seconds(20_000) < 2


PROBLEMS: list[tuple[Any, str]] = [
    (None, "is not a path; write '/me', '/api/*', '*.json' or '/items/{id}'"),
    ("items", "is not a path; write '/me', '/api/*', '*.json' or '/items/{id}'"),
    ("", "is not a path; write '/me', '/api/*', '*.json' or '/items/{id}'"),
    ("https://a.example/me", "is not a path; write '/me', '/api/*', '*.json' or '/items/{id}'"),
    ("*", "is not a path; every path is '/*'"),
    ("*.{ending}", "begins with '*', so only text can follow; write '*.json'"),
    ("*.json?x", "has a query, which is not part of a path; write '*.json'"),
    ("/a?x", "has a query, which is not part of a path; write '/a'"),
    ("/a#x", "has a fragment, which is not part of a path; write '/a'"),
    ("/a\\b", "has a backslash, tab or line break, which browsers change; write '/' or '%5C'"),
    ("/a\ud800", "has half of a character, a lone surrogate, which browsers change; leave it out"),
    ("/a/**", "has two '*' in a row; '*' stands for slashes too: '/a/*'"),
    ("/api*", "has a '*' inside a segment; write '/api/*' for all below, or '/{name}'"),
    ("/a/*/b", "has a '*' before its end; one segment is '/a/{name}'"),
    ("/a/*{b}", "has a '*' with more than text after it; write '/a/*'"),
    ("/items/{id", "has a '{' without a '}' after it; write '/items/{id}'"),
    ("/items/id}", "has a '}' without a '{' before it; write '/items/{id}'"),
    ("/items/<id", "has a '<' without a '>' after it; write '/items/<id>'"),
    ("/items/id>", "has a '>' without a '<' before it; write '/items/<id>'"),
    ("/items/{}", "has a parameter without a name; write '/items/{id}'"),
    ("/items/<int:>", "has a parameter without a name; write '/items/<id>'"),
    ("/items/{1}", "has '1' as the name of a parameter; write '/items/{id}'"),
    (r"/items/{id:\d+}", r"has the type '\\d+', which is not known here; write '{id}', or one of str, int, float"),
    (r"/items/{id:\d{4}}", r"has the type '\\d{4}', which is not known here; write '{id}'"),
    ("/items/<yyyy:year>", "has the type 'yyyy', which is not known here; write '<year>', or one of string, str, int"),
    (
        "/<string(length=2):lang>",
        "has a type with arguments, 'string(length=2)', which is not known here; write '<str",
    ),
    ("/<any(a,b):x>", "has a type with arguments, 'any(a,b)', which is not known here; write '<x>'"),
    ("/items/:id?", "has '?' after ':id', which is not known here; write ':id' alone"),
    (r"/items/:id(\d+)", "has '(' after ':id', which is not known here; write ':id' alone"),
    ("/items/:", "has a ':' without a name after it; write '/items/:id', or '%3A' for a colon"),
    ("/{a}{b}", "has two parameters with nothing between them; write '/{a}/{b}' or '/{a}-{b}'"),
    ("/{a}/<a>", "has two parameters called 'a'; give each a name of its own"),
    ("/a/../b", "is never asked for: browsers resolve the segment '..'"),
    ("*/..", "is never asked for: browsers resolve the segment '..'"),
    ("/a/%2E/b", "is never asked for: browsers resolve the segment '%2E'"),
]


@pytest.mark.parametrize(("text", "problem"), PROBLEMS)
def test_what_is_malformed_is_told_what_would_be_right(text: Any, problem: str) -> None:
    found = problem_with_path_pattern(text)

    assert found is not None
    assert found.startswith(problem)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is looked at
        path_pattern(text)
    assert str(caught.value) == f"path {text!r} {found}"
