"""
The parts of the fuzzer that need no browser: what it generates, how it makes that simpler, and what it keeps.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.evidence.agreement.comparison import Disagreement
from tests.evidence.agreement.simulation import simulate
from tests.evidence.fuzz.findings import Finding, grouped, named, told
from tests.evidence.fuzz.known import is_known
from tests.evidence.fuzz.shrink import shrink, simpler, weight
from tests.evidence.fuzz.strategies import KINDS, generate
from tests.evidence.recorder.corpus import found
from tests.evidence.recorder.live import ENGINES
from tests.evidence.recorder.record import may_share
from tests.evidence.recorder.scenario import (
    Answer,
    Fetch,
    Frame,
    Route,
    Scenario,
    Step,
    Xhr,
    scenario_from_json,
    to_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

SOME = 100


@pytest.fixture(scope="module")
def generated() -> list[Scenario]:
    return generate(SOME, 1)


def requests_of(steps: Iterable[Step]) -> Iterator[Fetch | Xhr]:
    for step in steps:
        if isinstance(step, Fetch | Xhr):
            yield step
        elif isinstance(step, Frame):
            yield from requests_of(step.steps)


def sets_x_a(scenario: Scenario) -> bool:
    return any(name == "X-A" for request in requests_of(scenario.steps) for name, _ in request.headers)


def refuses(scenario: Scenario) -> bool:
    return any(each.status >= 500 for route in scenario.routes for each in route.answers)


def pretending(differs: Callable[[Scenario], bool]) -> Callable[[Sequence[Scenario]], list[Finding | None]]:
    """
    Stand in for a browser that differs from the simulator where *differs* says so.
    """
    return lambda scenarios: [
        Finding(scenario, "verdict", "this", "that") if differs(scenario) else None for scenario in scenarios
    ]


def test_a_seed_always_generates_the_same(generated: list[Scenario]) -> None:
    assert generate(10, 2) == generate(10, 2)
    assert generate(10, 2) != generate(10, 3)
    assert SOME == len(generated)
    assert SOME == len({scenario.id for scenario in generated})


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_generated_alone(kind: str) -> None:
    alone = generate(10, 3, kind)

    assert len(alone) > 5
    assert alone != generate(10, 3)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_the_http_cache_answers_some_of_what_is_generated_for_it(engine: str) -> None:
    simulated = [simulate(scenario, engine, "localhost") for scenario in generate(SOME, 4, "http-cache")]

    asked = sum(len(step.get("steps", [step])) for each in simulated for step in each["steps"])
    sent = [request for each in simulated for request in each["requests"] if not request["line"].startswith("OPTIONS")]
    validating = [request for request in sent if any(line.startswith("If-") for line in request["headers"])]
    assert len(sent) < 0.95 * asked
    assert len(validating) > 0.1 * len(sent)


def test_every_generated_scenario_survives_json(generated: list[Scenario]) -> None:
    assert generated == [scenario_from_json(json.loads(json.dumps(to_json(scenario)))) for scenario in generated]


@pytest.mark.parametrize("engine", ["standard", *sorted(ENGINES)])
def test_generated_scenarios_are_simulated_and_come_far(generated: list[Scenario], engine: str) -> None:
    simulated = [simulate(scenario, engine, "localhost") for scenario in generated]

    steps = [inner for each in simulated for step in each["steps"] for inner in step.get("steps", [step])]
    preflighted = [
        each for each in simulated if any(request["line"].startswith("OPTIONS") for request in each["requests"])
    ]
    assert sum(step["outcome"] == "resolved" for step in steps) > 0.3 * len(steps)
    assert sum(step["outcome"] == "rejected" for step in steps) > 0.15 * len(steps)
    assert len(preflighted) > 0.4 * len(generated)


def test_about_half_of_the_generated_scenarios_share_pages(generated: list[Scenario]) -> None:
    assert sum(may_share(scenario) for scenario in generated) > 0.4 * len(generated)


def test_which_refused_header_chromium_names_is_no_finding(generated: list[Scenario]) -> None:
    named = [f"step 0: HeaderDisallowedByPreflightResponse ({name})" for name in ("x-a", "x-b")]

    assert is_known(Disagreement("x", "reason", *named), generated[0], "chromium")
    assert not is_known(Disagreement("x", "reason", *named), generated[0], "webkit")
    assert not is_known(Disagreement("x", "reason", named[0], "step 0: other"), generated[0], "chromium")


STORED_CASES = [
    # engine     the step before the last     the server's last answer                                      known
    ("chromium", Fetch(url="{api}/x", headers=(("Range", "bytes=0-1"),)), Answer(), True),
    ("chromium", Fetch(url="{api}/x", method="HEAD"), Answer(), True),
    ("chromium", Fetch(url="{api}/x"), Answer(), False),
    ("firefox", Fetch(url="{api}/x"), Answer(status=302, headers=("Cache-Control: public, max-age=0",)), True),
    ("firefox", Fetch(url="{api}/x"), Answer(status=302), False),
    ("firefox", Fetch(url="{api}/x"), Answer(headers=("Last-Modified: x",)), True),
    ("firefox", Fetch(url="{api}/x"), Answer(headers=("Last-Modified: Mon, 02 Jan 2006 15:04:05 GMT",)), False),
    ("webkit", Fetch(url="{api}/x"), Answer(status=302, headers=('ETag: "x"',)), True),
    ("webkit", Fetch(url="{api}/x"), Answer(status=302), False),
    ("webkit", Fetch(url="{api}/x"), Answer(status=304, headers=("Cache-Control: no-store",)), True),
    ("webkit", Fetch(url="{api}/x"), Answer(status=304), False),
]


@pytest.mark.parametrize(("engine", "step", "answer", "expected"), STORED_CASES)
def test_what_is_known_of_the_http_caches_is_no_finding(
    engine: str, step: Step, answer: Answer, expected: bool
) -> None:
    routes = (Route(origin="api", path="/x", answers=(Answer(), answer)),)
    scenario = Scenario(id="x/0", family="x", steps=(step, Fetch(url="{api}/x")), routes=routes)

    assert expected == is_known(Disagreement("x/0", "headers", "[]", "['if-none-match: \"x\"']"), scenario, engine)


def test_what_is_simpler_is_smaller_and_still_a_scenario(generated: list[Scenario]) -> None:
    for scenario in generated[:15]:
        for made in simpler(scenario):
            assert weight(made) < weight(scenario)
            assert scenario_from_json(to_json(made)) == made
            simulate(made, "standard", "localhost")


@pytest.mark.parametrize(("differs", "most"), [(sets_x_a, 160), (refuses, 200)])
def test_a_disagreement_is_shrunk_to_what_it_needs(
    generated: list[Scenario], differs: Callable[[Scenario], bool], most: int
) -> None:
    differ = pretending(differs)
    findings = [finding for finding in differ(generated) if finding is not None]

    shrunk = shrink(findings, differ)

    assert len(findings) > 1
    assert all(differs(finding.scenario) for finding in shrunk)
    assert [] == [told(finding.scenario) for finding in shrunk if weight(finding.scenario) > most]
    assert all(not any(map(differs, simpler(finding.scenario))) for finding in shrunk)


def test_shrinking_keeps_to_the_aspect(generated: list[Scenario]) -> None:
    scenario = next(each for each in generated if sets_x_a(each))
    finding = Finding(scenario, "headers", "this", "that")

    assert [finding] == shrink([finding], pretending(sets_x_a))


def test_findings_that_look_alike_are_one(generated: list[Scenario]) -> None:
    findings = [Finding(scenario, "verdict", str(number % 2), "") for number, scenario in enumerate(generated)]

    groups = grouped(findings)

    assert 2 == len(groups)
    assert all(len(told(group[0].scenario)) <= len(told(other.scenario)) for group in groups for other in group)


def test_a_found_scenario_is_named_by_what_it_does(generated: list[Scenario]) -> None:
    one, two = (named(scenario, "chromium", "localhost") for scenario in generated[:2])

    assert one.id != two.id
    assert one.id == named(one, "chromium", "localhost").id
    assert one.id.startswith("found/chromium-")


def test_what_is_found_is_added_once(tmp_path: Path, generated: list[Scenario]) -> None:
    path = tmp_path / "found.jsonl"
    path.touch()

    assert generated[:3] == found.add(generated[:3], path)
    assert generated[3:4] == found.add(generated[:4], path)
    assert generated[:4] == found.read(path)


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"id": "x", "family": "found", "steps": [{"step": "x"}]}'])
def test_damage_is_an_error_that_names_its_line(tmp_path: Path, generated: list[Scenario], damage: str) -> None:
    path = tmp_path / "found.jsonl"
    path.touch()
    found.add(generated[:3], path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], damage, lines[2]]))

    with pytest.raises(ValueError, match=r"found\.jsonl, line 2 is damaged"):
        found.read(path)
