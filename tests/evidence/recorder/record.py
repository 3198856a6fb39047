"""
Runs scenarios in a browser, one after another, and keeps going when the browser does not.
"""

import queue
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import attrs

from tests.evidence.recorder import names
from tests.evidence.recorder.engine import Engine, EngineError, Permissions, Reason, Setting
from tests.evidence.recorder.observation import NOT_RUN, Observation, difference, observe
from tests.evidence.recorder.scenario import Fetch, Frame, Page, Scenario, Socket, Step, Together, Wait, Worker, Xhr
from tests.evidence.recorder.server import Run, Server

_STARTS: Final = 3
_RENEWAL: Final = 1500
_SHARING: Final = 12


@attrs.frozen
class Patience:
    """
    How long a browser may take, in seconds.

    Attributes:
        silence: Without a word, beyond what the steps of a scenario take by themselves.
        settling: To say its reasons, after the last scenario.
    """

    silence: float = 8
    settling: float = 0.5


PATIENCE: Final = Patience()


@attrs.frozen
class Outcome:
    """
    What came of it.

    Attributes:
        observations: One for each scenario, in order.
        troubles: A line for each scenario that was not observed as often as wanted, and each failure of the browser.
    """

    observations: tuple[Observation, ...]
    troubles: tuple[str, ...]


def longest(steps: Sequence[Step]) -> float:
    """
    Sum the seconds that *steps* may take at most by themselves.
    """
    total = 0.0
    for step in steps:
        if isinstance(step, Wait):
            total += step.ms / 1000
        elif isinstance(step, Together):
            total += max((longest([inner]) for inner in step.steps), default=0)
        elif isinstance(step, Frame):
            total += longest(step.steps)
        elif isinstance(step, Worker):
            total += step.timeout / 1000
        elif isinstance(step, Fetch | Xhr):
            total += step.timeout * 2 / 1000
        elif isinstance(step, Socket):
            total += step.timeout / 1000 + 1
        else:
            total += 3
    return total


def may_share(scenario: Scenario) -> bool:
    """
    Whether *scenario* may run in a page with others: it touches no place of the page, and leaves nothing behind.

    Each has hosts of its own still; sharing only saves the browser most of its work, which is to make new pages.
    """
    if scenario.page != Page() or scenario.cookies or scenario.needs or scenario.permissions:
        return False
    if any(route.origin in names.OF_THE_PAGE for route in scenario.routes):
        return False
    if any(answer.action != "answer" or answer.status == 401 for route in scenario.routes for answer in route.answers):
        return False
    return all(isinstance(step, Fetch | Xhr) and step.url.startswith("{api}") for step in scenario.steps)


def groups(plan: Sequence[tuple[Scenario, str]], transport: str) -> Iterator[list[tuple[Scenario, str]]]:
    """
    Cut *plan* into runs that share a page.

    NB: only where each name is a site of its own. Elsewhere the page and `{api}` are one site, which they
    could not be with tokens of different runs in their registrable domain.
    """
    group: list[tuple[Scenario, str]] = []
    for scenario, token in plan:
        if transport not in names.ONE_SITE_EACH or not may_share(scenario):
            if group:
                yield group
            group = []
            yield [(scenario, token)]
            continue
        group.append((scenario, token))
        if len(group) == _SHARING:
            yield group
            group = []
    if group:
        yield group


