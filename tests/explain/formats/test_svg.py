"""
The drawn sequence diagram: one link for each exchange, and a size that follows from who takes part.
"""

from __future__ import annotations

import attrs
import pytest

from browsercors.explain.formats.sequence_diagram import Diagram, Lifeline, Message, diagram_of
from browsercors.explain.formats.svg import diagram_as_svg
from browsercors.explain.report import Entry
from tests.explain.reading import ReadPage
from tests.explain.reports import API, BLOCKED, OPAQUE, OUT_OF_CACHE, READABLE, REMEMBERED, UNSENT


def drawn(diagram: Diagram) -> ReadPage:
    count = 1 + max((message.entry or 0 for message in diagram.messages), default=0)
    return ReadPage(
        diagram_as_svg(
            diagram, [f"t{number}" for number in range(count)], [f"label {number}" for number in range(count)], "d"
        )
    )


@pytest.mark.parametrize(
    ("report", "links"),
    [
        (BLOCKED, ["#t0"]),
        (READABLE, ["#t0", "#t1", "#t2"]),
        (REMEMBERED, ["#t0", "#t1"]),
        (OUT_OF_CACHE, ["#t1", "#t0", "#t2", "#t3"]),
        (UNSENT, []),
    ],
)
def test_all_arrows_of_an_exchange_are_one_link(report: object, links: list[str]) -> None:
    page = drawn(diagram_of(report))  # type: ignore[arg-type]

    assert links == [attributes["href"] for attributes, _ in page.all("a")]
    assert [f"label {link[2:]}" for link in links] == [attributes["aria-label"] for attributes, _ in page.all("a")]


def test_lifelines_and_messages_are_written_out() -> None:
    texts = drawn(diagram_of(BLOCKED)).texts_of("text")

    assert [
        "Page", "https://app.example.com", "Server", "https://api.example.com", "OPTIONS /items/7", "200 OK",
        "✕ Blocked: allow-origin-wildcard-with-credentials",
    ] == [text.strip() for text in texts]  # fmt: skip


def test_a_description_says_who_takes_part_and_how_it_ends() -> None:
    assert (
        "Between Page https://app.example.com, Server https://api.example.com. "
        "Blocked: allow-origin-wildcard-with-credentials. Each link leads to an exchange below."
    ) == drawn(diagram_of(BLOCKED)).texts_of("desc")[0].strip()


@pytest.mark.parametrize(
    ("count", "width", "class_"), [(1, 176, "narrow"), (2, 408, "narrow"), (3, 640, "wide"), (7, 1568, "wider")]
)
def test_the_drawing_is_as_wide_as_its_lifelines(count: int, width: int, class_: str) -> None:
    lifelines = tuple(Lifeline("Server", str(number)) for number in range(count))
    attributes, _ = drawn(Diagram(lifelines, (), "Readable", "readable")).all("svg")[0]

    assert str(width) == attributes["viewbox"].split()[2]
    assert class_ == attributes["class"]


@pytest.mark.parametrize(("source", "target"), [(0, 1), (1, 0), (0, 2), (2, 0)])
def test_an_arrow_points_from_source_to_target(source: int, target: int) -> None:
    lifelines = tuple(Lifeline("Server", str(number)) for number in range(3))
    page = drawn(Diagram(lifelines, (Message(source, target, "x", "request", None),), "Readable", "readable"))
    columns = [int(attributes["x1"]) for attributes, _ in page.all("line")]
    arrow, head = (attributes["d"] for attributes, _ in page.all("path"))
    start, end = int(arrow[1:].split()[0]), int(arrow.partition("H")[2])

    assert abs(start - columns[source]) < 5
    assert abs(end - columns[target]) < 5
    assert head.startswith(f"M{end} ")


@pytest.mark.parametrize(
    ("method", "shown"),
    [("GET", f"GET /{'x' * 14}…{'x' * 7}yz"), ("P" * 60, f"{'P' * 19}…{'x' * 7}yz")],
)
def test_of_a_long_url_both_ends_are_shown(method: str, shown: str) -> None:
    report = attrs.evolve(OPAQUE, timeline=(Entry("actual", method, f"{API}/{'x' * 90}yz", 200),))

    assert shown == drawn(diagram_of(report)).texts_of("text")[4].strip()


def test_of_a_long_sentence_the_beginning_is_shown() -> None:
    report = attrs.evolve(OPAQUE, timeline=(Entry("actual", "GET", API, failure="nobody is there " * 9),))

    assert "no response: nobody is there…" == drawn(diagram_of(report)).texts_of("text")[5].strip()
