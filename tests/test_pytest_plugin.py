"""
The pytest plugin, in runs of pytest on written-out tests.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import hypothesis
import pytest

from browsercors.testing import mounting, recording, section

if TYPE_CHECKING:
    from collections.abc import Sequence

pytest_plugins = ("pytester",)

# NB: a run in this process forgets afterwards what it imported: it is quick where all that is imported already.
IMPORTED: Final = (hypothesis, mounting, recording, section)

EXAMPLES: Final = Path(__file__).parent / "examples"

INI: Final = """
[pytest]
addopts = --strict-markers --strict-config -p no:django -p no:cacheprovider
asyncio_default_fixture_loop_scope = function
"""

SHOP: Final = """
from browsercors import Answer, ScriptedServer

OPEN = {"Access-Control-Allow-Origin": "*"}
server = ScriptedServer({
    "/open": Answer(200, OPEN, b"open"),
    "/broken": Answer.broken(200, OPEN, b"op"),
    "*": Answer(200, {}, b"closed"),
})

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        for _ in range(2):
            message = await receive()
            print("the app:", message["type"])
            await send({"type": message["type"] + ".complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"access-control-allow-origin", b"*")]})
    await send({"type": "http.response.body", "body": b"asgi"})
"""

API: Final = "https://api.example.com"
MOUNT: Final = f"cors_mount={API} = shop:server"


@pytest.fixture(autouse=True)
def _shop(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    # NB: under `CI` pytest's summary repeats whole messages, so that output would be one thing here and another there.
    for variable in ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER"):
        monkeypatch.delenv(variable, raising=False)
    pytester.makefile(".ini", pytest=INI)
    pytester.makepyfile(shop=SHOP)
    pytester.syspathinsert()


def run(pytester: pytest.Pytester, source: str, *arguments: str, ini: str = "") -> pytest.RunResult:
    """
    Run tests in this process.
    """
    if ini:
        pytester.makefile(".ini", pytest=INI + textwrap.dedent(ini))
    # NB: the names that every test would import.
    pytester.makepyfile(test_it=f"import pytest\n{textwrap.dedent(source)}")
    return pytester.runpytest_inprocess(*arguments)


def ran(pytester: pytest.Pytester, *arguments: str) -> list[str]:
    """
    Return what is in the brackets of the tests that passed, in the order of their runs.
    """
    passed, skipped, failed = pytester.inline_run(*arguments).listoutcomes()
    assert not failed
    return [*_parameters(passed), *(f"{each} skipped" for each in _parameters(skipped))]


def _parameters(reports: Sequence[Any]) -> list[str]:
    return [report.nodeid.partition("[")[2].rstrip("]") for report in reports]


# --- Light to load


# NB: of a run in this process coverage sees as well what the plugin does when it is loaded.
@pytest.mark.parametrize("method", ["inprocess", "subprocess"])
def test_a_run_without_the_fixtures_imports_nothing_of_the_simulator(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    pytester.makeconftest(
        """
        import json, pathlib, sys

        def pytest_unconfigure():
            pathlib.Path("imported.json").write_text(json.dumps([*sys.modules]))
        """
    )
    pytester.makepyfile(test_it="def test_it():\n    assert 1 == 1\ndef test_that():\n    assert 1 == 2")
    for name in [name for name in sys.modules if name.partition(".")[0] == "browsercors"]:
        monkeypatch.delitem(sys.modules, name)
    result = pytester.runpytest_subprocess() if method == "subprocess" else pytester.runpytest_inprocess()
    imported = json.loads((pytester.path / "imported.json").read_text())

    result.assert_outcomes(passed=1, failed=1)
    assert {name for name in imported if name.startswith("browsercors")} <= {
        "browsercors",
        "browsercors.engines",
        "browsercors.engines.registry",
        "browsercors.hypothesis_entry",
        "browsercors.pytest_plugin",
        "browsercors.testing",
        "browsercors.testing.explaining",
        "browsercors.testing.project_settings",
    }
    if method == "subprocess":
        assert {"attrs", "ada_url", "click", "publicsuffixlist"} & {*imported} == set()


def test_the_plugin_can_be_left_out(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(cors_browser): pass", "-p", "no:browsercors")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'cors_browser' not found*"])


def test_the_fixtures_and_markers_are_listed_with_what_they_are(pytester: pytest.Pytester) -> None:
    pytester.runpytest_inprocess("--fixtures").stdout.fnmatch_lines_random(
        [
            "async_cors_browser -- *",
            "cors_browser -- *",
            "    Return a fresh simulated browser, *",
            "cors_browser_name [[]session scope] -- *",
            "make_cors_browser [[]session scope] -- *",
        ]
    )
    pytester.runpytest_inprocess("--markers").stdout.fnmatch_lines(
        ["@pytest.mark.cors_browsers(?names): *", "@pytest.mark.cors_mount(origin, target, ?*"]
    )


# --- Which browsers


CHOICES = [
    # ini                  option                   marker                  runs
    ("", None, None, [""]),
    ("firefox", None, None, ["firefox"]),
    ("firefox, webkit", None, None, ["firefox", "webkit"]),
    ("firefox webkit", None, None, ["firefox", "webkit"]),
    ("", "chromium,firefox,webkit,standard", None, ["chromium", "firefox", "webkit", "standard"]),
    ("", "webkit, webkit", None, ["webkit"]),
    ("firefox", "standard", None, ["standard"]),
    ("", None, '"standard"', ["standard"]),
    ("firefox", None, '"chromium", "webkit"', ["chromium", "webkit"]),
    ("firefox", "webkit,standard", '"chromium", "webkit"', ["webkit"]),
    ("", "firefox", '"chromium", "webkit"', ["chromium skipped"]),
]


@pytest.mark.parametrize(("ini", "option", "marker", "runs"), CHOICES)
def test_a_test_runs_once_in_each_browser_that_is_asked_for(
    pytester: pytest.Pytester, ini: str, option: str | None, marker: str | None, runs: list[str]
) -> None:
    pytester.makefile(".ini", pytest=f"{INI}\ncors_browsers = {ini}")
    pytester.makepyfile(
        test_it=f"""
        import pytest

        {"" if marker is None else f"@pytest.mark.cors_browsers({marker})"}
        def test_it(cors_browser, cors_browser_name):
            assert cors_browser.profile.name == cors_browser_name
        """
    )

    assert runs == ran(pytester, *([] if option is None else ["--cors-browsers", option]))


@pytest.mark.parametrize("fixture", ["cors_browser", "make_cors_browser", "async_cors_browser", "through_another"])
def test_every_fixture_that_makes_browsers_makes_the_test_run_in_each(pytester: pytest.Pytester, fixture: str) -> None:
    pytester.makepyfile(
        test_it=f"""
        import pytest

        @pytest.fixture
        def through_another(cors_browser): pass

        def test_it({fixture}): pass
        """
    )

    assert ran(pytester, "--cors-browsers=firefox,webkit") == ["firefox", "webkit"]


def test_other_tests_run_once(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="def test_it(): pass")

    assert ran(pytester, "--cors-browsers=firefox,webkit") == [""]


def test_a_browser_that_a_module_shares_is_made_for_each_name(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.fixture(scope="module")
        def shared(make_cors_browser):
            return make_cors_browser()

        def test_one(shared, cors_browser_name):
            assert shared.profile.name == cors_browser_name

        def test_two(shared, cors_browser_name):
            assert shared.profile.name == cors_browser_name
        """,
        "--cors-browsers=firefox,webkit",
    )

    result.assert_outcomes(passed=4)


WRONG_OPTIONS = [
    # arguments                              message
    (["--cors-browsers=chrome"], "--cors-browsers: there is no browser 'chrome'; the browsers are chromium, firefox, "),
    (["--cors-browsers=chromium,Firefox"], "--cors-browsers: there is no browser 'Firefox'; "),
    (["--cors-browsers="], "--cors-browsers names no browser; the browsers are "),
    (["-o", "cors_browsers=safari"], "cors_browsers: there is no browser 'safari'; "),
    (["-o", "cors_mount=https://api.example.com"], "cors_mount has to be an origin and a target, not "),
    (["-o", "cors_mount= = app"], "an origin and a target, not '= app'"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_OPTIONS)
def test_a_wrong_option_is_a_usage_error(pytester: pytest.Pytester, arguments: list[str], message: str) -> None:
    result = run(pytester, "def test_it(): pass", *arguments)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {message}" in result.stderr.str() or message in result.stderr.str()
    assert "Traceback" not in result.stderr.str()


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        (
            '"safari"',
            "*test_it.py::test_it: the marker cors_browsers: there is no browser 'safari'; the browsers are *",
        ),
        ("", "*test_it.py::test_it: the marker cors_browsers names no browser; the browsers are *"),
    ],
)
def test_a_wrong_marker_is_an_error_of_its_test(pytester: pytest.Pytester, marker: str, message: str) -> None:
    result = run(pytester, f"@pytest.mark.cors_browsers({marker})\ndef test_it(cors_browser): pass")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


