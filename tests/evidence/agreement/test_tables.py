"""
What is remembered between requests changes nothing: recordings are replayed with the tables, and without them.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors.browser.result import FetchResult
from browsercors.cookies import store
from browsercors.engines.registry import profile_named
from browsercors.rules.safelist import Safelist
from browsercors.rules.wire import WireRules
from browsercors.servers import server
from browsercors.values import sites
from browsercors.values.headers import HeaderList
from tests.evidence.agreement.comparison import recordings
from tests.evidence.agreement.simulation import NotSimulated, simulate
from tests.evidence.recorder.corpus.all import scenarios
from tests.evidence.recorder.observation import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.evidence.recorder.scenario import Scenario

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

REPLAYED: Final = 60
"""How many scenarios of each recording are replayed: by chance, but always the same ones."""


def drawn(path: Path) -> list[tuple[Scenario, str, str]]:
    recording = read(path)
    corpus = {scenario.id: scenario for scenario in scenarios()}
    recorded = [corpus[each.id] for each in recording.observations if each.id in corpus and not corpus[each.id].needs]
    chosen = random.Random(1).sample(recorded, min(REPLAYED, len(recorded)))  # noqa: S311 - no secret
    return [(scenario, recording.engine, recording.transport) for scenario in chosen]


def said(params: Any, response: Any) -> list[object]:
    """
    Return all that a fetch has left behind: findings with their evidence, lines on the wire, the page's view, timing.
    """
    findings = [
        (each.algorithm.name, each.step, each.outcome, each.reason, {**each.evidence}) for each in params.findings
    ]
    timeline = [
        (type(entry).__name__, entry.time, entry.method, entry.url)
        + (
            (list(entry.http_request.headers), entry.request_body, entry.status, list(entry.response_headers.lines))
            if hasattr(entry, "http_request")
            else (entry.header_names,)
        )
        for entry in params.timeline
    ]
    view = (response.type, response.status, response.body, list(response.header_list), list(response.url_list))
    timings = [] if params.memory is None else [(str(fact[0]), *fact[1:12]) for fact in params.memory.timings]
    return [repr(findings), timeline, view, timings]


def replayed(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    seen: list[object] = []
    init: Callable[..., None] = FetchResult.__init__

    def keep(result: FetchResult, params: Any, response: Any, profiles: Any) -> None:
        init(result, params, response, profiles)
        seen.append(said(params, response))

    with monkeypatch.context() as patch:
        patch.setattr(FetchResult, "__init__", keep)
        for scenario, engine, transport in drawn(path):
            try:
                seen.append(simulate(scenario, engine, transport))
            except NotSimulated:
                continue
    return seen


def forget_everything(patch: pytest.MonkeyPatch) -> None:
    """
    Let no table remember anything.
    """
    patch.setattr(WireRules, "remember", lambda *_: None)
    patch.setattr(Safelist, "remember", lambda *_: None)
    patch.setattr(HeaderList, "copy", lambda headers: HeaderList(list(headers)))
    patch.setattr(HeaderList, "derived", lambda headers, make: make(headers))
    patch.setattr(store, "LONGEST_HOST_KEPT", -1)
    patch.setattr(server, "LARGEST_LIST_KEPT", -1)
    patch.setattr(sites, "LONGEST_REMEMBERED", -1)


@pytest.mark.parametrize("path", recordings(), ids=lambda path: path.stem)
def test_with_and_without_tables_all_is_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = profile_named(read(path).engine)
    tables: tuple[dict[Any, Any], ...] = (profile.wire.written, profile.preflight_wire.written, profile.safelist.judged)
    for table in tables:
        table.clear()

    with monkeypatch.context() as patch:
        forget_everything(patch)
        without = replayed(path, monkeypatch)
        assert not any(tables)

    # NB: twice, so that the second time all is in the tables.
    assert replayed(path, monkeypatch) == without
    # NB: handshakes of WebSockets have an order of their own, and no preflight; the few scenarios of service workers
    # without TLS fetch nothing.
    assert any(tables) or path.stem.endswith(("-websockets", "-localhost-service-workers", "-plain-service-workers"))
    assert replayed(path, monkeypatch) == without
