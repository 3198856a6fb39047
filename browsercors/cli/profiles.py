"""
`browsercors profiles`: where the simulated browsers depart from the standard.
"""

from __future__ import annotations

import enum
import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

import click

from browsercors.cli.browsers import BrowserName
from browsercors.engines.registry import BASE, profile_named, real_browser_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.engines.facts import Fact
    from browsercors.explain.formats.text import Line
    from browsercors.rules.facts import Departure

__all__ = ["profiles"]

WIDTH: Final = 80
GAP: Final = 2


@click.command()
@click.argument("browsers", nargs=-1, type=BrowserName(only_real=True), metavar="[BROWSER]...")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
@click.option("-v", "--verbose", is_flag=True, help="Show the evidence of each departure.")
@click.pass_context
def profiles(context: click.Context, /, *, browsers: tuple[str, ...], as_json: bool, verbose: bool) -> None:
    """
    Show where the simulated browsers depart from the Fetch standard.

    BROWSER is chromium, firefox or webkit; without it, all are shown. Each entry begins with the fields of
    BrowserProfile that it is about. A column says "standard" where the browser follows the standard.

    \b
    browsercors profiles
    browsercors profiles firefox webkit --verbose
    """  # noqa: D301 - click wants the backspace itself
    from browsercors.cli.terminal import write, write_text

    known = real_browser_names()
    shown = tuple(name for name in known if name in browsers) or known
    if as_json:
        import json

        write_text(json.dumps(_data(shown), indent=2) + "\n")
    else:
        write(_report(shown, verbose=verbose))
    context.exit(0)


def _sections(browsers: Sequence[str]) -> Iterable[tuple[str, list[Fact]]]:
    """
    Yield each heading with the facts about one of *browsers*.
    """
    from browsercors.engines.facts import facts

    for heading, group in facts().items():
        departing = [fact for fact in group if not fact.departures.keys().isdisjoint(browsers)]
        if departing:
            yield heading, departing


def _report(browsers: Sequence[str], *, verbose: bool) -> Iterable[Line]:
    from browsercors.explain.formats.text import Line, wrapped

    columns = (BASE, *browsers)
    for name in columns:
        profile = profile_named(name)
        recorded = f", recorded on {profile.recorded_on}" if profile.recorded_on else ""
        yield Line(f"{name:<10}{profile.version}{recorded}")
    for heading, facts in _sections(browsers):
        yield Line()
        yield Line(heading, "heading")
        yield from (Line(line, "heading") for line in _row(columns))
        for fact in facts:
            yield Line()
            yield from (Line(line, "code") for line in wrapped(", ".join(fact.fields), WIDTH))
            yield from (Line(line) for line in wrapped(_plain(fact.what), WIDTH))
            yield from (Line(line) for line in _row([_plain(fact.statement(name)) for name in columns]))
            if verbose:
                for name in browsers:
                    if name in fact.departures:
                        yield from _evidence(name, fact.departures[name])


def _row(cells: Sequence[str]) -> Iterable[str]:
    """
    Yield the lines of a row. Each cell is wrapped in its column, and all columns have the same width.
    """
    width = (WIDTH - GAP * len(cells)) // len(cells)
    # NB: a word that is too long is broken; it would move the next column.
    wrapped = (textwrap.wrap(cell, width, break_on_hyphens=False) for cell in cells)
    for parts in zip_longest(*wrapped, fillvalue=""):
        yield "".join(" " * GAP + part.ljust(width) for part in parts).rstrip()


def _evidence(browser: str, departure: Departure) -> Iterable[Line]:
    from browsercors.explain.formats.text import Line

    over = "" if departure.transport == "localhost" else f", transport {departure.transport}"
    for name in departure.scenarios:
        yield Line(f"  {browser}: recorded in {name}{over}", "quiet")
    if departure.besides:
        yield Line(f"  {browser}: {_plain(departure.besides)}", "quiet")


def _plain(text: str) -> str:
    """
    Return the text without Markdown's code marks.
    """
    return text.replace("`", "")


def _data(browsers: Sequence[str]) -> dict[str, Any]:
    """
    Return the facts as data.
    """
    return {
        "versions": {name: profile_named(name).version for name in (BASE, *browsers)},
        "recorded_on": {name: profile_named(name).recorded_on for name in browsers},
        "facts": [
            {
                "section": heading,
                "fields": list(fact.fields),
                "what": _plain(fact.what),
                BASE: _plain(fact.statement(BASE)),
                "departures": {
                    name: {
                        "statement": _plain(fact.statement(name)),
                        "scenarios": list(departure.scenarios),
                        "transport": departure.transport,
                        "besides": _plain(departure.besides),
                    }
                    for name, departure in fact.departures.items()
                    if name in browsers
                },
                "values": _values(fact, (BASE, *browsers)),
            }
            for heading, facts in _sections(browsers)
            for fact in facts
        ],
    }


def _values(fact: Fact, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """
    Return the values of the fields whose values are numbers, text, booleans or enums.
    """
    from browsercors.engines.facts import value_of

    values = {field: {name: _as_data(value_of(profile_named(name), field)) for name in names} for field in fact.fields}
    return {field: each for field, each in values.items() if all(map(_is_data, each.values()))}


def _as_data(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _is_data(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)