# --- The fixtures


def test_every_test_has_a_browser_of_its_own_and_always_the_same_one(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.parametrize("number", [1, 2])
        def test_it(cors_browser, number):
            assert not list(cors_browser.cookies)
            assert cors_browser.clock.now == 1767225600.0
            cors_browser.set_cookie("id", "1", domain="example.com")
            cors_browser.clock.advance(60)
        """,
    )

    result.assert_outcomes(passed=2)


def test_a_browser_is_closed_after_its_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import shop

        @pytest.fixture
        def at_the_end():
            yield
            print("the test is over")

        def test_it(cors_browser, at_the_end):
            cors_browser.mount("https://api.example.com", shop.app)
            assert cors_browser.open("https://app.example.com/").fetch("https://api.example.com/").text() == "asgi"
        """,
        "-s",
    )

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*the test is over*", "*the app: lifespan.shutdown*"])


def test_the_factory_closes_at_the_end_what_is_still_there(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import shop

        kept = []

        def test_it(make_cors_browser):
            kept.append(make_cors_browser(mount={"https://api.example.com": shop.app}))
            assert kept[0].open("https://api.example.com/").fetch("/").readable

        def test_that():
            assert kept[0].open("https://api.example.com/").fetch("/").readable
            print("the last test is over")
        """,
        "-s",
    )

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*the last test is over*", "*the app: lifespan.shutdown*"])


def test_the_factory_goes_with_hypothesis(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import shop
        from hypothesis import given, settings, strategies as st

        @settings(database=None, derandomize=True)
        @given(path=st.sampled_from(["open", "closed"]))
        def test_it(make_cors_browser, path):
            browser = make_cors_browser(mount={"https://api.example.com": shop.server})
            assert browser.open("https://app.example.com/").fetch(f"https://api.example.com/{path}").readable
        """,
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*path='closed',*", "*- browsercors -*", "Fetch * in chromium: BLOCKED  allow-origin-missing"]
    )


