"""
Print the tables of the README: `python -m tests.benchmarks`, or only those named (`fetches`, `growth`, ...).

`python -m tests.benchmarks instructions` is the judge: it counts, compares with what is recorded, and exits with 1
where something has become dearer. See `instructions.py` beside this file.

Ratios are taken within one run and of the least times; absolute times are this machine's.
"""

from __future__ import annotations

import contextlib
import platform
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from browsercors.engines.registry import profiles
from tests.agreement.simulation import NotSimulated, simulate
from tests.benchmarks.apps import asgi_app, bare_asgi_call, bare_wsgi_call, wsgi_app
from tests.benchmarks.audits import audits
from tests.benchmarks.cache import FEW, MANY, bytes_per_url, filled_browser
from tests.benchmarks.hostile import HOPS, HOSTILE_HEADERS, SIZES, fetch_of_hostile_headers, fetch_of_redirects
from tests.benchmarks.instructions import main as judge_instructions
from tests.benchmarks.measure import cpu_milliseconds, least_seconds, repeated
from tests.benchmarks.recordings import RECORDINGS, cost_of_judging, write_recording
from tests.benchmarks.reports import COUNTS, report_on_headers, reports
from tests.benchmarks.scenarios import FETCHES, UNIT, Loop, fetches, fresh_browser, werkzeug_get
from tests.recorder import corpus

BARE_WSGI = "bare WSGI call"
BARE_ASGI = "bare ASGI call"
FRESH = "a new browser, with a mount, a page and a simple GET"
COLUMNS = ("WSGI, `Browser`", "ASGI, `AsyncBrowser`", "ASGI, `Browser`")


def print_fetches() -> None:
    """
    Compare each fetch with the unit.
    """
    loop = Loop()
    browser_of_wsgi, from_wsgi = fetches(wsgi_app)
    browser_of_asgi, from_asgi = fetches(asgi_app)
    with contextlib.closing(loop), browser_of_wsgi, browser_of_asgi, loop.async_fetches() as awaited:
        scenarios = {UNIT: repeated(werkzeug_get()), BARE_WSGI: repeated(bare_wsgi_call)}
        scenarios[BARE_ASGI] = partial(loop.times, bare_asgi_call)
        scenarios[FRESH] = repeated(fresh_browser)
        for name, fetch in from_wsgi.items():
            scenarios[f"{name}; {COLUMNS[0]}"] = repeated(fetch)
        for name, coroutine in awaited.items():
            scenarios[f"{name}; {COLUMNS[1]}"] = partial(loop.times, coroutine)
        for name, fetch in from_asgi.items():
            scenarios[f"{name}; {COLUMNS[2]}"] = repeated(fetch)
        least = least_seconds(scenarios, rounds=60, count=100)
    unit = least[UNIT]

    def cell(name: str) -> str:
        return f"{least[name] / unit:.2f} ({least[name] * 1e6:.0f} µs)"

    print(f"| one fetch, in units of one `{UNIT}` | {' | '.join(COLUMNS)} |")
    print(f"| --- |{' ---: |' * len(COLUMNS)}")
    for name in FETCHES:
        print(f"| {name} | {' | '.join(cell(f'{name}; {column}') for column in COLUMNS)} |")
    print("\n| beside it, on the same machine | |")
    print("| --- | ---: |")
    for name in (UNIT, BARE_WSGI, BARE_ASGI, FRESH):
        print(f"| {name} | {cell(name)} |")


def print_replay() -> None:
    """
    Run the scenarios of the corpus through all profiles, once.
    """
    asked = [scenario for scenario in corpus.scenarios() if "localhost" in scenario.transports]
    print("| profile | scenarios | seconds |\n| --- | ---: | ---: |")
    for name in profiles():
        simulated = 0
        begun = time.perf_counter()
        for scenario in asked:
            with contextlib.suppress(NotSimulated):
                simulate(scenario, name, "localhost")
                simulated += 1
        print(f"| {name} | {simulated} | {time.perf_counter() - begun:.1f} |")


def print_preflight_cache() -> None:
    """
    Compare a thousand and a million remembered URLs.
    """
    scenarios = {f"{count:,}": repeated(filled_browser(count)[1]) for count in (FEW, MANY)}
    least = least_seconds(scenarios, rounds=15, count=200, clock=time.process_time)
    few = least[f"{FEW:,}"]
    print("| remembered URLs | µs a fetch | ratio |")
    print("| ---: | ---: | ---: |")
    for name, seconds in least.items():
        print(f"| {name} | {seconds * 1e6:.1f} | {seconds / few:.2f} |")
    del scenarios
    print(f"\nOne remembered URL takes {bytes_per_url(MANY):.0f} bytes (of {MANY:,}).")


