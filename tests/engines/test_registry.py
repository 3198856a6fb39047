"""
The registry: the one list of browsers, and whatever is told by a browser's name.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
import pytest
from click.testing import CliRunner

import browsercors
from browsercors import STANDARD, Answer, Browser, ScriptedServer, audit
from browsercors.cli.main import cli
from browsercors.engines import registry
from browsercors.engines.registry import (
    BASE,
    DEFAULT_BROWSER,
    HISTORICAL,
    browser_names,
    departures_of,
    label_of,
    profile_named,
    profiles,
    real_browser_names,
    real_browsers,
    registered,
)
from browsercors.rules.facts import Departure
from browsercors.rules.recordings import RecordingRules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.rules.profile import BrowserProfile

pytest_plugins = ("pytester",)

PACKAGE: Final = Path(browsercors.__file__).parent

# A browser that nobody has: it remembers each preflight for an hour at most, and takes `*` for `Authorization`, too.
LADYBUG: Final = STANDARD.evolve(
    name="ladybug",
    label="Ladybug",
    version="0.1",
    preflight_cache=attrs.evolve(STANDARD.preflight_cache, max_age_cap=3600),
    preflight=attrs.evolve(STANDARD.preflight, authorization_needs_listing=False),
    recordings=RecordingRules(recorders=("ladybug inspector",), marks_failures=True),
)
FACTS: Final = (
    Departure("preflight_cache.max_age_cap", "{} s", besides="`PreflightCache.cpp`"),
    Departure("preflight.authorization_needs_listing", "allowed", besides="`Fetching.cpp`"),
)


@pytest.fixture
def ladybug() -> Iterator[BrowserProfile]:
    with registered(LADYBUG, FACTS) as profile:
        yield profile


def test_every_package_of_the_room_is_a_browser_of_the_registry() -> None:
    packages = {path.parent.name for path in (PACKAGE / "engines").glob("*/profile.py")}

    assert packages == {*browser_names(), *(name.replace("-", "_") for name in HISTORICAL)}


def test_each_profile_has_the_name_of_its_package() -> None:
    assert {name: profile.name for name, profile in profiles().items()} == {name: name for name in browser_names()}
    assert real_browsers() == tuple(profiles()[name] for name in real_browser_names())
    assert (BASE not in real_browser_names(), browser_names()[-1]) == (True, BASE)
    assert DEFAULT_BROWSER in real_browser_names()


def test_a_name_has_a_profile_a_label_and_facts() -> None:
    assert profile_named(BASE) is STANDARD
    assert profile_named(LADYBUG) is LADYBUG
    assert [label_of(name) for name in (*browser_names(), "mine")] == [
        "Chromium",
        "Firefox",
        "WebKit",
        "the standard",
        "mine",
    ]
    assert [bool(departures_of(name)) for name in browser_names()] == [True, True, True, False]


@pytest.mark.parametrize("wrong", ["ladybug", "Chromium", "", "safari", None, 1])
def test_another_name_is_refused_with_what_is_right(wrong: object) -> None:
    names = "'chromium', 'firefox', 'webkit', 'standard', 'chromium-pna'"
    with pytest.raises(ValueError, match=f"browser has to be one of {names}, or a "):
        profile_named(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("chromium", "there is a browser named 'chromium' already"), ("Lady bug", "an identifier in lower case")],
)
def test_a_name_that_is_taken_or_none_is_not_registered(name: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint), registered(LADYBUG.evolve(name=name)):
        pytest.fail("it is registered")

    assert label_of("chromium") == "Chromium"


# ---- A fifth browser: registered as one value, and known everywhere ------------------------------------------------


API: Final = "https://api.example.com"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments)

    assert result.exit_code in {0, 1}, result.output
    return result.stdout


@pytest.mark.usefixtures("ladybug")
def test_a_browser_that_is_registered_can_be_opened_by_its_name() -> None:
    browser = Browser("ladybug")  # type: ignore[arg-type]  # no package has it
    browser.mount(API, ScriptedServer({"*": Answer(200)}))

    assert browser.profile is LADYBUG
    with pytest.raises(ValueError, match="'webkit', 'ladybug', 'standard', 'chromium-pna', or a Br"):
        Browser("ladybird")  # type: ignore[arg-type]


@pytest.mark.usefixtures("ladybug")
def test_it_has_a_column_among_the_profiles() -> None:
    shown = run("profiles", "ladybug", "-v")
    data = json.loads(run("profiles", "--json"))
    cap = next(fact for fact in data["facts"] if fact["fields"] == ["preflight_cache.max_age_cap"])

    assert "\n  no limit                                3600 s\n" in shown
    assert "\n  ladybug: PreflightCache.cpp\n" in shown
    assert list(data["versions"]) == ["standard", "chromium", "firefox", "webkit", "ladybug"]
    assert cap["values"]["preflight_cache.max_age_cap"]["ladybug"] == 3600


@pytest.mark.usefixtures("ladybug")
def test_tests_can_be_run_in_it(pytester: pytest.Pytester) -> None:
    pytester.makefile(".ini", pytest="[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.makepyfile("def test_it(cors_browser):\n    assert cors_browser.profile.label == 'Ladybug'")
    pytester.runpytest_inprocess("--cors-browsers", "ladybug").assert_outcomes(passed=1)

    wrong = pytester.runpytest_inprocess("--cors-browsers", "ladybird")

    wrong.stderr.fnmatch_lines(["*the browsers are chromium, firefox, webkit, ladybug, standard*"])


GRANTING_ALL: Final = """
from browsercors import ScriptedServer