# --- What a failed test tells

FETCH: Final = 'cors_browser.open("https://app.example.com/").fetch("https://api.example.com/{}")'


def failing(path: str, statement: str) -> str:
    """
    Return the source of a test that fetches, and then fails.
    """
    return f"def test_it(cors_browser):\n    result = {FETCH.format(path)}\n    {statement}\n"


EXPECTED: Final = "expect(result).to_be_readable()"

LENGTHS = [
    # arguments                    lines of the explanation that there are, and that there are not
    ([], ["Rule: *", "Fix: *", "On the wire*"], []),
    (["--cors-explain=full", "--tb=line"], ["*Rule: *", "*Fix: *"], []),
    (
        ["--cors-explain=short"],
        ["*https://app.example.com may not read*", "*Fix: Allow https://app.example.com.*"],
        ["Rule:"],
    ),
    (["--tb=line"], ["*Expected that the page may read the response*", "*Fix: Allow *"], ["Rule:"]),
    (["--cors-explain=off"], ["*Expected that the page may read the response*"], ["Fix:", "Rule:", "On the wire"]),
]


@pytest.mark.parametrize(("arguments", "shown", "hidden"), LENGTHS)
def test_an_explanation_is_as_long_as_is_asked_for(
    pytester: pytest.Pytester, arguments: list[str], shown: list[str], hidden: list[str]
) -> None:
    source = f"from browsercors import expect\n{failing('closed', EXPECTED)}"
    result = run(pytester, source, "-o", MOUNT, *arguments)

    result.assert_outcomes(failed=1)
    for line in shown:
        result.stdout.fnmatch_lines([f"*{line}"])
    for word in hidden:
        result.stdout.no_fnmatch_line(f"*{word}*")


