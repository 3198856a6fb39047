"""
Files that no exporter writes: whatever is in them, there are verdicts and problems, and never an exception.
"""

from __future__ import annotations

import copy
import gzip
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import publicsuffixlist
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from browsercors.har.replaying import HarError, read_har
from tests.har.build import har_bytes

if TYPE_CHECKING:
    from browsercors.har.reading import HarProblem
    from browsercors.har.verdicts import HarVerdict

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.har"))
LIST = publicsuffixlist.PublicSuffixList()


@pytest.fixture(autouse=True, scope="module")
def _one_list() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publicsuffixlist, "PublicSuffixList", lambda *_: LIST)
        yield


def judged(data: bytes) -> tuple[list[HarVerdict], list[HarProblem]]:
    problems: list[HarProblem] = []
    verdicts = list(read_har(io.BytesIO(data), on_problem=problems.append))
    for verdict in verdicts:
        json.dumps(verdict.to_dict())
        verdict.result.explain()
    return verdicts, problems


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.sampled_from(
        [
            "*",
            "null",
            "https://a.example",
            "https://a.example/",
            "data:,",
            "http://[",
            "\x1b[31m",
            "GET",
            "OPTIONS",
            "\n",
        ]
    ),
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """
    Return the paths of all values in *value*.
    """
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, child in inner for found in places(child, (*path, key)))]


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """
    Return *document* with another value at *path*.
    """
    if not path:
        return value
    document = copy.deepcopy(document)
    target = document
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return document


DOCUMENTS = [json.loads(path.read_bytes()) for path in SAMPLES]
PLACES = [(document, path) for document in DOCUMENTS for path in places(document)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(place=st.sampled_from(PLACES), value=ANYTHING)
def test_any_value_in_place_of_any_field_is_read(place: tuple[Any, tuple[Any, ...]], value: Any) -> None:
    judged(json.dumps(replaced(*place, value)).encode())


@settings(max_examples=100, deadline=None)
@given(value=ANYTHING)
def test_any_json_is_read(value: Any) -> None:
    _, problems = judged(json.dumps(value).encode())

    assert any(problem.ends_reading for problem in problems)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300), start=st.sampled_from([b"", b'{"log":{"entries":[', b"\x1f\x8b", b"\xff\xfe"]))
def test_any_bytes_are_read(data: bytes, start: bytes) -> None:
    judged(start + data)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_file_may_end_anywhere(path: Path) -> None:
    data = path.read_bytes()
    whole, _ = judged(data)
    for end in range(0, len(data) - 6, len(data) // 40):
        verdicts, problems = judged(data[:end])

        assert problems[-1].ends_reading
        assert len(verdicts) <= len(whole)


ENTRY = b'{"log":{"entries":[{"request":{"method":"GET","url":"https://a.example/","headers":[]},%s}]}}'
BOMBS = {
    "arrays in arrays": ENTRY % (b'"_a":' + b"[" * 3_000_000),
    "objects in objects": ENTRY % (b'"_a":' + b'{"a":' * 1_000_000),
    "a string of 100 MB": ENTRY % (b'"_a":"' + b"a" * 100_000_000 + b'"'),
    "a string of quotes": ENTRY % (b'"_a":"' + b'\\"' * 10_000_000 + b'"'),
    "a string without end": ENTRY % (b'"_a":"' + b"\\" * 9_999_999),
    "a number of many digits": ENTRY % (b'"time":' + b"9" * 100_000),
    "a number of a large exponent": ENTRY % b'"time":1e999999999999',
    "no number": ENTRY % b'"time":NaN',
    "one key many times": ENTRY % (b'"a":1,' * 100_000 + b'"a":2'),
    "a lone surrogate": ENTRY % b'"a":"\\ud800"',
    "bytes that are no UTF-8": ENTRY % b'"a":"\xff"',
    "many small values": ENTRY % (b'"a":[' + b"[]," * 2_000_000 + b"[]]"),
    "many headers": har_bytes({"request": {"method": "GET", "url": "https://a.example", "headers": [{}] * 300_000}}),
    "gzip that is none": b"\x1f\x8b" + b"\0" * 100,
    "gzip of blanks": gzip.compress(b" " * 100_000_000),
    "blanks": b" " * 10_000_000,
    "UTF-16 that is none": b"\xff\xfe" + b"\x00\xd8" * 9,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_does_not_go_off(name: str) -> None:
    judged(BOMBS[name])


def test_without_somebody_to_tell_a_break_is_raised() -> None:
    with pytest.raises(HarError, match="the file: it is JSON, but not a HAR file"):
        list(read_har(io.BytesIO(b"{}")))
