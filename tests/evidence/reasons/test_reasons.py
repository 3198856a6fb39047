"""
The pages of reasons: each code has one, and the exchanges on it do what the page says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from browsercors.browser.loads import LoadResult
from browsercors.engines.registry import real_browsers
from browsercors.explain.catalogue.find import CODES, parse_page
from browsercors.explain.fixes.advice import ADVICE
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.fetch.http_redirect_fetch import http_redirect_fetch
from browsercors.values.findings import Reason
from tests.evidence.reasons.facts import FACTS, surprises_of
from tests.evidence.reasons.notation import Outcome, Sent, parse, run
from tests.evidence.reasons.pages import BROWSERS, DIRECTORY, exchanges, index, page_text, pages, with_names
from tests.fetch.engine import Simulation, redirect

if TYPE_CHECKING:
    from pathlib import Path

    from browsercors import FetchResult

SURPRISES: Final = frozenset(code.value for code in SurpriseCode)

NOT_REACHED: Final = {
    "redirect-of-stream": "streams need HTTP/2, which is not simulated; a test below calls the step itself",
}
"""Reasons that no call of a page comes to, and why; what becomes of their exchanges today, the pages say."""

SECTIONS: Final = [
    pytest.param(code, section, number, id=f"{code}: {section}{f' {number + 1}' if number else ''}")
    for code in CODES
    for section in ("failing", "fixed")
    for number, _ in enumerate(exchanges(getattr(parse_page(page_text(code)), section)))
]


def outcomes_of(code: str, section: str, number: int) -> list[Outcome]:
    return run(parse(exchanges(getattr(parse_page(page_text(code)), section))[number]))


def verdict_of(result: FetchResult | LoadResult) -> str:
    if result.block is not None:
        return f"blocked {result.block.reason.value}"
    if isinstance(result, LoadResult):
        return result.report().verdict
    return "readable" if result.readable else "opaque"


def codes_of(outcomes: list[Outcome]) -> set[str]:
    """
    Return the codes that the calls of a block come to.
    """
    blocks = {outcome.result.block.reason.value for outcome in outcomes if outcome.result.block is not None}
    return blocks.union(*(surprises_of(outcomes, outcome) for outcome in outcomes))


def test_every_code_has_a_page_and_every_page_has_a_code() -> None:
    assert sorted(CODES) == sorted(path.stem for path in DIRECTORY.glob("*.md") if path.stem != "index")
    assert list(CODES) == [page.code for page in pages()]


@pytest.mark.parametrize(("code", "section", "number"), SECTIONS)
def test_an_exchange_goes_as_the_page_says(code: str, section: str, number: int) -> None:
    for outcome in outcomes_of(code, section, number):
        call, exchanged = outcome.call, outcome.exchanges
        written = [sent for sent in call.sent for _ in range(sent.times)]

        assert [(sent.method, sent.url) for sent in written] == [(sent.method, sent.url) for sent in exchanged]
        for sent, exchange in zip(written, exchanged, strict=True):
            lines = exchange.request_headers.lines

            assert [] == [line for line in sent.lines if line not in lines]
            assert [] == [name for name in sent.absent if name.lower() in {line[0].lower() for line in lines}]
        assert call.verdict == verdict_of(outcome.result)


@pytest.mark.parametrize("code", [code for code in CODES if code not in NOT_REACHED])
def test_the_failing_exchange_comes_to_its_code(code: str) -> None:
    assert code in codes_of(outcomes_of(code, "failing", 0))


@pytest.mark.parametrize(("code", "section", "number"), [row for row in SECTIONS if row.values[1] == "fixed"])
def test_the_fixed_exchange_does_not(code: str, section: str, number: int) -> None:
    assert code not in codes_of(outcomes_of(code, section, number))


@pytest.mark.parametrize("code", [code for code in CODES if code in SURPRISES])
def test_what_surprises_is_written_beside_the_verdict(code: str) -> None:
    outcomes = outcomes_of(code, "failing", 0)

    assert all(set(outcome.call.surprises) <= surprises_of(outcomes, outcome) for outcome in outcomes)
    assert any(code in outcome.call.surprises for outcome in outcomes)


@pytest.mark.parametrize("code", sorted(SURPRISES))
def test_the_report_tells_what_surprises_and_no_longer_once_it_is_fixed(code: str) -> None:
    told = {
        section: {
            surprise.code for outcome in outcomes_of(code, section, 0) for surprise in outcome.result.report().surprises
        }
        for section in ("failing", "fixed")
    }

    assert code in told["failing"]
    assert code not in told["fixed"]


@pytest.mark.parametrize("code", [reason.value for reason in ADVICE if reason.value not in NOT_REACHED])
def test_advice_of_a_reason_is_given_in_its_failing_exchange_and_not_in_the_fixed_one(code: str) -> None:
    advice = ADVICE[Reason(code)]

    assert advice == outcomes_of(code, "failing", 0)[-1].result.report().advice
    assert advice not in {outcome.result.report().advice for outcome in outcomes_of(code, "fixed", 0)}


@pytest.mark.parametrize("code", sorted(SURPRISES))
def test_advice_on_a_surprise_is_given_in_its_failing_exchange_and_not_in_the_fixed_one(code: str) -> None:
    failing, fixed = (
        {
            surprise.advice
            for outcome in outcomes_of(code, section, 0)
            for surprise in outcome.result.report().surprises
            if surprise.code == code
        }
        for section in ("failing", "fixed")
    )

    assert any(failing)
    assert not any(fixed)


def test_every_surprise_is_a_fact_that_can_be_checked() -> None:
    assert set(SurpriseCode) == set(FACTS)


@pytest.mark.parametrize("code", NOT_REACHED)
def test_what_no_page_comes_to_is_said_on_its_page(code: str) -> None:
    page = parse_page(page_text(code))

    assert not re.search(rf"^= .*\b{code}\b", page.failing, flags=re.MULTILINE)
    assert re.search("not simulated yet|what is simulated here is HTTP/1.1", " ".join(page.failing.split()))


def test_the_step_about_streams_is_there_for_when_they_are_sent() -> None:
    fetched = Simulation().fetch("/", redirect("/b", status=307), method="POST", body="x", redirect="manual")
    fetched.request.body_source_is_null = True
    http_redirect_fetch(fetched.params, fetched.internal)

    assert fetched.failed is not None
    assert Reason.REDIRECT_OF_STREAM is fetched.failed.reason


@pytest.mark.parametrize("code", CODES)
def test_a_page_has_what_browsers_call_it(code: str) -> None:
    assert with_names(page_text(code)) == page_text(code), "python -m tests.evidence.reasons writes it"


@pytest.mark.parametrize("code", [code for code in CODES if code not in SURPRISES])
def test_what_a_browser_calls_the_failing_exchange_is_on_the_page(code: str) -> None:
    page = parse_page(page_text(code))
    block = outcomes_of(code, "failing", 0)[-1].result.block
    names = {} if block is None or code in NOT_REACHED else block.identifiers

    known = {BROWSERS[browser]: name for browser, name in names.items() if browser in BROWSERS}
    assert [] == [name for browser, name in known.items() if name not in page.identifiers[browser]]
    assert {profile.name for profile in real_browsers()} == set(BROWSERS)


def test_the_list_has_every_page() -> None:
    assert index(pages()) == (DIRECTORY / "index.md").read_text("utf-8"), "python -m tests.evidence.reasons writes it"


@pytest.mark.parametrize("path", sorted(DIRECTORY.glob("*.md")), ids=lambda path: path.stem)
def test_links_lead_to_pages(path: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8"))

    assert [] == [target for target in targets if "://" not in target and not (path.parent / target).exists()]
    assert [] == [target for target in targets if target.startswith("http:")]


@pytest.mark.parametrize("code", CODES)
def test_a_page_is_short_and_answers_a_question(code: str) -> None:
    page = parse_page(page_text(code))

    assert page.text.count("\n") <= 90
    assert page.questions
    assert all(question.endswith("?") and answer for question, answer in page.questions)
    assert "https://" in page.meaning
    assert exchanges(page.failing)
    assert exchanges(page.fixed)


BLOCK = """
page https://app.example.com/ in firefox, sandboxed
cookie https://api.example.com/ id=1; Secure
advance 5
fetch("https://api.example.com/me",
  {"credentials": "include"})