def test_a_failed_assertion_carries_the_explanation_and_the_exchanges(pytester: pytest.Pytester) -> None:
    result = run(pytester, failing("closed", "assert result.readable"), "-o", MOUNT)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*where False = <FetchResult blocked: allow-origin-missing>.readable",
            "*- browsercors -*",
            "Fetch 1 of 1 in chromium: BLOCKED  allow-origin-missing",
            "https://app.example.com may not read https://api.example.com/closed: *",
            "Rule: *",
            "Fix: *",
            "On the wire",
            "  actual     GET https://api.example.com/closed -> 200 OK",
            "    > Origin: https://app.example.com",
        ]
    )


def test_what_the_exception_says_is_not_said_twice_and_ends_in_the_user_s_line(pytester: pytest.Pytester) -> None:
    result = run(pytester, failing("closed", "result.raise_for_unreadable()"), "-o", MOUNT)

    result.stdout.fnmatch_lines(
        [">*result.raise_for_unreadable()", "*test_it.py:4: CORSBlocked", "Fetch 1 of 1 *", "(explained above)"]
    )
    assert result.stdout.str().count("Rule: ") == 1


OUR_FRAMES = [
    # path     statement                                what is raised
    ("closed", "result.raise_for_unreadable()", "CORSBlocked"),
    ("broken", "result.json()", "FetchBlocked"),
    ("broken", "result.text()", "FetchBlocked"),
    ("broken", "result.body", "FetchBlocked"),
    ("open", FETCH.format("") + ".raise_for_unreadable()", "CORSBlocked"),
    ("open", FETCH.format("").removesuffix(")") + ', method="TRACE")', "FetchTypeError"),
]


@pytest.mark.parametrize(("path", "statement", "raised"), OUR_FRAMES)
@pytest.mark.parametrize("style", ["long", "short"])
def test_a_traceback_ends_in_the_user_s_line(
    pytester: pytest.Pytester, path: str, statement: str, raised: str, style: str
) -> None:
    result = run(pytester, failing(path, statement), "-o", MOUNT, f"--tb={style}")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_it.py:4: *", f"E   *browsercors.{raised}: *"] if style == "short" else ["E  *"])
    result.stdout.no_re_match_line(r".*browsercors.\w+.\w+\.py:\d+")


def test_all_frames_are_there_on_demand(pytester: pytest.Pytester) -> None:
    *_, (path, statement, _) = OUR_FRAMES
    result = run(pytester, failing(path, statement), "-o", MOUNT, "--full-trace")

    result.stdout.fnmatch_lines(["*request_init.py:*: FetchTypeError"])


COMPARISONS = [
    # statement                                                      what is shown
    ("assert result.block is None", "assert <Block allow-origin-missing> is None"),
    ('assert result.block.reason == "allow-origin-list"', "+ allow-origin-missing"),
    ("assert result.block.reason == None", "<Reason.ALLOW_ORIGIN_MISSING: 'allow-origin-missing'> == None"),
    ("assert 1 != 1", "assert 1 != 1"),
]


@pytest.mark.parametrize(("statement", "told"), COMPARISONS)
def test_a_comparison_says_what_was_compared(pytester: pytest.Pytester, statement: str, told: str) -> None:
    result = run(pytester, failing("closed", statement), "-o", MOUNT)

    result.assert_outcomes(failed=1)
    assert told in result.stdout.str()


def test_a_test_tells_of_its_own_fetches_alone(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        f"""
        def test_before(cors_browser):
            {FETCH.format("before")}

        def test_it(cors_browser):
            assert {FETCH.format("closed")}.readable

        def test_without():
            assert False

        def test_with_none(cors_browser):
            assert False
        """,
        "-o",
        MOUNT,
    )

    result.assert_outcomes(passed=1, failed=3)
    assert result.stdout.str().count("- browsercors -") == 1
    assert "Fetch 1 of 1" in result.stdout.str()
    assert "/before" not in result.stdout.str().partition("- browsercors -")[2]