def print_imports() -> None:
    """
    Measure what imports cost.
    """
    bare = cpu_milliseconds("pass")
    print("| statement | CPU ms |")
    print("| --- | ---: |")
    for statement in ("import attrs, ada_url", "import browsercors", "from browsercors import Browser"):
        print(f"| `{statement}` | {cpu_milliseconds(statement) - bare:.0f} |")


def print_growth() -> None:
    """
    Measure how time grows with header bytes and redirect hops.
    """
    print(f"| hostile header | {' | '.join(f'{size:,} bytes' for size in SIZES)} | growth of the last ten times |")
    print(f"| --- |{' ---: |' * (len(SIZES) + 1)}")
    for name in HOSTILE_HEADERS:
        seconds = [
            least_seconds(
                {name: repeated(fetch_of_hostile_headers(name, size))}, rounds=3, count=1, clock=time.process_time
            )[name]
            for size in SIZES
        ]
        cells = " | ".join(f"{value * 1e3:.2f} ms" for value in seconds)
        print(f"| {name} | {cells} | {seconds[-1] / seconds[-2]:.1f} |")
    print()
    scenarios = {f"{hops}": repeated(fetch_of_redirects(hops)) for hops in HOPS}
    least = least_seconds(scenarios, rounds=20, count=20, clock=time.process_time)
    print("| redirect hops | µs | µs an exchange |")
    print("| ---: | ---: | ---: |")
    for name, least_of_hops in least.items():
        print(f"| {name} | {least_of_hops * 1e6:.0f} | {least_of_hops * 1e6 / (int(name) + 1):.0f} |")


def print_har() -> None:
    """
    Measure what it costs to judge recordings of several sizes.
    """
    print("| entries | MB | verdicts | CPU seconds | memory at most, MB |\n| ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "recording.har"
        for count, body in RECORDINGS:
            with path.open("wb") as file:
                write_recording(file, count, body)
            verdicts, seconds, memory = cost_of_judging(path)
            size = path.stat().st_size / 1e6
            print(f"| {count:,} | {size:.0f} | {verdicts:,} | {seconds:.1f} | {memory:.0f} |")


def print_reports() -> None:
    """
    Measure what reports cost, beside the fetch that they are about.
    """
    browser, of_wsgi = fetches(wsgi_app)
    with browser:
        scenarios = {name: repeated(report) for name, report in reports().items()}
        scenarios["beside it: the fetch of a JSON PUT, preflight sent"] = repeated(of_wsgi[FETCHES[1]])
        least = least_seconds(scenarios, rounds=30, count=10)
    print("| a report | ms |\n| --- | ---: |")
    for name, seconds in least.items():
        print(f"| {name} | {seconds * 1e3:.2f} |")
    print("\n| request headers in a report | ms |\n| ---: | ---: |")
    for count in COUNTS:
        least = least_seconds({str(count): repeated(report_on_headers(count))}, rounds=2, count=1)
        print(f"| {count:,} | {least[str(count)] * 1e3:.1f} |")


def print_audits() -> None:
    """
    Measure what audits cost.
    """
    scenarios = audits()
    least = least_seconds({name: repeated(once) for name, once in scenarios.items()}, rounds=10, count=1)
    print("| an audit of | requests | ms |\n| --- | ---: | ---: |")
    for name, seconds in least.items():
        print(f"| {name} | {scenarios[name]()} | {seconds * 1e3:.0f} |")


def main() -> None:
    """
    Print them all, or those named on the command line.
    """
    parts = {
        "fetches": print_fetches,
        "preflight-cache": print_preflight_cache,
        "imports": print_imports,
        "growth": print_growth,
        "replay": print_replay,
        "har": print_har,
        "reports": print_reports,
        "audit": print_audits,
    }
    if sys.argv[1:2] == ["instructions"]:
        sys.exit(judge_instructions(sys.argv[2:]))
    unknown = set(sys.argv[1:]) - set(parts)
    if unknown:
        sys.exit(f"the parts are {', '.join(parts)}, not {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    for name, part in parts.items():
        if name in sys.argv[1:] or not sys.argv[1:]:
            print(f"\n## {name}\n")
            part()


if __name__ == "__main__":
    main()