> GET /me (2 times)
> (no Cookie)
< 200
< A: 1
<
< body
= readable, header-hidden
"""


def test_a_block_is_read_line_by_line() -> None:
    script = parse(BLOCK)
    call = script.calls[0]

    assert ("https://app.example.com/", "firefox", True) == (script.page_url, script.browser, script.sandboxed)
    assert ["cookie https://api.example.com/ id=1; Secure", "advance 5"] == script.steps[:2]
    assert ("fetch", {"credentials": "include"}) == (call.function, call.options)
    assert [Sent("GET", "https://api.example.com/me", 2, [], ["Cookie"], ["200", "A: 1", "", "body"])] == call.sent
    assert ("readable", ["header-hidden"]) == (call.verdict, call.surprises)


WRONG_BLOCKS = [
    ("", "a block has a page"),
    ('fetch("/")', "a block begins with its page"),
    ("page https://app.example.com/", "a block has a page, a call and its verdict"),
    ('page https://app.example.com/\nfetch("/")', "a block has a page, a call and its verdict"),
    ("page https://app.example.com/\nimage /", "this line of a block means nothing"),
    ("page https://app.example.com/ on firefox", "this line of a block means nothing"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_BLOCKS)
def test_a_block_that_says_too_little_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(text)


MORE = """
page https://app.example.com/
fetch("https://api.example.com/me", {"method": "PUT"})
> OPTIONS /me
< 204
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Methods: PUT
= readable
"""


def test_a_browser_that_sends_more_than_a_block_says_is_found_out() -> None:
    with pytest.raises(AssertionError, match=r"sends more than the page says: b'PUT' https://api\.example\.com/me"):
        run(parse(MORE))
