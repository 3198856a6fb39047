"""
The tables of words are complete, and a finding can always be put into words.
"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import browsercors
from browsercors.explain.words.findings import FINDINGS, finding_sentence
from browsercors.explain.words.reasons import HEADER_RULES, OPAQUE, SENTENCES
from browsercors.rules.safelist import HeaderRule
from browsercors.servers.scripted import Answer
from browsercors.values.findings import Algorithm, Reason
from tests.explain.pages import ALLOW, PAGE, RULE, fetched, reported


def test_every_reason_has_words() -> None:
    assert set(Reason) == set(SENTENCES)


def test_every_rule_for_request_headers_has_words() -> None:
    assert set(HeaderRule) == set(HEADER_RULES)


def test_every_step_that_leaves_a_finding_has_words() -> None:
    assert steps_in_the_source() == set(FINDINGS)


@pytest.mark.parametrize("reason", Reason)
def test_a_failure_is_put_into_words_whatever_its_reason_and_its_evidence(reason: Reason) -> None:
    report = reported(reason)

    assert report.headline.startswith(PAGE)
    assert "{" not in f"{report.headline}{report.rule}{report.notes}{report.advice}"
    assert reason.value == report.code


@pytest.mark.parametrize("reason", Reason)
def test_the_headline_is_one_line_that_ends_in_a_full_stop(reason: Reason) -> None:
    headline = reported(reason).headline

    assert headline.endswith(".")
    assert not headline.endswith("..")
    assert "\n" not in headline


@pytest.mark.parametrize("type_", OPAQUE)
def test_an_opaque_response_is_explained(type_: str) -> None:
    assert OPAQUE[type_].startswith("Nothing failed, but the page cannot see the response: ")


def steps_in_the_source() -> set[tuple[Algorithm, str]]:
    """
    Return algorithm and step of every `X.passed("7", ...)` and `X.noted("7", ...)` of the engine.
    """
    steps = set()
    package = Path(browsercors.__file__).parent
    rooms = ("protections", "cookies", "http_cache", "fetch", "initiators")
    for path in [path for room in rooms for path in (package / room).rglob("[!_]*.py")]:
        module = importlib.import_module(".".join(path.relative_to(package.parent).with_suffix("").parts))
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        # NB: what few fetches need is imported in the function that needs it.
        names = dict(vars(module))
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module is not None and node.col_offset > 0:
                source = importlib.import_module(node.module)
                names.update({each.asname or each.name: getattr(source, each.name, None) for each in node.names})
        for node in nodes:
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"passed", "noted"}
                and isinstance(node.func.value, ast.Name)
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                steps.add((names[node.func.value.id], node.args[0].value))
    return steps


class TestSentences:
    """
    Findings in one sentence.
    """

    def test_a_passed_finding_says_on_what(self) -> None:
        result = fetched({"/": Answer(headers=ALLOW)})

        assert [
            "no preflight: this GET request does not need one",
            "Access-Control-Allow-Origin is https://app.example.com",
            "without Timing-Allow-Origin the page sees no timing details",
            "the page gets a response of type cors",
        ] == [finding_sentence(finding) for finding in result.findings]

    def test_a_failed_finding_says_why(self) -> None:
        finding = fetched({"/": Answer()}).findings[-1]

        assert "the response has no Access-Control-Allow-Origin header" == finding_sentence(finding)

    def test_a_finding_without_words_shows_its_evidence(self) -> None:
        assert "seen: a, b, empty: nothing" == finding_sentence(RULE.noted("1", seen=(b"a", b"b"), empty=()))