class Recorder:
    """
    Records with one engine on one server.

    Args:
        tell: Called with a line of progress now and then.
        patience: How long it waits for a browser that says nothing.
    """

    def __init__(
        self,
        engine: Engine,
        server: Server,
        setting: Setting,
        tell: Callable[[str], None],
        patience: Patience = PATIENCE,
    ) -> None:
        self._engine = engine
        self._patience = patience
        self._server = server
        self._setting = setting
        self._tell = tell
        self._reasons: dict[str, list[Reason]] = defaultdict(list)
        self._troubles: list[str] = []
        self._failed_starts = 0
        self._again: set[str] = set()

    def record(self, scenarios: Sequence[Scenario], *, twice: bool) -> Outcome:
        """
        Run all *scenarios*, and again if *twice*.

        Raises:
            EngineError: The browser never started.
        """
        letters = "ab" if twice else "a"
        plan = [(scenario, f"q{number}{letter}") for letter in letters for number, scenario in enumerate(scenarios)]
        runs: dict[str, Run] = {}
        try:
            while plan and self._failed_starts < _STARTS:
                part, plan = plan[:_RENEWAL], plan[_RENEWAL:]
                plan = self._session(part, runs) + plan
        except KeyboardInterrupt:
            self._troubles.append("interrupted")
        observations = []
        for number, scenario in enumerate(scenarios):
            observation = self._observation(scenario, number, runs, twice=twice)
            if observation.trouble:
                self._troubles.append(f"{scenario.id}: {observation.trouble}")
            elif not observation.complete:
                self._troubles.append(f"{scenario.id}: {observation.second['trouble']} in one of two runs")
            observations.append(observation)
        return Outcome(tuple(observations), tuple(self._troubles))

    def _observation(self, scenario: Scenario, number: int, runs: dict[str, Run], *, twice: bool) -> Observation:
        seen = []
        for token in (f"q{number}{letter}" for letter in ("ab" if twice else "a")):
            run = runs.get(token)
            if run is None or (run.seen is None and not run.trouble):
                run = Run(scenario, token, trouble=NOT_RUN)
            seen.append(observe(run, self._reasons[token]))
        if not twice:
            return seen[0]
        first, second = seen if not seen[0].trouble else (seen[1], seen[0])
        console = [line for line in first.console if line in second.console]
        return attrs.evolve(first, second=difference(first, second), console=console)

    def _session(self, plan: Sequence[tuple[Scenario, str]], runs: dict[str, Run]) -> list[tuple[Scenario, str]]:
        """
        Run *plan* in one life of the browser, and return what that life was too short for.
        """
        self._server.forget()
        try:
            self._engine.start(self._setting, self._server.home, self._permissions(plan))
        except (EngineError, OSError) as error:
            self._engine.stop()
            self._failed_starts += 1
            self._troubles.append(str(error))
            if self._failed_starts >= _STARTS and not runs:
                raise
            return list(plan)
        left = {token: scenario for scenario, token in plan}
        for token in left:
            self._reasons.pop(token, None)
        for group in groups(plan, self._setting.transport):
            runs.update({run.token: run for run in self._server.add(group)})
        current: Run | None = None
        last = "the start"
        since = time.monotonic()
        try:
            while left:
                try:
                    run = self._server.finished.get(timeout=0.1)
                except queue.Empty:
                    run = None
                while not self._server.started.empty():
                    current, since = self._server.started.get_nowait(), time.monotonic()
                if run is not None:
                    left.pop(run.token, None)
                    last = run.scenario.id
                    self._failed_starts = 0
                    since = time.monotonic()
                    if len(left) % 3 == 0:
                        self._listen()
                    if len(left) % 100 == 0:
                        self._tell(f"{len(left)} left of {len(plan)}")
                    continue
                sharing = [run for run in runs.values() if current and run.page_token == current.page_token]
                stuck = next((run for run in sharing if run.token in left), None)
                patience = self._patience.silence + (longest(stuck.scenario.steps) if stuck is not None else 0)
                if self._engine.alive() and time.monotonic() - since < patience:
                    continue
                if not self._server.finished.empty():
                    # NB: what it said just before its end counts.
                    continue
                how = "hangs" if self._engine.alive() else "crashed"
                if stuck is None:
                    self._failed_starts += 1
                    self._troubles.append(f"{self._engine.name} {how} after {last}")
                elif stuck.token in self._again:
                    stuck.trouble = f"{self._engine.name} {how}"
                    left.pop(stuck.token)
                else:
                    self._again.add(stuck.token)
                    self._troubles.append(f"{self._engine.name} {how} in {stuck.scenario.id}, which was run once more")
                    self._tell(self._troubles[-1])
                return [(scenario, token) for token, scenario in left.items()]
            time.sleep(self._patience.settling)
            return []
        finally:
            self._listen()
            self._engine.stop()

    def _permissions(self, plan: Sequence[tuple[Scenario, str]]) -> Permissions:
        places = names.PLACES[self._setting.transport]
        return {
            places[scenario.page.origin].origin_for(token): scenario.permissions
            for scenario, token in plan
            if scenario.permissions
        }

    def _listen(self) -> None:
        for reason in self._engine.reasons():
            self._reasons[reason.token].append(reason)
