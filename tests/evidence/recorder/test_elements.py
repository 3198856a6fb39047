"""
What recordings of elements need of the recorder: parts of a body, lines of the console, bodies that are what they say.
"""

import gzip
from collections.abc import Sequence

import pytest

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.engine import Reason
from tests.evidence.recorder.observation import observe
from tests.evidence.recorder.scenario import Answer, Element, Frame, Scenario, Step, Timing, is_detailed
from tests.evidence.recorder.server import Run, ranged

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

DETAILED = Element(tag="img", url="{api}/x", detail=True)
PLAIN = Element(tag="img", url="{api}/x")
SOUND = Answer(headers=("Content-Type: audio/wav",), body="0123456789", ranges=True)


@pytest.mark.parametrize(
    ("asked", "part", "told"),
    [
        pytest.param("bytes=0-", "0123456789", "bytes 0-9/10", id="all of it"),
        pytest.param("bytes=4-", "456789", "bytes 4-9/10", id="from the middle on"),
        pytest.param("bytes=2-3", "23", "bytes 2-3/10", id="both ends"),
        pytest.param("bytes=8-99", "89", "bytes 8-9/10", id="an end behind the last byte"),
    ],
)
def test_an_answer_that_heeds_ranges_is_a_part_of_the_body(asked: str, part: str, told: str) -> None:
    answer = ranged(SOUND, asked)

    assert (answer.status, answer.body) == (206, part)
    assert answer.headers[-1] == f"Content-Range: {told}"


@pytest.mark.parametrize("asked", ["", "bytes=-2", "bytes=10-", "bytes=0-1,3-4", "lines=0-"])
def test_what_is_no_range_of_the_body_gets_all_of_it(asked: str) -> None:
    assert ranged(SOUND, asked) == SOUND


def test_an_answer_ignores_ranges_unless_it_says_otherwise() -> None:
    assert ranged(Answer(body="0123456789"), "bytes=2-") == Answer(body="0123456789")


@pytest.mark.parametrize(
    ("steps", "detailed"),
    [
        pytest.param((DETAILED,), True, id="an element"),
        pytest.param((Timing(url="{api}/x", detail=True),), True, id="timing"),
        pytest.param((PLAIN, Frame(steps=(DETAILED,))), True, id="an element in a frame"),
        pytest.param((PLAIN, Timing(url="{api}/x")), False, id="neither says so"),
    ],
)
def test_lines_of_the_console_are_kept_where_a_step_asks_for_detail(steps: Sequence[Step], *, detailed: bool) -> None:
    scenario = Scenario(id="test/0", family="test", steps=tuple(steps))
    said = [Reason("q0a", 0, {"console": "Refused."}), Reason("q0a", 0, {"error": "net::ERR_FAILED"})]

    observation = observe(Run(scenario, "q0a", seen=[{"outcome": "error"} for _ in steps]), said)

    assert is_detailed(steps) is detailed
    assert observation.console == ([[0, "Refused."]] if detailed else [])
    assert observation.reasons == [{"step": 0, "error": "net::ERR_FAILED"}]


@pytest.mark.parametrize(
    ("body", "begins"),
    [
        (bodies.PNG, "\x89PNG\r\n\x1a\n"),
        (bodies.JPEG, "\xff\xd8\xff"),
        (bodies.BMP, "BM"),
        (bodies.WEBP, "RIFF"),
        (bodies.AVIF[4:], "ftypavif"),
        (bodies.WEBM, "\x1a\x45\xdf\xa3"),
        (bodies.WAV, "RIFF"),
        (bodies.TTF, "\0\x01\0\0"),
        (bodies.WOFF, "wOFF"),
        (bodies.gzipped(""), "\x1f\x8b"),
    ],
)
def test_a_body_begins_as_its_kind_does(body: str, begins: str) -> None:
    assert body.startswith(begins)
    assert len(body) < 2000


def test_what_is_wrapped_as_gzip_comes_out_again() -> None:
    assert gzip.decompress(bodies.gzipped("hello").encode("latin-1")) == b"hello"
