"""
The recorder's own parts, without a browser: scenarios and recordings as data, and the corpus.
"""

import json
from pathlib import Path

import pytest

from tests.evidence.recorder import corpus, names
from tests.evidence.recorder.observation import Observation, Recording, RecordingError, Request, read, write
from tests.evidence.recorder.scenario import scenario_from_json, to_json

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

RECORDINGS = Path(__file__).parent.parent / "recordings"
RECORDING = Recording(
    engine="chromium",
    version="1",
    transport="localhost",
    observations=tuple(
        Observation(
            id=f"family/{number}",
            digest="0",
            steps=[{"outcome": "rejected", "error": "TypeError"}],
            requests=(Request("api", "GET", "/x", ("Host: api.localhost", "Accept: */*"), "body"),),
            reasons=[{"step": 0, "cors": "MissingAllowOriginHeader"}],
            second={"steps": []} if number == 3 else None,
        )
        for number in range(9)
    ),
)


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    write(RECORDING, path)

    assert read(path) == RECORDING


class TestDamage:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "recording.jsonl"
        write(RECORDING, path)
        return path

    @pytest.mark.parametrize("line", [1, 2, 5])
    @pytest.mark.parametrize(
        "damage",
        [
            b"",
            b"{",
            b"[]",
            b"{}",
            b"\xff",
            b'{"id":"x","digest":"0","steps":["~none"],"requests":[]}',
            b'{"id":"x","digest":"0","steps":{},"requests":[]}',
            b'{"id":["x"],"digest":"0","steps":[],"requests":[]}',
        ],
    )
    def test_a_damaged_line_is_reported_with_its_number(self, path: Path, line: int, damage: bytes) -> None:
        lines = path.read_bytes().splitlines()
        lines[line - 1] = damage
        path.write_bytes(b"\n".join(lines) + b"\n")

        with pytest.raises(RecordingError, match=f"line {line} is damaged"):
            read(path)

    def test_an_empty_recording_is_damaged(self, path: Path) -> None:
        path.write_text("")

        with pytest.raises(RecordingError, match="line 1 is damaged"):
            read(path)

    @pytest.mark.parametrize("there", range(9))
    def test_a_recording_that_ends_between_two_lines_misses_the_next(self, path: Path, there: int) -> None:
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(lines[: there + 1]))

        with pytest.raises(RecordingError, match=f"line {there + 2} is missing: {there} scenarios of 9 are there"):
            read(path)

    def test_a_recording_that_ends_anywhere_is_damaged(self, path: Path) -> None:
        whole = path.read_bytes()
        for size in range(0, len(whole) - 1, 5):
            path.write_bytes(whole[:size])

            with pytest.raises(RecordingError, match=r"line \d+ is (damaged|missing)"):
                read(path)

    @pytest.mark.parametrize("line", [2, 5, 10])
    def test_a_scenario_that_stands_there_twice_is_reported_with_its_second_line(self, path: Path, line: int) -> None:
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join([*lines[:line], *lines[line - 1 :]]))

        with pytest.raises(RecordingError, match=f"line {line + 1} is damaged.*was there before"):
            read(path)

    def test_a_scenario_too_many_is_reported_with_its_line(self, path: Path) -> None:
        last = path.read_text().splitlines()[-1]
        with path.open("a") as file:
            file.write(last.replace("family/8", "family/9") + "\n")

        with pytest.raises(RecordingError, match=r"line 11 is damaged.*more than the 9 scenarios"):
            read(path)

    def test_a_recording_of_another_format_is_named_as_such(self, path: Path) -> None:
        path.write_text(path.read_text().replace('"format":2', '"format":1'))

        with pytest.raises(RecordingError, match=r"line 1 is damaged.*the format is 1, not 2"):
            read(path)

    def test_writing_leaves_nothing_unfinished(self, path: Path) -> None:
        write(RECORDING, path)

        assert list(path.parent.iterdir()) == [path]


def test_every_scenario_survives_json() -> None:
    for scenario in corpus.scenarios():
        assert scenario_from_json(json.loads(json.dumps(to_json(scenario)))) == scenario


def test_a_token_leaves_no_trace() -> None:
    for transport, places in names.PLACES.items():
        for role, place in places.items():
            filled = names.fill(f"{{{role}}} {{{role}.host}}", transport, "q12a")

            assert names.without_token(filled) == f"{place.origin_for('')} {place.host}"
            assert names.role_of(transport, place.port, place.host_for("q12a")) == role


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_recordings_are_whole(path: Path) -> None:
    recording = read(path)
    known = {scenario.id for scenario in corpus.scenarios()}

    assert {observation.id for observation in recording.observations} <= known
    assert sum(not observation.stable for observation in recording.observations) <= len(known) * 0.02
