"""
A new recording takes nothing away from an old one that it does not have better.
"""

from pathlib import Path

import attrs
import pytest

from tests.evidence.recorder.keeping import keep
from tests.evidence.recorder.observation import NOT_RUN, Observation, Recording, read, write

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

IDS = ("methods/GET", "methods/get", "methods/GeT")


def recording(digest: str, version: str = "1.0", **troubles: str) -> Recording:
    """
    Make a recording of three scenarios; a keyword such as `second` gives one of them a trouble.
    """
    observations = tuple(
        Observation(id=scenario, digest=digest, steps=[], reasons=[], trouble=troubles.get(name, ""))
        for name, scenario in zip(("first", "second", "third"), IDS, strict=True)
    )
    return Recording(engine="fake", version=version, transport="localhost", observations=observations)


def part_of(whole: Recording, *numbers: int) -> Recording:
    return attrs.evolve(whole, observations=tuple(whole.observations[number] for number in numbers))


def digests(path: Path) -> dict[str, str]:
    return {observation.id: observation.digest for observation in read(path).observations}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """
    Write an old recording.
    """
    path = tmp_path / "recording.jsonl"
    write(recording("old"), path)
    return path


def test_where_there_was_none_the_new_one_is_written(tmp_path: Path) -> None:
    path = tmp_path / "new directory" / "recording.jsonl"

    assert keep(recording("new"), path, part=False) == ()
    assert read(path) == recording("new")


def test_a_new_one_replaces_an_old_one(path: Path) -> None:
    assert keep(recording("new"), path, part=False) == ()
    assert read(path) == recording("new")


def test_a_part_is_put_into_its_place(path: Path) -> None:
    assert keep(part_of(recording("new"), 1), path, part=True) == ()
    assert digests(path) == dict(zip(IDS, ("old", "new", "old"), strict=True))


def test_a_scenario_that_was_not_run_leaves_the_old_one(path: Path) -> None:
    assert keep(recording("new", second=NOT_RUN, third=NOT_RUN), path, part=False) == ()
    assert digests(path) == dict(zip(IDS, ("new", "old", "old"), strict=True))


def test_a_scenario_that_was_not_run_is_not_written_as_if_it_had_been(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    keep(recording("new", second=NOT_RUN), path, part=False)

    assert list(digests(path)) == [IDS[0], IDS[2]]


def test_a_scenario_in_which_the_browser_failed_leaves_the_old_one_and_is_named(path: Path) -> None:
    assert keep(recording("new", second="fake hangs"), path, part=False) == (f"{IDS[1]}: the old observation is kept",)
    assert digests(path) == dict(zip(IDS, ("new", "old", "new"), strict=True))


def test_a_scenario_that_was_seen_in_one_of_two_runs_leaves_the_old_one(path: Path) -> None:
    whole = recording("new")
    once = attrs.evolve(whole.observations[0], second={"trouble": NOT_RUN})
    keep(attrs.evolve(whole, observations=(once, *whole.observations[1:])), path, part=False)

    assert digests(path) == dict(zip(IDS, ("old", "new", "new"), strict=True))


def test_an_unstable_scenario_replaces_the_old_one(path: Path) -> None:
    whole = recording("new")
    unstable = attrs.evolve(whole.observations[0], second={"steps": []})
    keep(attrs.evolve(whole, observations=(unstable, *whole.observations[1:])), path, part=False)

    assert set(digests(path).values()) == {"new"}


def test_a_failure_replaces_a_failure(path: Path) -> None:
    write(recording("old", second="fake hangs"), path)

    assert keep(recording("new", second="fake crashed"), path, part=False) == ()
    assert set(digests(path).values()) == {"new"}


def test_nothing_is_not_written(path: Path) -> None:
    before = path.read_bytes()
    troubles = keep(recording("new", first=NOT_RUN, second=NOT_RUN, third=NOT_RUN), path, part=False)

    assert troubles == (f"{path} stays as it is: nothing was recorded",)
    assert path.read_bytes() == before


@pytest.mark.parametrize("obstacle", ["another version", "damage"])
class TestAnOldRecordingThatCannotBeAddedTo:
    @pytest.fixture
    def path(self, path: Path, obstacle: str) -> Path:
        if obstacle == "damage":
            path.write_bytes(path.read_bytes()[:-5])
        else:
            write(recording("old", "0.9"), path)
        return path

    def test_it_makes_way_for_a_whole_one(self, path: Path) -> None:
        assert keep(recording("new", third="fake hangs"), path, part=False) == ()
        assert read(path) == recording("new", third="fake hangs")

    @pytest.mark.parametrize(
        ("new", "part"),
        [(part_of(recording("new"), 1), True), (recording("new", third=NOT_RUN), False)],
        ids=["a part", "an interrupted one"],
    )
    def test_it_stays_beside_a_part(self, path: Path, new: Recording, part: bool, obstacle: str) -> None:
        before = path.read_bytes()
        (trouble,) = keep(new, path, part=part)

        assert ("line 4 is damaged" if obstacle == "damage" else "is of fake 0.9") in trouble
        assert trouble.endswith(f"the new recording is {path}.new")
        assert path.read_bytes() == before
        assert set(digests(path.with_name("recording.jsonl.new")).values()) == {"new"}
