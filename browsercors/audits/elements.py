"""
The stage of an audit in which pages load what came as elements do: what they see of it, and what a script gives away.

The request of an element is that of a fetch but for `Accept` and `Sec-Fetch-Dest`. So only what an element has a use
for is loaded, and not where every site can read it by a fetch with credentials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.audits.prober import Probe, last_answer
from browsercors.policy.elements.revealed import DATA, is_data_script, loads_for, revealed, shows_timing
from browsercors.policy.sessions import Load
from browsercors.values.formats.mime_groups import JAVASCRIPT, JSON
from browsercors.values.formats.mime_types import extract_a_mime_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.audits.run import Run
    from browsercors.audits.scope import Scope
    from browsercors.browser.loads import LoadResult
    from browsercors.values.wire import HTTPResponse

__all__ = ["ELEMENTS_NOTE", "elements", "planned_elements"]

ELEMENTS_NOTE: Final = "depends on what came: an image, a script, a style sheet, media, JSON, timing"
CALLBACK: Final = "callback=x8k2q"
"""The parameter by which most frameworks ask for JSONP."""


def elements(run: Run) -> None:
    """
    Let a page load what came as an element, run it as a script, and look at its timing.
    """
    if run.scope.everybody_is_meant:
        return
    for path, reading in run.first.items():
        answer = last_answer(reading.proof)
        if answer is None or answer.http_response is None or run.levels.get(path, 0) == 2:
            continue
        _look_into(run, path, answer.http_response)
        _include(run, path, answer.http_response)
        if b"timing-allow-origin" in answer.http_response.headers:
            _measure(run, path)


def _look_into(run: Run, path: str, response: HTTPResponse) -> None:
    """
    Let a page load it with `crossorigin`, with credentials and without.
    """
    level = run.levels.get(path, 0)
    for initiator in loads_for(response):
        # NB: a font shows no more than that it is one.
        if initiator == "font":
            continue
        for credentials in (True, False)[: 2 - level]:
            probe = Probe(run.scope.strangers[0], path, credentials=credentials, initiator=initiator)
            what = _seen(run, probe)
            if what:
                notes = (f"It gets {what}.",)
                result = run.prober.load(probe)
                run.hit("element-opens", probe.origin, path, result, credentials=credentials, notes=notes)
                break


def _include(run: Run, path: str, response: HTTPResponse) -> None:
    """
    Let a page run it as a script: as it is if it is nothing but data, or with the name of a function to call.
    """
    mime_type = extract_a_mime_type(response.headers)
    if not 200 <= response.status < 300:
        return
    if is_data_script(response):
        asked = path
    elif (JSON.has(mime_type) or JAVASCRIPT.has(mime_type)) and "callback=" not in path:
        asked = f"{path}{'&' if '?' in path else '?'}{CALLBACK}"
    else:
        return
    probe = Probe(run.scope.strangers[0], asked, mode="no-cors", initiator="script", credentials=True)
    if _seen(run, probe) == DATA:
        result = run.prober.load(probe)
        run.hit("script-inclusion", probe.origin, asked, result, credentials=run.goes_with_credentials(result))


def _measure(run: Run, path: str) -> None:
    """
    Let a page load it as an image, whatever it is: its entry in Resource Timing tells of it all the same.
    """
    probe = Probe(run.scope.strangers[0], path, mode="no-cors", initiator="image", credentials=True)
    result = run.prober.load(probe)
    if shows_timing(result) and shows_timing(_again(run, probe)):
        run.hit("timing-open", probe.origin, path, result, credentials=run.goes_with_credentials(result))


def _seen(run: Run, probe: Probe) -> str:
    """
    Return what a load shows to a page; nothing if it does not do so twice.
    """
    load = probe.asked(run.scope.url.origin.serialized)
    assert isinstance(load, Load), "probes of elements load"
    what = revealed(load, run.prober.load(probe))
    return what if what and revealed(load, _again(run, probe)) == what else ""


def _again(run: Run, probe: Probe) -> LoadResult:
    return run.prober.load(probe, again=True)


def planned_elements(scope: Scope) -> Iterator[Probe]:  # noqa: ARG001 - as every part has it
    """
    Yield nothing: what is loaded depends on what came before.
    """
    yield from ()