def test_a_failed_setup_tells_as_well_and_an_expected_failure_does_not(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        f"""
        @pytest.fixture
        def item(cors_browser):
            {FETCH.format("closed")}.raise_for_unreadable()

        def test_it(item): pass

        @pytest.mark.xfail(strict=True)
        def test_that(cors_browser):
            {FETCH.format("closed")}.raise_for_unreadable()
        """,
        "-o",
        MOUNT,
        "-rx",
    )

    result.assert_outcomes(errors=1, xfailed=1)
    assert result.stdout.str().count("- browsercors -") == 1


def test_the_section_travels_from_xdist_s_workers(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=f"{failing('closed', 'assert result.readable')}\n\ndef test_that(cors_browser): pass")
    result = pytester.runpytest_subprocess("-o", MOUNT, "-n", "2", "--cors-browsers=firefox,webkit")

    result.assert_outcomes(failed=2, passed=2)
    result.stdout.fnmatch_lines_random(
        [
            "*- browsercors -*",
            "Fetch 1 of 1 in firefox: BLOCKED  allow-origin-missing",
            "Fetch 1 of 1 in webkit: BLOCKED  allow-origin-missing",
        ]
    )


# --- Async tests

ASYNC_TEST: Final = """
    import asyncio

    loops = []

    @pytest.fixture
    def anyio_backend():
        return "asyncio"

    @pytest.mark.cors_mount("https://api.example.com", "shop:app")
    {marker}
    async def test_it(async_cors_browser):
        page = async_cors_browser.open("https://app.example.com/")
        results = await asyncio.gather(*(page.fetch("https://api.example.com/") for _ in range(2)))
        assert [result.text() for result in results] == ["asgi", "asgi"]
        {end}

    class TestInClass:
        {marker}
        async def test_that(self, async_cors_browser, cors_browser):
            assert repr(async_cors_browser).startswith("<AsyncBrowser chromium ")
            cors_browser.mount("https://api.example.com", "http://127.0.0.1:1")
            assert not {fetch}.readable
"""

ASYNC_RUNS = [
    ("@pytest.mark.asyncio", "strict"),
    ("", "auto"),
    ("@pytest.mark.asyncio(loop_scope='module')", "strict"),
    ("@pytest.mark.anyio", "strict"),
]


@pytest.mark.parametrize(("marker", "mode"), ASYNC_RUNS)
def test_the_async_browser_is_closed_in_the_loop_of_its_test(pytester: pytest.Pytester, marker: str, mode: str) -> None:
    source = ASYNC_TEST.format(marker=marker, end="print('the test is over')", fetch=FETCH.format(""))
    result = run(pytester, source, "-s", "-o", f"asyncio_mode={mode}", "-W", "error")

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*the app: lifespan.startup*", "the test is over", "the app: lifespan.shutdown"])


@pytest.mark.parametrize(("marker", "mode"), ASYNC_RUNS)
def test_a_failed_async_test_tells_as_well(pytester: pytest.Pytester, marker: str, mode: str) -> None:
    source = ASYNC_TEST.format(marker=marker, end="assert not results[0].readable", fetch=FETCH.format(""))
    result = run(pytester, source, "-o", f"asyncio_mode={mode}", "-W", "error", "--tb=short")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["E*where True = <FetchResult cors 200 *", "*- browsercors -*", "Fetch 2 of 2 *"])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_the_sync_browser_works_in_an_async_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        f"""
        @pytest.mark.asyncio
        @pytest.mark.cors_mount("https://api.example.com", "shop:app")
        async def test_it(cors_browser):
            assert {FETCH.format("")}.text() == "asgi"
        """,
    )

    result.assert_outcomes(passed=1)


