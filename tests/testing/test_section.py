from __future__ import annotations

import pytest

from browsercors import Answer, FetchResult, ScriptedServer, UnreadableResponse
from browsercors.testing.recording import BrowserFactory, Recorder
from browsercors.testing.section import compose_section

API = "https://api.example.com"
OPEN = {"Access-Control-Allow-Origin": "*"}


def fetched(*paths: str) -> tuple[Recorder, list[FetchResult]]:
    recorder = Recorder()
    server = ScriptedServer(
        {
            "/open": Answer(200, OPEN),
            "/hop": Answer(302, {**OPEN, "Location": "/hop"}),
            "*": Answer(200, {"Set-Cookie": "\x1b[31m"}),
        }
    )
    browser = BrowserFactory(recorder, "chromium", lambda *_: None)(mount={API: server})
    page = browser.open("https://app.example.com/")
    return recorder, [page.fetch(API + path) for path in paths]


def test_it_explains_and_shows_the_exchanges() -> None:
    recorder, _ = fetched("/open", "/closed")
    text = compose_section(recorder, None)

    assert text.startswith(
        "Fetch 2 of 2 in chromium: BLOCKED  allow-origin-missing\n"
        "https://app.example.com may not read https://api.example.com/closed: "
    )
    assert "\nRule: " in text
    assert "\nFix: " in text
    assert (
        "\n  actual     GET https://api.example.com/closed -> 200 OK\n    > Origin: https://app.example.com\n" in text
    )
    assert "\n\nFetch 1 of 2 in chromium: READABLE  200 OK\n" in text
    assert "\x1b" not in text


def test_what_the_exception_explains_is_not_explained_again() -> None:
    recorder, (_, last) = fetched("/closed", "/closed")
    with pytest.raises(UnreadableResponse) as caught:
        last.raise_for_unreadable()
    first, second = compose_section(recorder, caught.value).split("\n\nFetch 1 of 2")

    assert "(explained above)" in first
    assert "Rule: " not in first
    assert "actual     GET" in first
    assert "Rule: " in second


def test_it_says_how_many_fetches_it_leaves_out() -> None:
    recorder, _ = fetched(*["/closed"] * 5, *["/open"] * 4)

    assert compose_section(recorder, None).endswith("\n\nFetches of this test that are not shown: 4")


def test_a_long_chain_of_redirects_is_cut_at_its_beginning() -> None:
    recorder, (result,) = fetched("/hop")
    text = compose_section(recorder, None)

    assert len(result.exchanges) == 21
    assert text.count("GET https://api.example.com/hop -> 302") == 12 + 10  # the evidence shows the last ten hops
    assert "\nOn the wire\n  ... 9 before these\n" in text


def test_nothing_is_shown_of_the_wire_where_nothing_was_sent() -> None:
    recorder, _ = fetched(":1/")  # a bad port

    assert "BLOCKED  bad-port" in compose_section(recorder, None)
    assert "On the wire" not in compose_section(recorder, None)


def test_a_defect_of_the_explanation_is_told_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder, _ = fetched("/closed")

    def broken(result: FetchResult) -> None:
        raise ZeroDivisionError("an example")

    monkeypatch.setattr(FetchResult, "report", broken)

    assert compose_section(recorder, None) == (
        "Fetch 1 of 1 in chromium: <FetchResult blocked: allow-origin-missing>, which cannot be explained: "
        "ZeroDivisionError('an example')"
    )


def test_it_quotes_the_refusal_and_names_its_cause() -> None:
    recorder = Recorder()
    browser = BrowserFactory(recorder, "chromium", lambda *_: None)(
        mount={API: ScriptedServer({"*": Answer(403, {}, "RBAC: access denied")})}
    )
    browser.open("https://app.example.com/").fetch(f"{API}/x")

    text = compose_section(recorder, None)

    assert "The server says: RBAC: access denied" in text
    assert "\nCause:  Envoy or Istio: " in text
