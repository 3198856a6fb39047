"""
Every row of the table of signs: named where a response shows the sign, and not where a part of it is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from browsercors import Answer
from browsercors.explain.causes.sign import Rank, Sample, Sign
from browsercors.explain.causes.table import SIGNS
from browsercors.explain.formats.html.page import report_as_html
from browsercors.explain.formats.json import report_as_data
from browsercors.explain.formats.markdown import report_as_markdown
from browsercors.explain.formats.text import report_as_text
from browsercors.values.urls import parse_url
from tests.explain.pages import API
from tests.traps.pages import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.explain.report import Report

NOWHERE = "https://elsewhere.example/"
"""Where a redirect leads that nobody is known by."""

ASKED_FOR: dict[str, dict[str, Any]] = {
    "header-not-allowed": {"headers": {"X-Own": "1"}},
    "allow-credentials-not-true": {"method": "PUT", "credentials": "include"},
    "cross-origin-resource-policy": {"mode": "no-cors"},
}
"""With which options a page meets a failure that no plain call meets."""


def reported(sign: Sign, sample: Sample) -> Report:
    """
    Return the report on a page's fetch whose preflight, or whose request, gets the response.
    """
    options: dict[str, Any] = {} if sign.when == "request" else {"method": "PUT"}
    for reason in sign.failed:
        options = ASKED_FOR.get(reason, options)
    answer = Answer(sample.status, list(sample.headers), sample.body, reason=sample.reason or None)
    url = parse_url(sample.url or f"{API}/items/7")
    assert url is not None
    return ask({url.origin.serialized: {"*": answer}}, url.href, **options).report()


def codes(report: Report) -> list[str]:
    return [cause.code for cause in report.causes]


def near_samples(sign: Sign) -> Iterator[Sample]:
    """
    Yield responses each of which lacks one part of the sign.
    """
    sample = sign.sample
    if sign.body or sign.begins:
        yield sample._replace(body="<h1>Not today</h1>")
    if sign.location:
        yield sample._replace(headers=(("Location", NOWHERE),))
    for name in {name for name, _ in (*sign.headers, *sign.exactly)}:
        yield sample._replace(headers=tuple(line for line in sample.headers if line[0].lower() != name))
    if sign.status:
        yield sample._replace(status=next(status for status in (200, 418) if status not in sign.status))
    for name in sign.without:
        yield sample._replace(headers=((name, "x"), *sample.headers))
    if sign.failed:
        # NB: with a redirect that a preflight may not follow, the browser finds that.
        yield sample._replace(status=303, headers=(*sample.headers, ("Location", NOWHERE)))
    if sign.reason:
        yield sample._replace(reason="Forbidden")
    if sign.host:
        path = sample.url.split("/", 3)[3]
        yield sample._replace(url=f"https://not-{sign.host[0]}/{path}")
        yield sample._replace(url=f"https://{sign.host[0]}.example.com/{path}")
        yield sample._replace(url=f"https://api.example.com/{sign.host[0]}/{path}")
    if sign.path:
        yield sample._replace(url=sample.url.replace(sign.path, "/items/"))
    if sign.is_empty:
        yield sample._replace(body="something")


@pytest.mark.parametrize("sign", SIGNS, ids=[sign.code for sign in SIGNS])
def test_a_sign_names_its_cause_in_every_form_of_the_report(sign: Sign) -> None:
    report = reported(sign, sign.sample)

    (cause,) = [cause for cause in report.causes if cause.code == sign.code]
    assert (sign.who, sign.meaning, sign.remedy) == (cause.who, cause.meaning, cause.remedy)
    assert cause.sign
    text = " ".join(report_as_text(report).split())
    assert " ".join(f"{sign.meaning} {sign.remedy}".split()) in text
    assert attrs.asdict(cause) in report_as_data(report)["causes"]
    assert cause.source in report_as_markdown(report).replace("`", "").replace("\\", "")
    assert "Why the server answered so" in report_as_html(report)


@pytest.mark.parametrize(
    ("sign", "sample"),
    [
        pytest.param(sign, sample, id=f"{sign.code}-{number}")
        for sign in SIGNS
        for number, sample in enumerate(near_samples(sign))
    ],
)
def test_a_response_that_lacks_a_part_of_the_sign_does_not_name_it(sign: Sign, sample: Sample) -> None:
    assert sign.code not in codes(reported(sign, sample))


def test_rows_have_names_of_their_own() -> None:
    assert len(SIGNS) == len({sign.code for sign in SIGNS})


@pytest.mark.parametrize("sign", SIGNS, ids=[sign.code for sign in SIGNS])
def test_a_row_is_written_in_whole_sentences(sign: Sign) -> None:
    assert sign.meaning.endswith(".")
    assert sign.remedy.endswith(".")
    assert sign.source not in {"", "public reports"}
    assert all(name == name.lower() for name, _ in (*sign.headers, *sign.exactly))
    assert all(name == name.lower() for name in sign.without)


def test_a_status_alone_is_no_sign() -> None:
    kept = {field.name: getattr(SIGNS[0], field.name) for field in attrs.fields(Sign)}

    with pytest.raises(ValueError, match="a status is no sign"):
        Sign(**{**kept, "status": (403,), "body": (), "begins": b"", "headers": (), "exactly": (), "location": ()})


def test_words_of_a_body_prove_more_than_a_header_and_a_header_more_than_the_server() -> None:
    assert Rank.BODY > Rank.HEADER > Rank.SERVER > Rank.ALIKE