HEADERS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*", "Access-Control-Max-Age": "7000"}


def app(environ, start_response):
    start_response("200 OK", list(HEADERS.items()))
    return [b"x"]
"""


@pytest.mark.usefixtures("ladybug")
def test_it_is_compared_with_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "granting_all.py").write_text(GRANTING_ALL)
    monkeypatch.syspath_prepend(tmp_path)
    asking = (
        f"{API}/",
        "--origin",
        "https://app.example",
        "-H",
        "Authorization: x",
        "--mount",
        f"{API}=granting_all:app",
    )
    report = json.loads(run("explain", *asking, "--browser", "all", "--json"))["report"]
    differences = {each["browser"]: each for each in report["differences"]}
    alone = run("explain", *asking, "--browser", "ladybug")

    assert list(differences) == ["firefox", "webkit", "ladybug", "standard"]
    assert (differences["ladybug"]["verdict"], differences["standard"]["verdict"]) == ("readable", "blocked")
    assert "Ladybug" in run("explain", *asking, "--browser", "all")
    assert "READABLE" in alone


@pytest.mark.usefixtures("ladybug")
def test_it_takes_part_in_audits() -> None:
    def app(environ: dict[str, str], start_response: object) -> list[bytes]:
        origin = environ.get("HTTP_ORIGIN", "*")
        start_response("200 OK", [("Access-Control-Allow-Origin", origin)])  # type: ignore[operator]
        return [b"x"]

    report = audit(app)
    anywhere = next(finding for finding in report.findings if finding.code == "any-origin")

    assert anywhere.browsers == real_browser_names()
    assert "ladybug" in anywhere.browsers
    alone = audit(app, browsers=["ladybug"])  # type: ignore[list-item]
    assert alone.findings[0].browsers == ("ladybug",)


@pytest.mark.usefixtures("ladybug")
def test_its_recordings_are_known_by_who_wrote_them(tmp_path: Path) -> None:
    har = tmp_path / "ladybug.har"
    har.write_text(json.dumps({"log": {"creator": {"name": "Ladybug Inspector"}, "entries": []}}))
    reading = browsercors.read_har(har)

    assert (list(reading), reading.browser) == ([], "ladybug")


def test_nothing_is_left_of_it_afterwards() -> None:
    with registered(LADYBUG, FACTS):
        assert "ladybug" in browser_names()

    assert "ladybug" not in browser_names()
    assert label_of("ladybug") == "ladybug"
    assert "ladybug" not in run("profiles", "--json")


# ---- Nothing else decides by a browser's name ----------------------------------------------------------------------


NAMES: Final = re.compile(r"\b(chromium|firefox|webkit|chrome|safari|gecko|blink|edge)\b", re.IGNORECASE)

# NB: the package's front door names the profiles that it gives out.
NAMES_ARE_WORDS: Final = {
    PACKAGE / "__init__.py",
    # The types of arguments are words for type checkers, who run nothing.
    PACKAGE / "values/literals.py",
    # Who wrote a line that somebody pastes is told to people, and decides nothing.
    PACKAGE / "pasted/messages.py",
    PACKAGE / "pasted/console.py",
    # Schemes of extensions have names of browsers in them.
    PACKAGE / "pasted/origins_of_apps.py",
}
OUTSIDE: Final = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if PACKAGE / "engines" not in path.parents and path not in NAMES_ARE_WORDS
]


def spelled_names(source: str) -> list[str]:
    """
    Return the texts of *source* that are a browser's name, or compare or look up what has one in it.

    Sentences that tell people of a browser decide nothing.
    """
    tree = ast.parse(source)
    found: list[str] = []
    for node in ast.walk(tree):
        deciding: list[ast.AST] = []
        if isinstance(node, ast.Compare):
            deciding = [node.left, *node.comparators]
        elif isinstance(node, ast.Subscript):
            deciding = [node.slice]
        elif isinstance(node, ast.Dict):
            deciding = [key for key in node.keys if key is not None]
        elif isinstance(node, ast.MatchValue):
            deciding = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in {"startswith", "endswith", "get", "index", "find"}:
                deciding = [*node.args]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMES.fullmatch(node.value.strip()):
            found.append(node.value)
        found += [
            part.value
            for each in deciding
            for part in ast.walk(each)
            if isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and NAMES.search(part.value)
            and not NAMES.fullmatch(part.value.strip())
        ]
    return found


@pytest.mark.untraced
@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_other_room_decides_by_a_browser_s_name(path: Path) -> None:
    assert spelled_names(path.read_text("utf-8")) == []


SPELLED_CASES = [
    # source                                             what is found
    ("if browser == 'webkit': pass", ["webkit"]),
    ("NAMES = ('chromium', 'Firefox')", ["chromium", "Firefox"]),
    ("if 'webkit web' in creator: pass", ["webkit web"]),
    ("BY_NAME = {'Safari 26': 1}", ["Safari 26"]),
    ("name.startswith('Chrome/')", ["Chrome/"]),
    ("found['firefox esr']", ["firefox esr"]),
    ("def f(browser='chromium'): pass", ["chromium"]),
    ('"""Chromium keeps it, WebKit does not."""', []),
    ("NOTE = 'Firefox stops at 86400 seconds'", []),
    ("import chromium", []),
]


@pytest.mark.parametrize(("source", "expected"), SPELLED_CASES)
def test_this_test_finds_the_names(source: str, expected: list[str]) -> None:
    assert expected == spelled_names(source)


def test_the_registry_is_light() -> None:
    tree = ast.parse(Path(registry.__file__).read_text("utf-8"))
    imported = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}

    assert imported == {"__future__", "functools", "importlib", "typing"}


NAME_CASES = [
    ("chrome", "give 'chromium'"),
    ("Chrome", "give 'chromium'"),
    ("msedge", "give 'chromium'"),
    ("mozilla", "give 'firefox'"),
    ("safari", "Safari shares with WebKitGTK"),
]


@pytest.mark.parametrize(("name", "hint"), NAME_CASES)
def test_a_name_that_people_try_is_answered_with_the_one_to_give(name: str, hint: str) -> None:
    with pytest.raises(ValueError, match="browser has to be one of") as caught:
        Browser(name)  # type: ignore[arg-type]

    assert hint in str(caught.value)


@pytest.mark.parametrize("name", ["chromium", "firefox", "webkit"])
def test_each_profile_says_of_which_version_and_day_it_is(name: str) -> None:
    profile = profile_named(name)

    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", profile.recorded_on)
    assert profile.version in repr(Browser(profile))
