"""
The pytest plugin: its fixtures, the browsers that a test runs in, and what a failed test shows of its fetches.

Every run of pytest loads it, wherever the package is installed, so nothing of the simulator is imported until a test
uses one of the fixtures.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors.engines.registry import DEFAULT_BROWSER, browser_names
from browsercors.testing.explaining import ASKED, EXPLANATION, LENGTHS, asked_browsers
from browsercors.testing.project_settings import find_settings

if TYPE_CHECKING:
    from collections.abc import Container, Generator, Iterable, Iterator, Mapping

    from browsercors.browser.browser import AsyncBrowser, Browser
    from browsercors.testing.explaining import ExplanationLength
    from browsercors.testing.recording import BrowserFactory, RecordedAsyncBrowser, Recorder
    from browsercors.values.literals import BrowserName

__all__ = [
    "async_cors_browser",
    "cors_browser",
    "cors_browser_name",
    "make_cors_browser",
    "pytest_addoption",
    "pytest_configure",
    "pytest_fixture_setup",
    "pytest_generate_tests",
    "pytest_runtest_call",
    "pytest_runtest_call_with_plans",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_terminal_summary",
]

PACKAGE: Final = str(Path(__file__).parent)

MARKERS: Final = {
    "cors_browsers(*names)": f"run this test in these simulated browsers ({', '.join(browser_names())}); "
    "--cors-browsers chooses among them.",
    "cors_mount(origin, target, *, interface, timeout, verify, forwarded)": "in this test, target answers for origin: "
    "an application, a URL, a live server, or the name of a fixture, module:attribute, django.wsgi or "
    "django.asgi.",
}

TABLE: Final = "[tool.browsercors.pytest]"

PLAN_SECTION: Final = "browsercors plan"

RECORDER: Final[pytest.StashKey[Recorder]] = pytest.StashKey()
TEST: Final[pytest.StashKey[pytest.Item]] = pytest.StashKey()
BEING_SET_UP: Final[pytest.StashKey[list[pytest.FixtureRequest]]] = pytest.StashKey()
TABLE_OF_PROJECT: Final[pytest.StashKey[Mapping[str, Any]]] = pytest.StashKey()
ASYNC_BROWSER: Final[pytest.StashKey[RecordedAsyncBrowser]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """
    Add `--cors-browsers`, `--cors-explain`, `--cors-explain-plan`, and the ini options.
    """
    group = parser.getgroup("browsercors", "simulated browsers")
    group.addoption(
        "--cors-browsers",
        metavar="NAMES",
        help=f"run each test that uses a browser fixture once in each of these browsers: {','.join(browser_names())}",
    )
    group.addoption(
        "--cors-explain-plan",
        action="store_true",
        help="show, after the tests, what each check_policy was going to ask: its stages, and how far the budget goes",
    )
    group.addoption(
        "--cors-explain",
        choices=LENGTHS,
        help="how much of an explanation a failed test shows: short (three lines; the default under --tb=line), full "
        "(the default otherwise) or off",
    )
    parser.addini("cors_browsers", "the default of --cors-browsers", type="args", default=[])
    parser.addini(
        "cors_mount",
        "what answers for each origin in the browsers of tests, one `origin = target` per line: the name of a fixture, "
        "module:attribute, django.wsgi, django.asgi or a URL",
        type="linelist",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    """
    Register the markers, and refuse wrong options.

    Raises:
        pytest.UsageError: There is no browser of that name, or a mount is not `origin = target`.
    """
    try:
        length = config.getoption("cors_explain") or _configured_length(config)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    # NB: runs may be nested, as those of `pytester` are.
    before = EXPLANATION.get()
    config.add_cleanup(functools.partial(_explain_as, before))
    EXPLANATION.set(length or ("short" if config.getoption("tbstyle", "auto") == "line" else "full"))
    for marker, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{marker}: {meaning}")
    try:
        names = _asked_browsers(config) or _configured_browsers(config)
        _configured_mounts(config)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    config.add_cleanup(functools.partial(_ask_for, ASKED.get()))
    _ask_for(names)


def _configured_length(config: pytest.Config) -> ExplanationLength | None:
    length = _project_table(config).get("explain")
    if length is not None and length not in LENGTHS:
        raise ValueError(f"{TABLE} explain has to be one of {', '.join(map(repr, LENGTHS))}, not {length!r}")
    return length


def _explain_as(length: ExplanationLength) -> None:
    EXPLANATION.set(length)


def _ask_for(names: tuple[str, ...]) -> None:
    ASKED.set(names)


def _asked_browsers(config: pytest.Config) -> tuple[str, ...]:
    option = config.getoption("cors_browsers")
    return () if option is None else _read_names("--cors-browsers", [option])


def _configured_browsers(config: pytest.Config) -> tuple[str, ...]:
    values = config.getini("cors_browsers")
    if values:
        return _read_names("cors_browsers", values)
    table = _project_table(config)
    return _read_names(f"{TABLE} browsers", _listed("browsers", table["browsers"])) if "browsers" in table else ()


def _project_table(config: pytest.Config) -> Mapping[str, Any]:
    """
    Return the table `[tool.browsercors.pytest]` of the project; pytest's own ini file comes before it.

    Raises:
        ValueError: It is wrong.
    """
    if TABLE_OF_PROJECT not in config.stash:
        config.stash[TABLE_OF_PROJECT] = find_settings(config.rootpath).table("pytest")
    return config.stash[TABLE_OF_PROJECT]


def _listed(key: str, value: Any) -> Iterable[object]:
    if not isinstance(value, list):
        raise ValueError(  # noqa: TRY004 - what stands in a file is no type of a caller's
            f"{TABLE} {key} has to be a list, such as ['chromium', 'firefox'], not {value!r}"
        )
    return value


def _read_names(source: str, values: Iterable[object]) -> tuple[str, ...]:
    """
    Return the names of browsers in *values*, each once.

    Raises:
        ValueError: There are no names, or one of them is wrong.
    """
    names = [name.strip() for value in values for name in str(value).split(",") if name.strip()]
    known = browser_names()
    right = f"the browsers are {', '.join(known)}"
    if not names:
        raise ValueError(f"{source} names no browser; {right}")
    for name in names:
        if name not in known:
            raise ValueError(f"{source}: there is no browser {name!r}; {right}")
    return tuple(dict.fromkeys(names))


def _configured_mounts(config: pytest.Config) -> dict[str, tuple[Any, Mapping[str, Any]]]:
    table = _project_table(config).get("mount", {})
    if not isinstance(table, dict) or not all(isinstance(target, str) for target in table.values()):
        raise ValueError(f"{TABLE} mount has to be a table of origins and targets, not {table!r}")
    mounts: dict[str, tuple[Any, Mapping[str, Any]]] = {origin: (target, {}) for origin, target in table.items()}
    for line in config.getini("cors_mount"):
        origin, _, target = (part.strip() for part in line.partition("="))
        if not origin or not target:
            raise ValueError(
                f"cors_mount has to be an origin and a target, not {line!r}; write 'https://api.example.com = app'"
            )
        mounts[origin] = (target, {})
    return mounts


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """
    Run a test that uses a browser once in each browser that was asked for.
    """
    if "cors_browser_name" not in metafunc.fixturenames:
        return
    asked = _asked_browsers(metafunc.config)
    marker = metafunc.definition.get_closest_marker("cors_browsers")
    names: list[Any]
    if marker is None:
        names = [*(asked or _configured_browsers(metafunc.config))]
    else:
        try:
            marked = _read_names("the marker cors_browsers", marker.args)
        except ValueError as error:
            pytest.fail(f"{metafunc.definition.nodeid}: {error}", pytrace=False)
        reason = f"--cors-browsers does not include {', '.join(marked)}"
        names = [name for name in marked if not asked or name in asked]
        names = names or [pytest.param(marked[0], marks=pytest.mark.skip(reason=reason))]
    if names:
        # NB: the session scope makes pytest create a shared browser anew for each name.
        metafunc.parametrize("cors_browser_name", names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def cors_browser_name(request: pytest.FixtureRequest) -> BrowserName:
    """
    Return the name of the browser that the test runs in: chromium, firefox, webkit or standard.
    """
    # NB: tests of a unittest.TestCase cannot be parametrized.
    return getattr(request, "param", (*asked_browsers(), DEFAULT_BROWSER)[0])


@pytest.fixture(scope="session")
def make_cors_browser(cors_browser_name: BrowserName, pytestconfig: pytest.Config) -> Iterator[BrowserFactory]:
    """
    Return a factory of browsers, also for `@given`: `make_cors_browser(mount={"https://api.example.com": app})`.
    """
    from browsercors.testing.recording import BrowserFactory

    def mount_configured(browser: Browser, others: Container[str]) -> None:
        request = _request_now(pytestconfig)
        if request is not None:
            _mount(browser, request, others)

    with BrowserFactory(_recorder(pytestconfig), cors_browser_name, mount_configured) as factory:
        yield factory


@pytest.fixture
def cors_browser(make_cors_browser: BrowserFactory, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """
    Return a fresh simulated browser, with the mounts of `cors_mount`: `cors_browser.open(url).fetch(...)`.
    """
    with make_cors_browser(cors_mount=False) as browser:
        _mount(browser, request)
        yield browser


@pytest.fixture
def async_cors_browser(cors_browser_name: BrowserName, request: pytest.FixtureRequest) -> Iterator[AsyncBrowser]:
    """
    Return a fresh `AsyncBrowser` for a test of pytest-asyncio or anyio; applications run in the test's event loop.
    """
    from browsercors.testing.recording import RecordedAsyncBrowser

    if "anyio_backend" in request.fixturenames and request.getfixturevalue("anyio_backend_name") != "asyncio":
        pytest.fail(
            "async_cors_browser only runs on asyncio; let the fixture anyio_backend return 'asyncio', or use "
            "cors_browser, which runs in every test",
            pytrace=False,
        )
    browser = RecordedAsyncBrowser(_recorder(request.config), cors_browser_name)
    request.node.stash[ASYNC_BROWSER] = browser
    _mount(browser, request)
    yield browser
    browser.release()


def _recorder(config: pytest.Config) -> Recorder:
    from browsercors.testing.recording import Recorder

    return config.stash.setdefault(RECORDER, Recorder())


def _request_now(config: pytest.Config) -> pytest.FixtureRequest | None:
    """
    Return the request of what is running: of the fixture that is being set up, or else of the test.
    """
    being_set_up = config.stash.get(BEING_SET_UP, [])
    if being_set_up:
        return being_set_up[-1]
    return getattr(config.stash.get(TEST, None), "_request", None)


def _mount(
    browser: Browser | AsyncBrowser, request: pytest.FixtureRequest, others: Container[str] = frozenset()
) -> None:
    """
    Mount what the configuration and the markers say, except for the origins in *others*.
    """
    wanted = _configured_mounts(request.config)
    for marker in reversed(list(request.node.iter_markers("cors_mount"))):
        if len(marker.args) != 2:
            pytest.fail(f"cors_mount takes an origin and a target, not {marker.args!r}", pytrace=False)
        origin, target = marker.args
        wanted[origin] = (target, marker.kwargs)
    wanted = {origin: what for origin, what in wanted.items() if origin not in others}
    if wanted:
        from browsercors.testing.mounting import mount_all

        mount_all(browser, wanted, request)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """
    Forget the results of the test before this one.
    """
    item.config.stash[TEST] = item
    _check_test_case(item)
    recorder = item.config.stash.get(RECORDER, None)
    if recorder is not None:
        recorder.clear()


def _check_test_case(item: pytest.Item) -> None:
    """
    Fail a test of a `unittest.TestCase` that would not run in the browsers asked for: pytest cannot repeat it.
    """
    unittest = sys.modules.get("unittest")
    cls = getattr(item, "cls", None)
    is_test_case = unittest is not None and isinstance(cls, type) and issubclass(cls, unittest.TestCase)
    if not is_test_case or "cors_browser_name" not in getattr(item, "fixturenames", ()):
        return
    marker = item.get_closest_marker("cors_browsers")
    marked = () if marker is None else _read_names("the marker cors_browsers", marker.args)
    asked = ASKED.get() or (DEFAULT_BROWSER,)
    names, given = marked or asked, asked[:1]
    if names != given:
        pytest.fail(
            f"pytest runs each test of a unittest.TestCase once, here in {given[0]}, but {', '.join(names)} was asked "
            "for; let the class inherit from browsercors.CORSTestMixin, and use self.cors_browser, no fixture",
            pytrace=False,
        )


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> Generator[None, object, object]:
    """
    Remember which fixture is being set up: it cannot use fixtures of a narrower scope.
    """
    being_set_up = request.config.stash.setdefault(BEING_SET_UP, [])
    being_set_up.append(request)
    try:
        return (yield)
    finally:
        being_set_up.pop()


@pytest.hookimpl(wrapper=True, tryfirst=True, specname="pytest_runtest_call")
def pytest_runtest_call_with_plans(item: pytest.Item) -> Generator[None, object, object]:
    """
    Keep what the checks of a test were going to ask, if that is to be shown.
    """
    if not item.config.getoption("cors_explain_plan"):
        return (yield)
    from browsercors.policy_check.plan_text import PLAN_READER

    token = PLAN_READER.set(lambda plan: item.add_report_section("call", PLAN_SECTION, plan))
    try:
        return (yield)
    finally:
        PLAN_READER.reset(token)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """
    Show the plans of checks, test by test, if that is asked for.
    """
    if not terminalreporter.config.getoption("cors_explain_plan"):
        return
    terminalreporter.section("plans of policy checks")
    reports = [report for group in terminalreporter.stats.values() for report in group]
    # NB: the report of the teardown has the sections of the call once more.
    for report in (report for report in reports if getattr(report, "when", "") == "call"):
        for name, plan in report.sections:
            if name == f"Captured {PLAN_SECTION} call":
                terminalreporter.line(f"{report.nodeid}\n{plan}\n")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """
    Let checks find fixtures by their names, and close `async_cors_browser` inside the test that uses it.
    """
    with _fixtures_by_name(item), _closed_in_its_loop(item):
        return (yield)


@contextlib.contextmanager
def _fixtures_by_name(item: pytest.Item) -> Iterator[None]:
    """
    Let `check_policy("app", ...)` find the fixture `app`; without checks, nothing is loaded for it.
    """
    module = sys.modules.get("browsercors.policy.factory")
    request = getattr(item, "_request", None)
    if module is None or request is None:
        yield
        return

    def find(name: str) -> Any:
        try:
            return request.getfixturevalue(name)
        except pytest.FixtureLookupError as error:
            # NB: the missing one may be a fixture that this fixture uses.
            if error.argname != name:
                raise
            raise ValueError(
                f"there is no fixture {name!r} for this test; write the name of a fixture, such as 'app', or "
                "'module:create_app()'"
            ) from None

    token = module.FIXTURES.set(find)
    try:
        yield
    finally:
        module.FIXTURES.reset(token)


@contextlib.contextmanager
def _closed_in_its_loop(item: pytest.Item) -> Iterator[None]:
    """
    Close `async_cors_browser` inside the test that uses it: in the event loop that ran the applications.
    """
    browser = item.stash.get(ASYNC_BROWSER, None)
    function: Any = getattr(item, "obj", None)
    if browser is None or not inspect.iscoroutinefunction(function):
        yield
        return

    @functools.wraps(function)
    async def test(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        async with browser:
            return await function(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(item, "obj", test)
        yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """
    Add the explanations of its fetches to a failed test.
    """
    if call.excinfo is not None and not item.config.getoption("fulltrace"):
        _end_in_the_callers_line(call.excinfo)
    report = yield
    recorder = item.config.stash.get(RECORDER, None)
    if report.failed and recorder is not None and recorder.count and EXPLANATION.get() != "off":
        from browsercors.testing.section import compose_section

        raised = None if call.excinfo is None else call.excinfo.value
        report.sections.append(("browsercors", compose_section(recorder, raised)))
    return report


def _end_in_the_callers_line(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """
    Cut our frames off the traceback of what JavaScript would throw: the message says everything.
    """
    module = sys.modules.get("browsercors.initiators.header_guard")
    if module is None or not isinstance(excinfo.value, module.FetchTypeError):
        return
    # NB: the traceback itself, since pytest reads it again after a hook has filtered its entries.
    last, entry = excinfo.tb, excinfo.tb.tb_next
    while entry is not None:
        if not entry.tb_frame.f_code.co_filename.startswith(PACKAGE):
            last = entry
        entry = entry.tb_next
    last.tb_next = None
