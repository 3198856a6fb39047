"""
Workers: which start, what they ask for, and whose policies they have.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, strategies as st

from browsercors import Answer, AsyncBrowser, Blob, Browser, FetchBlocked, FetchTypeError, Reason, ScriptedServer
from tests.browser.helpers import make_async_browser, make_browser

if TYPE_CHECKING:
    from browsercors import Page
    from browsercors.browser.workers.worker import Worker

APP, API, CDN = "https://app.example.com", "https://api.example.com", "https://cdn.test"
BROWSERS: Final = ("standard", "chromium", "firefox", "webkit")
SCRIPT: Final = {"Content-Type": "text/javascript"}
OPEN: Final = {"Access-Control-Allow-Origin": "*"}

OWN: Final = {
    "/work.js": Answer(200, SCRIPT, "work()"),
    "/dir/work.js": Answer(200, SCRIPT, "work()"),
    "/dir/x": Answer(200, {}, "x"),
    "/text.js": Answer(200, {"Content-Type": "text/plain"}, "work()"),
    "/sniffed.js": Answer(200, {"Content-Type": "text/plain", "X-Content-Type-Options": "nosniff"}, "work()"),
    "/image.js": Answer(200, {"Content-Type": "image/png"}, "work()"),
    "/away.js": Answer(302, {"Location": f"{API}/work.js"}),
    "/moved.js": Answer(302, {"Location": "/dir/work.js"}),
    "/module.js": Answer(200, SCRIPT, f"import '{CDN}/open.js'; import './dir/work.js'"),
    "/refused.js": Answer(200, SCRIPT, f"import '{CDN}/closed.js'"),
    "/bare.js": Answer(200, SCRIPT, "import 'lodash'"),
    "/policy.js": Answer(200, {**SCRIPT, "Content-Security-Policy": "connect-src 'self'; script-src 'self'"}, ""),
    "/report.js": Answer(200, {**SCRIPT, "Content-Security-Policy-Report-Only": "connect-src 'self'"}, ""),
    "/quiet.js": Answer(200, {**SCRIPT, "Referrer-Policy": "no-referrer"}, ""),
    "/broken.js": Answer.broken(),
    "/loop.js": Answer(302, {"Location": "/loop.js"}),
    "/cut.js": Answer.broken(200, SCRIPT, "work("),
    "*": Answer(404),
}
ELSEWHERE: Final = {
    "/open.js": Answer(200, {**SCRIPT, **OPEN}, "1"),
    "/closed.js": Answer(200, SCRIPT, "1"),
    "/work.js": Answer(200, {**SCRIPT, **OPEN}, "1"),
    "/text": Answer(200, {"Content-Type": "text/plain", **OPEN}, "1"),
    "/broken.js": Answer.broken(),
    "*": Answer(404),
}


def opened(name: Any = "chromium", **options: Any) -> Page:
    browser = make_browser(name)
    browser.mount(APP, ScriptedServer(OWN))
    for origin in (API, CDN):
        browser.mount(origin, ScriptedServer(ELSEWHERE))
    return browser.open(f"{APP}/page", **options)


STARTS: list[tuple[str, str, dict[str, Any], Reason | None]] = [
    # story, URL, options, why it does not start
    ("a script of the page's own", "/work.js", {}, None),
    ("a module of the page's own", "/work.js", {"type": "module"}, None),
    ("a redirect within the origin", "/moved.js", {}, None),
    ("a data: URL", "data:text/javascript,1", {}, None),
    ("a data: URL of text", "data:,1", {}, None),
    ("a module of a data: URL of text", "data:,1", {"type": "module"}, Reason.MIME_TYPE_BLOCKED),
    ("another origin, that allows everybody", f"{CDN}/open.js", {}, Reason.SAME_ORIGIN_MODE),
    ("a module of another origin", f"{CDN}/open.js", {"type": "module"}, Reason.SAME_ORIGIN_MODE),
    ("another host of the site", f"{API}/open.js", {}, Reason.SAME_ORIGIN_MODE),
    ("a redirect to another origin", "/away.js", {}, Reason.SAME_ORIGIN_MODE),
    ("nothing there", "/none.js", {}, Reason.STATUS_NOT_OK),
    ("no module there", "/none.js", {"type": "module"}, Reason.STATUS_NOT_OK),
    ("text as a module", "/text.js", {"type": "module"}, Reason.MIME_TYPE_BLOCKED),
    ("an image", "/image.js", {}, Reason.MIME_TYPE_BLOCKED),
    ("text under nosniff", "/sniffed.js", {}, Reason.NOSNIFF),
    ("modules that all may be had", "/module.js", {"type": "module"}, None),
    ("a module that is refused", "/refused.js", {"type": "module"}, Reason.ALLOW_ORIGIN_MISSING),
    ("a server that breaks off", "/broken.js", {}, Reason.CONNECTION_FAILED),
    ("a body that breaks off", "/cut.js", {}, Reason.BODY_INTERRUPTED),
    ("redirects without an end", "/loop.js", {}, Reason.REDIRECT_LIMIT),
]  # fmt: skip


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("method", ["worker", "shared_worker"])
@pytest.mark.parametrize(("url", "options", "reason"), [row[1:] for row in STARTS], ids=[row[0] for row in STARTS])
def test_a_worker_starts_with_a_script_of_the_page_s_own(
    url: str, options: dict[str, Any], reason: Reason | None, method: str, browser: str
) -> None:
    worker: Worker = getattr(opened(browser), method)(url, **options)
    # NB: Firefox looks at the type of modules before all else.
    if browser == "firefox" and options and reason is Reason.STATUS_NOT_OK:
        reason = Reason.MIME_TYPE_BLOCKED
    # NB: WebKit starts module workers of any type.
    if browser == "webkit" and options and reason is Reason.MIME_TYPE_BLOCKED:
        reason = None

    assert (worker.started, worker.loaded, worker.readable) == (reason is None,) * 3
    assert (None if worker.block is None else worker.block.reason) == reason
    assert json.loads(json.dumps(worker.to_dict()))["started"] == worker.started
    assert worker.explain()


@pytest.mark.parametrize(
    ("browser", "exception", "event"),
    [
        ("standard", "", "error"),
        ("chromium", "SecurityError", None),
        ("firefox", "", "error"),
        ("webkit", "SecurityError", None),
    ],
)
def test_some_browsers_throw_where_nothing_is_sent(browser: str, exception: str, event: str | None) -> None:
    foreign, redirected = opened(browser).worker(f"{CDN}/open.js"), opened(browser).worker("/away.js")

    assert (foreign.exception, foreign.event, foreign.exchanges) == (exception, event, [])
    assert (redirected.exception, redirected.event) == ("", "error")


@pytest.mark.parametrize("browser", BROWSERS)
def test_only_chromium_starts_a_classic_worker_of_text(browser: str) -> None:
    assert opened(browser).worker("/text.js").started is (browser == "chromium")


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize(("method", "destination"), [("worker", "worker"), ("shared_worker", "sharedworker")])
def test_what_is_sent_for_the_script(method: str, destination: str, browser: str) -> None:
    page = opened(browser)
    worker: Worker = getattr(page, method)("/work.js")
    (exchange,) = worker.exchanges
    headers = exchange.request_headers

    assert ("*/*", "same-origin", "same-origin", destination) == (
        headers["Accept"],
        headers["Sec-Fetch-Mode"],
        headers["Sec-Fetch-Site"],
        headers["Sec-Fetch-Dest"],
    )
    assert headers["Referer"] == f"{APP}/page"
    assert "Origin" not in headers


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"url": 1}, FetchTypeError, "url has to be a str"),
    ({"url": "https://exa mple/"}, FetchTypeError, "exa mple"),
    ({"type": "text/javascript"}, ValueError, "type has to be one of 'classic', 'module'"),
    ({"credentials": "all"}, ValueError, "credentials has to be one of 'omit', 'same-origin', 'include', not 'all'"),
    ({"name": 1}, TypeError, "name has to be a str such as 'sums', not 1"),
    ({"credential": "omit"}, TypeError, "did you mean 'credentials'"),
]


@pytest.mark.parametrize("method", ["worker", "shared_worker"])
@pytest.mark.parametrize(("arguments", "error", "message"), WRONG)
def test_wrong_arguments_are_named(
    arguments: dict[str, Any], error: type[Exception], message: str, method: str
) -> None:
    with pytest.raises(error, match=message):
        getattr(opened(), method)(**{"url": "/work.js", **arguments})


def test_a_worker_that_has_not_started_asks_for_nothing() -> None:
    worker = opened().worker("/none.js")

    for ask in (
        lambda: worker.fetch("/x"),
        lambda: worker.xhr("GET", "/x"),
        lambda: worker.import_scripts("/x"),
        lambda: worker.import_module("/x"),
        lambda: worker.event_source("/x"),
        lambda: worker.origin,
    ):
        with pytest.raises(FetchBlocked, match="status 404"):
            ask()


def test_a_module_whose_import_is_no_url_does_not_run() -> None:
    worker = opened().worker("/bare.js", type="module")

    assert (worker.started, worker.block, worker.event) == (False, None, "error")
    assert "is not started in https://app.example.com: it imports lodash, which is no URL" in worker.report().headline
    with pytest.raises(RuntimeError, match="no URL"):
        worker.fetch("/x")


class TestItsOwnWorld:
    @pytest.mark.parametrize("browser", BROWSERS)
    def test_its_url_is_base_and_referrer(self, browser: str) -> None:
        worker = opened(browser).worker("/moved.js")
        result = worker.fetch("x")

        assert result.url == f"{APP}/dir/x"
        assert result.exchanges[0].request_headers["Referer"] == f"{APP}/dir/work.js"

    @pytest.mark.parametrize("browser", BROWSERS)
    def test_it_has_the_origin_of_the_page_but_from_a_data_url(self, browser: str) -> None:
        page = opened(browser)
        own, blob = page.worker("/work.js"), page.worker(Blob("1", "text/javascript"))
        data = page.worker("data:text/javascript,1")

        assert [worker.origin for worker in (own, blob, data)] == [APP, APP, "null"]
        sent = [worker.fetch(f"{API}/open.js").exchanges[0].request_headers["Origin"] for worker in (own, blob, data)]
        assert sent == [APP, APP, "null"]

    POLICIES: Final = [
        # the worker's script, the policy of the page, whether the worker may ask the API
        ("/work.js", "", True),
        ("/work.js", "connect-src 'none'", True),
        ("/policy.js", "", False),
        ("/report.js", "", True),
        (Blob("1", "text/javascript"), "connect-src 'none'", False),
        ("data:text/javascript,1", "connect-src 'none'", False),
    ]

    @pytest.mark.parametrize("browser", BROWSERS)
    @pytest.mark.parametrize(("url", "policy", "may"), POLICIES)
    def test_its_policy_is_that_of_its_script_or_the_page_s(
        self, url: str | Blob, policy: str, browser: str, *, may: bool
    ) -> None:
        page = opened(browser, headers={"Content-Security-Policy": policy} if policy else {})
        result = page.worker(url).fetch(f"{API}/open.js")

        assert result.readable is may
        if not may:
            assert result.block is not None
            assert result.block.reason is Reason.CONTENT_SECURITY_POLICY
            assert "the worker's own Content-Security-Policy" in result.report().headline

    @pytest.mark.parametrize("browser", BROWSERS)
    def test_its_referrer_policy_is_that_of_its_script(self, browser: str) -> None:
        page = opened(browser)
        quiet, open_ = page.worker("/quiet.js"), page.worker("/work.js")

        assert "Referer" not in quiet.fetch("/dir/x").exchanges[0].request_headers
        assert open_.fetch(f"{API}/open.js").exchanges[0].request_headers["Referer"] == f"{APP}/"

    def test_cookies_and_caches_are_the_browser_s(self) -> None:
        browser = Browser("chromium")
        browser.mount(APP, ScriptedServer(OWN))
        granted = {
            "Access-Control-Allow-Origin": APP,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": "PUT",
            "Access-Control-Max-Age": "600",
            "Cache-Control": "max-age=600",
            "Set-Cookie": "c=1; Secure; SameSite=None",
        }
        browser.mount(API, ScriptedServer(default=Answer(200, granted, "hi")))
        page = browser.open(f"{APP}/")
        worker = page.worker("/work.js")
        worker.fetch(f"{API}/a", credentials="include")
        worker.fetch(f"{API}/b", method="PUT")

        assert page.fetch(f"{API}/c", credentials="include").exchanges[0].request_headers["Cookie"] == "c=1"
        assert page.fetch(f"{API}/a", credentials="include").timeline[0].cache_state == "local"
        assert not page.fetch(f"{API}/b", method="PUT").preflighted

    def test_chromium_sends_no_client_hints(self) -> None:
        worker = opened().worker("/work.js")
        sent = [
            *worker.exchanges,
            *worker.fetch("/dir/x").exchanges,
            *worker.import_scripts("/work.js").scripts[0].exchanges,
        ]

        assert [name for exchange in sent for name in exchange.request_headers if name.startswith("sec-ch-ua")] == []

    def test_it_listens_to_event_sources(self) -> None:
        browser = make_browser()
        browser.mount(
            APP, ScriptedServer({**OWN, "/events": Answer(200, {"Content-Type": "text/event-stream"}, "data: 1\n\n")})
        )
        source = browser.open(f"{APP}/").worker("/dir/work.js").event_source("/events")

        assert [event.data for event in source] == ["1"]

    def test_frames_of_opaque_origin_start_workers_of_blobs_alone(self) -> None:
        page = opened("chromium")
        browser = make_browser("chromium")
        browser.mount(APP, ScriptedServer(OWN))
        frame = browser.open("about:srcdoc", parent=browser.open(f"{APP}/"), sandboxed=True)

        assert not frame.worker(f"{APP}/work.js").started
        assert frame.worker(Blob("1", "text/javascript")).origin == "null"
        assert not page.worker("blob:https://app.example.com/of-nobody").started


class TestImportScripts:
    CASES: Final = [
        # URL, why it fails, whether its errors are muted
        (f"{CDN}/open.js", None, True),
        (f"{CDN}/closed.js", None, True),
        ("/work.js", None, False),
        ("/dir/work.js", None, False),
        (f"{CDN}/text", Reason.MIME_TYPE_BLOCKED, False),
        ("/text.js", Reason.MIME_TYPE_BLOCKED, False),
        (f"{CDN}/none.js", Reason.STATUS_NOT_OK, False),
        (f"{CDN}/broken.js", Reason.CONNECTION_FAILED, False),
    ]

    @pytest.mark.parametrize("browser", BROWSERS)
    @pytest.mark.parametrize(("url", "reason", "muted"), CASES)
    def test_it_needs_a_type_and_no_cors(self, url: str, reason: Reason | None, browser: str, *, muted: bool) -> None:
        imported = opened(browser).worker("/work.js").import_scripts(url)
        (script,) = imported.scripts

        assert (script.executed, script.muted_errors) == (reason is None, muted)
        assert (None if imported.block is None else imported.block.reason) == reason
        assert imported.exception == ("" if reason is None else "NetworkError")
        assert script.exchanges[0].request_headers["Sec-Fetch-Mode"] == "no-cors"
        assert json.loads(json.dumps(imported.to_dict()))["exception"] == imported.exception
        assert imported.explain()
        if reason is not None:
            with pytest.raises(FetchBlocked):
                imported.raise_for_error()

    def test_it_ends_with_the_first_that_fails(self) -> None:
        imported = opened().worker("/work.js").import_scripts("/work.js", f"{CDN}/none.js", "/dir/work.js")

        assert [script.executed for script in imported.scripts] == [True, False]
        assert repr(imported) == "<ImportedScripts blocked: status-not-ok>"

    def test_the_policy_of_the_worker_counts(self) -> None:
        worker = opened().worker("/policy.js")

        assert worker.import_scripts("/work.js").block is None
        assert worker.import_scripts(f"{CDN}/open.js").block is not None
        headline = worker.import_scripts(f"{CDN}/open.js").report().headline
        assert "the worker's own Content-Security-Policy" in headline

    @pytest.mark.parametrize(
        ("options", "urls", "error", "message"),
        [
            ({"type": "module"}, ("/work.js",), FetchTypeError, "use worker.import_module"),
            ({}, (), TypeError, "needs a URL at least"),
            ({}, (1,), FetchTypeError, "url has to be a str"),
            ({}, ("/work.js", "https://exa mple/"), FetchTypeError, "exa mple"),
        ],
    )
    def test_what_it_throws_at_once(
        self, options: dict[str, Any], urls: tuple[Any, ...], error: type[Exception], message: str
    ) -> None:
        with pytest.raises(error, match=message):
            opened().worker("/work.js", **options).import_scripts(*urls)


class TestModules:
    @pytest.mark.parametrize("browser", BROWSERS)
    def test_what_is_imported_statically_has_the_destination_of_the_worker(self, browser: str) -> None:
        worker = opened(browser).worker("/module.js", type="module")
        headers = worker.imports[0].exchanges[0].request_headers

        assert ("cors", "worker", APP) == (headers["Sec-Fetch-Mode"], headers["Sec-Fetch-Dest"], headers["Origin"])
        assert [each.executed for each in worker.imports] == [True, True]

    @pytest.mark.parametrize("browser", BROWSERS)
    @pytest.mark.parametrize(("path", "reason"), [("/open.js", None), ("/closed.js", Reason.ALLOW_ORIGIN_MISSING)])
    def test_a_module_of_another_origin_needs_cors(self, path: str, reason: Reason | None, browser: str) -> None:
        result = opened(browser).worker("/work.js", type="module").import_module(f"{CDN}{path}")

        assert result.executed is (reason is None)
        assert (None if result.block is None else result.block.reason) == reason

    def test_a_module_is_loaded_once(self) -> None:
        worker = opened().worker("/module.js", type="module")

        assert worker.import_module(f"{CDN}/open.js").exchanges == []
        assert worker.import_module(f"{CDN}/work.js").exchanges != []
        assert worker.import_module(f"{CDN}/work.js").exchanges == []

    @pytest.mark.parametrize("credentials", ["omit", "same-origin", "include"])
    def test_credentials_are_those_of_the_worker(self, credentials: Any) -> None:
        browser = make_browser("chromium")
        browser.mount(APP, ScriptedServer(OWN))
        browser.mount(CDN, ScriptedServer(ELSEWHERE))
        for domain in ("app.example.com", "cdn.test"):
            browser.set_cookie("c", "1", domain=domain, secure=True, same_site="none")
        worker = browser.open(f"{APP}/").worker("/module.js", type="module", credentials=credentials)
        sent = [exchange.request_headers.get("Cookie") for exchange in worker.exchanges + worker.imports[0].exchanges]

        assert sent == {"omit": [None, None], "same-origin": ["c=1", None], "include": ["c=1", "c=1"]}[credentials]


class TestSharedWorkers:
    def test_pages_of_one_origin_share_it(self) -> None:
        browser = make_browser("chromium")
        server = ScriptedServer(OWN)
        browser.mount(APP, server)
        first, second = (browser.open(f"{APP}/{path}").shared_worker("/work.js") for path in ("a", "b"))

        assert (first.started, second.started) == (True, True)
        assert (len(first.exchanges), len(second.exchanges), len(server.received)) == (1, 0, 1)
        assert second.fetch("/dir/x").readable

    OTHERS: Final = [
        # what the second page gives, whether it is the same worker, whether it is refused
        ({}, True, False),
        ({"name": "n"}, False, False),
        ({"type": "module"}, True, True),
        ({"credentials": "include"}, True, True),
        ({"url": "/work.js?q"}, False, False),
        ({"url": "/dir/work.js"}, False, False),
    ]

    @pytest.mark.parametrize("browser", BROWSERS)
    @pytest.mark.parametrize(("arguments", "same", "refused"), OTHERS)
    def test_url_and_name_tell_them_apart(
        self, arguments: dict[str, Any], browser: str, *, same: bool, refused: bool
    ) -> None:
        page = opened(browser)
        page.shared_worker("/work.js")
        second = page.shared_worker(**{"url": "/work.js", **arguments})

        assert (second.exchanges == [], second.started) == (same, not refused)
        if refused:
            assert second.block is not None
            assert second.block.reason is Reason.SHARED_WORKER_MISMATCH
            assert (second.event, second.exception) == ("error", "")

    def test_other_origins_do_not_share_it(self) -> None:
        browser = make_browser("chromium")
        server = ScriptedServer(default=Answer(200, SCRIPT, "1"))
        browser.mount("*", server)
        for origin in (APP, API):
            assert browser.open(f"{origin}/").shared_worker("/work.js").started

        assert len(server.received) == 2


def test_workers_of_async_pages_are_those_of_pages() -> None:
    async def run() -> list[dict[str, Any]]:
        async with make_async_browser("firefox") as browser:
            browser.mount(APP, ScriptedServer(OWN))
            browser.mount(CDN, ScriptedServer(ELSEWHERE))
            page = browser.open(f"{APP}/page")
            worker, module = await page.worker("/work.js"), await page.shared_worker("/module.js", type="module")
            fetched, asked = await asyncio.gather(worker.fetch("/dir/x"), worker.xhr("GET", f"{CDN}/open.js"))
            scripts = await worker.import_scripts("/work.js", f"{CDN}/text")
            imported = await module.import_module(f"{CDN}/closed.js")
            return [each.to_dict() for each in (worker, module, fetched, asked, scripts, imported)]

    browser = make_browser("firefox")
    browser.mount(APP, ScriptedServer(OWN))
    browser.mount(CDN, ScriptedServer(ELSEWHERE))
    page = browser.open(f"{APP}/page")
    worker, module = page.worker("/work.js"), page.shared_worker("/module.js", type="module")
    results: list[Any] = [
        worker,
        module,
        worker.fetch("/dir/x"),
        worker.xhr("GET", f"{CDN}/open.js"),
        worker.import_scripts("/work.js", f"{CDN}/text"),
        module.import_module(f"{CDN}/closed.js"),
    ]

    assert asyncio.run(run()) == [each.to_dict() for each in results]


def test_an_async_worker_names_what_is_wrong_at_once() -> None:
    page = AsyncBrowser().open(f"{APP}/")

    with pytest.raises(ValueError, match="type has to be one of"):
        page.worker("/work.js", type="text/javascript")  # type: ignore[arg-type, unused-coroutine]


@given(
    st.sampled_from(["/work.js", f"{CDN}/open.js", f"{API}/work.js", "/away.js", "/moved.js"]),
    st.sampled_from(["classic", "module"]),
    st.sampled_from(BROWSERS),
    st.booleans(),
)
def test_no_worker_has_a_script_of_another_origin(url: str, kind: Any, browser: str, shared: bool) -> None:
    page = opened(browser)
    worker = (page.shared_worker if shared else page.worker)(url, type=kind)

    assert not worker.started or worker.exchanges[-1].url.startswith(f"{APP}/")