def test_a_sync_test_with_an_async_browser_of_its_own_loop_is_tidied_up(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import asyncio

        @pytest.mark.cors_mount("https://api.example.com", "shop:server")
        def test_it(async_cors_browser):
            page = async_cors_browser.open("https://app.example.com/")
            assert asyncio.run(page.fetch("https://api.example.com/open")).readable
        """,
        "-W",
        "error",
    )

    result.assert_outcomes(passed=1)


def test_another_backend_than_asyncio_is_refused_with_what_to_do(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.fixture
        def anyio_backend():
            return "trio"

        @pytest.mark.anyio
        async def test_it(async_cors_browser): pass
        """,
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*async_cors_browser only runs on asyncio; let the fixture anyio_backend return *"])


# --- What answers

LIVE: Final = """
    import threading
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args): pass

    def answer(environ, start_response):
        start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
        return [b"live"]

    class Live:
        def __init__(self, port):
            self.port = port

    class LiveWithAddress(Live):
        @property
        def url(self):
            return f"http://127.0.0.1:{self.port}"

    class LiveWithMethod(Live):
        def url(self, path=""):
            return f"http://127.0.0.1:{self.port}{path}"

    @pytest.fixture
    def port():
        with make_server("127.0.0.1", 0, answer, handler_class=Quiet) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            yield server.server_port
            server.shutdown()
            thread.join()

    @pytest.fixture
    def live_server(port):
        return LiveWithAddress(port)

    @pytest.fixture
    def flask_live_server(port):
        return LiveWithMethod(port)

    @pytest.fixture
    def address(port):
        return f"http://127.0.0.1:{port}"

    @pytest.fixture
    def app():
        return answer
"""

NAMES = [
    # target              what answers
    ("app", "live"),
    ("live_server", "live"),
    ("flask_live_server", "live"),
    ("address", "live"),
    ("shop:app", "asgi"),
    ("shop:server", "closed"),
]


@pytest.mark.parametrize(("target", "body"), NAMES)
@pytest.mark.parametrize("place", ["ini", "marker"])
def test_a_target_is_mounted_by_its_name(pytester: pytest.Pytester, place: str, target: str, body: str) -> None:
    marker = f'@pytest.mark.cors_mount("{API}", "{target}")' if place == "marker" else ""
    result = run(
        pytester,
        f"""{LIVE}
    {marker}
    def test_it(cors_browser):
        assert cors_browser.open("{API}/").fetch("/").text() == "{body}"
        """,
        ini=f"cors_mount =\n    {API} = {target}\n" if place == "ini" else "",
    )

    result.assert_outcomes(passed=1)


def test_the_closest_marker_wins_and_gives_options(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def wsgi(environ, start_response):
            start_response("200 OK", [])
            return [b"wsgi"]

        def fetch(browser, host):
            return browser.open(f"https://{host}.example.com/").fetch("/").text()

        pytestmark = pytest.mark.cors_mount("https://two.example.com", wsgi)

        @pytest.mark.cors_mount("https://three.example.com", lambda *arguments: wsgi(*arguments), interface="wsgi")
        class TestIt:
            def test_outside(self, cors_browser):
                assert [fetch(cors_browser, host) for host in ("one", "two", "three")] == ["asgi", "wsgi", "wsgi"]

            @pytest.mark.cors_mount("https://two.example.com", "shop:app")
            @pytest.mark.cors_mount("https://one.example.com", wsgi)
            def test_inside(self, cors_browser):
                assert [fetch(cors_browser, host) for host in ("one", "two", "three")] == ["wsgi", "asgi", "wsgi"]
        """,
        ini="""
        cors_mount =
            https://one.example.com = shop:app
            https://two.example.com = not_even_there
        """,
    )

    result.assert_outcomes(passed=2)


def test_what_is_configured_answers_in_browsers_that_tests_make_themselves(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import pytest
        from hypothesis import given, strategies as st

        import shop

        def wsgi(environ, start_response):
            start_response("200 OK", [])
            return [b"wsgi"]

        @pytest.fixture
        def app():
            return wsgi

        @pytest.fixture
        def made_in_setup(make_cors_browser):
            return make_cors_browser("firefox")

        def fetch(browser, host):
            result = browser.open(f"https://{host}.example.com/").fetch("/")
            return result.text() if result.readable else str(result.block.reason)

        def test_configured(make_cors_browser):
            assert [fetch(make_cors_browser(), host) for host in ("one", "two")] == ["asgi", "wsgi"]

        def test_configured_in_setup(made_in_setup):
            assert [fetch(made_in_setup, host) for host in ("one", "two")] == ["asgi", "wsgi"]

        @given(host=st.sampled_from(["one", "two"]))
        def test_given(make_cors_browser, host):
            assert fetch(make_cors_browser(), host) == {"one": "asgi", "two": "wsgi"}[host]

        @pytest.mark.cors_mount("https://two.example.com", "shop:app")
        def test_marked(make_cors_browser):
            assert [fetch(make_cors_browser(), host) for host in ("one", "two")] == ["asgi", "asgi"]

        @pytest.mark.cors_mount("https://one.example.com", "not_there")
        def test_given_by_hand_wins_and_nothing_else_is_looked_for(make_cors_browser):
            browser = make_cors_browser(mount={"https://one.example.com": wsgi})
            assert [fetch(browser, host) for host in ("one", "two")] == ["wsgi", "wsgi"]

        @pytest.mark.cors_mount("https://one.example.com", "not_there")
        def test_switched_off(make_cors_browser):
            assert "not-mounted" in fetch(make_cors_browser(cors_mount=False), "one")
        """,
        ini="""
        cors_mount =
            https://one.example.com = shop:app
            https://two.example.com = app
        """,
    )

    result.assert_outcomes(passed=6)


def test_a_browser_that_tests_share_gets_no_application_of_one_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import pytest

        @pytest.fixture
        def app():
            return "http://127.0.0.1:2"

        @pytest.fixture(scope="session")
        def shared(make_cors_browser):
            return make_cors_browser()

        def test_it(shared):
            pass
        """,
        ini=f"cors_mount = {API} = app",
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ScopeMismatch*function scoped fixture app with a session scoped request*"])


WRONG_MARKS = [
    ('"https://api.example.com"', "cors_mount takes an origin and a target, not ('https://api.example.com',)"),
    ('"https://api.example.com", "not_there"', "cors_mount: there is no fixture 'not_there' for this test; "),
    ('"https://api.example.com/path", "shop:app"', "cors_mount: 'https://api.example.com/path' = 'shop:app': origin "),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_MARKS)
def test_a_wrong_mount_is_an_error_of_its_test(pytester: pytest.Pytester, arguments: str, message: str) -> None:
    result = run(pytester, f"@pytest.mark.cors_mount({arguments})\ndef test_it(cors_browser): pass")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"{re.sub('[][]', '?', message)}*"])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


# --- The examples

EXAMPLE_RUNS = [
    # example    arguments                                                     outcomes
    ("flask", [], {"passed": 13}),
    ("fastapi", [], {"passed": 9}),
    ("django", [], {"passed": 9}),
    ("django", ["-k", "other_page or running", "-o", f"cors_mount={API} = django.asgi"], {"passed": 6}),
]


@pytest.mark.parametrize(("example", "arguments", "outcomes"), EXAMPLE_RUNS)
def test_an_example_does_what_it_shows(
    pytester: pytest.Pytester, example: str, arguments: list[str], outcomes: dict[str, int]
) -> None:
    (pytester.path / "pytest.ini").unlink()
    shutil.copytree(EXAMPLES / example, pytester.path, dirs_exist_ok=True)
    result = pytester.runpytest_subprocess("--strict-markers", "--strict-config", *arguments)

    result.assert_outcomes(**outcomes)


def blocks(language: str, first_line: str) -> list[tuple[str, str]]:
    """
    Return the fenced blocks of the page on the plugin: what their first line names, and what follows it.
    """
    page = (EXAMPLES.parents[1] / "spec_notes" / "pytest.md").read_text("utf-8")
    return re.findall(rf"^```(?:{language})\n{first_line}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def test_the_page_on_the_plugin_shows_the_examples_as_they_are() -> None:
    shown = dict(blocks("py|ini", r"# (tests/examples/\S+)"))
    files = {
        path.relative_to(EXAMPLES.parents[1]).as_posix(): path.read_text("utf-8")
        for path in EXAMPLES.rglob("*.*")
        if path.suffix in {".py", ".ini"}
    }

    assert files == shown


def test_the_page_on_the_plugin_shows_what_a_failed_test_tells(pytester: pytest.Pytester) -> None:
    ((name, source),) = blocks("py", r"# (\w+\.py)")
    ((first, rest),) = blocks("text", r"(>[^\n]*)")
    shutil.copytree(EXAMPLES / "flask", pytester.path, dirs_exist_ok=True)
    (pytester.path / name).write_text(f"# {name}\n{source}")
    (pytester.path / "pytest.ini").write_text(f"{INI}cors_mount = {API} = app")
    result = pytester.runpytest_inprocess(name)

    parts = [re.escape(part) for part in f"{first}\n{rest}".split("...\n")]
    assert len(parts) == 2
    assert re.search("(.|\n)*".join(parts), result.stdout.str())


# --- Tests of unittest

IN_A_TEST_CASE: Final = """
import unittest

class TestShop(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _browser(self, cors_browser):
        self.browser = cors_browser

    def test_it(self):
        print("ran in", self.browser.profile.name)
"""


def test_a_fixture_in_a_test_case_runs_in_the_one_browser_asked_for(pytester: pytest.Pytester) -> None:
    result = run(pytester, IN_A_TEST_CASE, "-s", ini="cors_browsers = webkit")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*ran in webkit*"])


def test_a_fixture_in_a_test_case_does_not_leave_browsers_out_without_a_word(pytester: pytest.Pytester) -> None:
    result = run(pytester, IN_A_TEST_CASE, ini="cors_browsers = firefox webkit")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*once, here in firefox, but firefox, webkit was asked for; *CORSTestMixin*"])


def test_the_mixin_runs_in_the_browsers_that_pytest_was_told(pytester: pytest.Pytester) -> None:
    source = """
    import unittest
    from browsercors import CORSTestMixin

    class TestShop(CORSTestMixin, unittest.TestCase):
        def test_it(self):
            print("ran in", self.cors_browser.profile.name)
    """
    result = run(pytester, source, "-s", ini="cors_browsers = firefox webkit")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*ran in firefox*", "*ran in webkit*"])


# --- The project's own table

PROJECT: Final = """
[tool.browsercors.pytest]
browsers = ["webkit"]
explain = "off"

[tool.browsercors.pytest.mount]
"https://api.example.com" = "shop:server"
"""


def test_a_project_s_table_holds_where_nothing_else_is_said(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", pyproject=PROJECT)
    result = run(pytester, failing("closed", "print('in', result.browser_name); assert result.readable"))

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["in webkit"])
    result.stdout.no_fnmatch_line("*Rule: *")


def test_the_command_line_and_the_ini_come_before_it(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", pyproject=PROJECT)
    source = failing("open", "print('in', result.browser_name)")

    assert "in firefox" in str(run(pytester, source, "-s", ini="cors_browsers = firefox").stdout)
    assert "in chromium" in str(run(pytester, source, "-s", "--cors-browsers=chromium").stdout)


WRONG_TABLES = [
    ('[tool.browsercors.pytest]\nbrowser = ["webkit"]', "has no key 'browser'; did you mean 'browsers'"),
    ("[tool.browsercors.pytests]", "has no key 'pytests'; did you mean 'pytest'"),
    ('[tool.browsercors.pytest]\nbrowsers = "webkit"', "browsers has to be a list"),
    ('[tool.browsercors.pytest]\nbrowsers = ["chrome"]', "there is no browser 'chrome'"),
    ('[tool.browsercors.pytest]\nexplain = "long"', "explain has to be one of 'short', 'full', 'off', not 'long'"),
    ('[tool.browsercors.pytest]\nmount = ["app"]', "mount has to be a table of origins and targets"),
    ("[tool.browsercors", "pyproject.toml: "),
]


@pytest.mark.parametrize(("table", "message"), WRONG_TABLES)
def test_a_wrong_table_is_told_at_once(pytester: pytest.Pytester, table: str, message: str) -> None:
    pytester.makefile(".toml", pyproject=table)
    result = run(pytester, "def test_it(): pass")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *{message.replace('[', '[[]')}*"])
