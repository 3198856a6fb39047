"""
Workers as pages and tests see them: whether they have started, and what they fetch and import.

No script runs. A test says what the worker would do: `worker.fetch(...)`, `worker.import_scripts(...)`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from browsercors.browser.loads import LoadResult, ScriptResult
from browsercors.initiators.elements.calls import import_call
from browsercors.initiators.elements.trees import load_script
from browsercors.initiators.elements.worker_trees import load_imported_scripts
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.initiators.page_call import PageCall
from browsercors.values.arguments import ArgumentTypeError
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Self, Unpack

    from browsercors.browser.channels.event_source import AsyncEventSource, EventSource
    from browsercors.browser.loads import ReportOptions
    from browsercors.browser.result import FetchResult
    from browsercors.explain.report import Report
    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.initiators.elements.load import Load
    from browsercors.initiators.header_guard import HeadersInit
    from browsercors.initiators.page_call import RequestInit, XMLHttpRequestInit
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.element_literals import ElementEvent, ImportType
    from browsercors.values.findings import Block

__all__ = ["AsyncWorker", "ImportedScript", "ImportedScripts", "Worker"]


class ImportedScript(LoadResult):
    """
    One script of `worker.import_scripts()`.
    """

    _shown_in_data: ClassVar[tuple[str, ...]] = ("executed", "muted_errors")

    @property
    def event(self) -> ElementEvent | None:
        """
        Always None: `importScripts()` throws.
        """
        return None

    @property
    def executed(self) -> bool:
        """
        Whether the worker runs it. What it does then, even a syntax error, is not simulated.
        """
        return self.loaded

    @property
    def muted_errors(self) -> bool:
        """
        Whether an error of the script is a NetworkError to the worker, without anything of it.
        """
        # PROFILE: browsers do not agree on what counts as another origin's.
        rules = self._params.user_agent.profile.initiators
        return self.loaded and rules.is_muted(self._params.request, self._response.type)

    def _shown(self) -> str:
        return "muted" if self.muted_errors else "executed"


class ImportedScripts:
    """
    The result of `worker.import_scripts()`.

    Attributes:
        scripts: Those that were asked for, in order: in most browsers up to the first that failed, which ends the call.
    """

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> None:
        first = load._replace(children=())
        self.scripts: list[ImportedScript] = [ImportedScript(each, profiles) for each in (first, *load.children)]

    @property
    def _last(self) -> ImportedScript:
        """
        The script that ended the call: the first that failed, or the last one.
        """
        return next((script for script in self.scripts if script.block is not None), self.scripts[-1])

    @property
    def block(self) -> Block | None:
        """
        None, or the one rule that stood in the way of a script.
        """
        return self._last.block

    @property
    def exception(self) -> str:
        """
        What `importScripts()` throws, "NetworkError"; empty if it throws nothing, whatever the scripts do.
        """
        return "" if self.block is None else "NetworkError"

    def report(self, **options: Unpack[ReportOptions]) -> Report:
        """
        Return the report on the script that failed or came last, as other results do.
        """
        return self._last.report(**options)

    def explain(self) -> str:
        """
        Explain what became of the script that failed or came last, why, and what to change.
        """
        return self._last.explain()

    def raise_for_error(self) -> Self:
        """
        Return this result if all scripts are run.

        Raises:
            CORSBlocked: The CORS protocol decided against one; scripts are asked for without it.
            FetchBlocked: One failed for another reason.
        """
        __tracebackhide__ = True
        self._last.raise_for_error()
        return self

    def to_dict(self) -> dict[str, Any]:
        """
        Return everything as JSON-serialisable data. Equal results give equal data.
        """
        return {"exception": self.exception, "scripts": [script.to_dict() for script in self.scripts]}

    def __repr__(self) -> str:
        if self.block is not None:
            return f"<{type(self).__name__} blocked: {self.block.reason.value}>"
        return f"<{type(self).__name__} executed, {len(self.scripts)} scripts>"


class _WorkerBase(LoadResult):
    """
    What sync and async workers have in common: everything except waiting.

    Attributes:
        loaded: The same as `started`.
        started: Whether its script and all that this imports is there, and is run.
        imports: The modules that a module worker imports statically, in order.
    """

    _shown_in_data: ClassVar[tuple[str, ...]] = ("started", "exception", "type", "name", "is_shared", "imports")

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...], world: Any) -> None:
        super().__init__(load, profiles)
        self._world = world
        self.imports: list[ScriptResult] = [ScriptResult(child, profiles) for child in load.children]
        is_resolved = not any("unresolved" in finding.evidence for finding in self.findings)
        self.started: bool = self.loaded and load.fires_load and is_resolved
        self.loaded: bool = self.started
        self.readable: bool = self.started

    @property
    def type(self) -> str:
        """
        "classic" or "module".
        """
        return str(self._params.element_call.options["type"])

    @property
    def name(self) -> str:
        """
        The name that the page has given it.
        """
        return str(self._params.element_call.options["name"])

    @property
    def is_shared(self) -> bool:
        """
        Whether it is a `SharedWorker`.
        """
        return self._params.element_call.api == "shared-worker"

    @property
    def origin(self) -> str:
        """
        The serialised origin of the worker: the page's, but `null` for a worker from a `data:` URL.
        """
        self._check_started()
        origin: str = self._world.origin
        return origin

    @cached_property
    def block(self) -> Block | None:
        """
        None, or the one rule that stood in the way: of the script, or of the first import that failed.
        """
        return super().block if self._failed_import is None else self._failed_import.block

    @cached_property
    def _failed_import(self) -> ScriptResult | None:
        return next((each for each in self.imports if each.block is not None), None)

    def report(self, **options: Unpack[ReportOptions]) -> Report:
        """
        Return the report, as other results do: of the script, or of the first import that failed.
        """
        failed = self._failed_import
        return super().report(**options) if failed is None else failed.report(**options)

    @property
    def exception(self) -> str:
        """
        What the constructor throws in this browser, "SecurityError"; empty if it throws nothing.
        """
        # PROFILE: where nothing is sent, some browsers throw, and others fire `error`.
        rules = self._params.user_agent.profile.initiators.workers
        throws = rules.throws
        if self.is_shared and rules.shared_throws_for_opaque_origins and self._params.request.origin.is_opaque:
            throws = throws | {Reason.SAME_ORIGIN_MODE}
        is_thrown = self.block is not None and self.block.reason in throws
        return "SecurityError" if is_thrown and not self.exchanges and not self.imports else ""

    @property
    def event(self) -> ElementEvent | None:
        """
        The event that the worker fires: "error"; None if it starts, or if the constructor throws.

        In some browsers a page hears nothing either of a shared worker that has failed for another one before.
        """
        is_silent = any(finding.evidence.get("failed_before") for finding in self.findings)
        return None if self.started or self.exception or is_silent else "error"

    def _shown(self) -> str:
        return "started" if self.started else "not started"

    def _check_started(self) -> None:
        """
        Refuse to ask for anything in a worker that has not started.

        Raises:
            CORSBlocked: The CORS protocol decided against it.
            FetchBlocked: It failed for another reason.
        """
        __tracebackhide__ = True
        self.raise_for_error()
        if not self.started:
            raise RuntimeError(f"{self!r} imports something by a name that is no URL, and so it does not run")

    def _import_scripts(self, urls: tuple[str, ...]) -> Any:
        self._check_started()
        if not urls:
            raise ArgumentTypeError("import_scripts needs a URL at least, such as 'https://cdn.example/lib.js'")
        # "Import scripts into worker global scope", step 1.
        if self.type == "module":
            raise FetchTypeError("a module worker has no importScripts(); use worker.import_module()")
        request = self._params.request
        options = {"worker": request.destination, "page_policy": request.client.referrer_policy}
        calls = [PageCall("imported-script", url, "GET", None, None, options) for url in urls]
        return self._world._load(load_imported_scripts(self._world._begin, calls), ImportedScripts)  # noqa: SLF001 - it is the worker's own

    def _import_module(self, url: str, kind: ImportType | None) -> Any:
        self._check_started()
        call = import_call(url, kind)
        # NB: what a script of the worker imports is asked for as that script was.
        is_module = self.type == "module"
        credentials = self._params.element_call.options["credentials"] if is_module else "same-origin"
        call = call._replace(options={**call.options, "credentials": credentials})
        world = self._world
        return world._load(load_script(world._begin, call, world._own_modules()), ScriptResult)  # noqa: SLF001 - as above


class Worker(_WorkerBase):
    """
    A worker of a page; made by `Page.worker` and `Page.shared_worker`.

    What it asks for itself has its own origin, URL and policies. A worker that has not started asks for nothing: its
    methods raise what `raise_for_error` raises.
    """

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeadersInit | None = None,
        body: BodyInit | None = None,
        json: object = None,
        **options: Unpack[RequestInit],
    ) -> FetchResult:
        """
        Do what a script of the worker does with `fetch()`; arguments and errors are those of `Page.fetch`.
        """
        self._check_started()
        result: FetchResult = self._world.fetch(url, method=method, headers=headers, body=body, json=json, **options)
        return result

    def xhr(
        self,
        method: str,
        url: str,
        *,
        headers: HeadersInit | None = None,
        body: BodyInit | None = None,
        **options: Unpack[XMLHttpRequestInit],
    ) -> FetchResult:
        """
        Do what a script of the worker does with XMLHttpRequest; arguments and errors are those of `Page.xhr`.
        """
        self._check_started()
        result: FetchResult = self._world.xhr(method, url, headers=headers, body=body, **options)
        return result

    def import_scripts(self, *urls: str) -> ImportedScripts:
        """
        Import scripts, as `importScripts()` in a classic worker does: one after another, and without CORS.

        Args:
            urls: Absolute, or relative to the worker's own URL.

        Raises:
            FetchTypeError: A URL is no str or cannot be parsed, or the worker is a module.
            TypeError: There is no URL.

        https://html.spec.whatwg.org/#dom-workerglobalscope-importscripts
        """
        imported: ImportedScripts = self._import_scripts(urls)
        return imported

    def import_module(self, url: str, *, type: ImportType | None = None) -> ScriptResult:  # noqa: A002 - as for pages
        """
        Import a module, as `import(url)` in the worker does; arguments and errors are those of `Page.import_module`.
        """
        imported: ScriptResult = self._import_module(url, type)
        return imported

    def event_source(self, url: str, *, with_credentials: bool = False, reconnections: int = 0) -> EventSource:
        """
        Listen to the events of a server; arguments and errors are those of `Page.event_source`.
        """
        self._check_started()
        source: EventSource = self._world.event_source(
            url, with_credentials=with_credentials, reconnections=reconnections
        )
        return source


class AsyncWorker(_WorkerBase):
    """
    A worker of a page; made by `AsyncPage.worker` and `AsyncPage.shared_worker`. What `Worker` does, is awaited.
    """

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeadersInit | None = None,
        body: BodyInit | None = None,
        json: object = None,
        **options: Unpack[RequestInit],
    ) -> Awaitable[FetchResult]:
        """
        Do what `Worker.fetch` does.
        """
        self._check_started()
        fetching: Awaitable[FetchResult] = self._world.fetch(
            url, method=method, headers=headers, body=body, json=json, **options
        )
        return fetching

    def xhr(
        self,
        method: str,
        url: str,
        *,
        headers: HeadersInit | None = None,
        body: BodyInit | None = None,
        **options: Unpack[XMLHttpRequestInit],
    ) -> Awaitable[FetchResult]:
        """
        Do what `Worker.xhr` does.
        """
        self._check_started()
        asking: Awaitable[FetchResult] = self._world.xhr(method, url, headers=headers, body=body, **options)
        return asking

    def import_scripts(self, *urls: str) -> Awaitable[ImportedScripts]:
        """
        Do what `Worker.import_scripts` does.
        """
        importing: Awaitable[ImportedScripts] = self._import_scripts(urls)
        return importing

    def import_module(self, url: str, *, type: ImportType | None = None) -> Awaitable[ScriptResult]:  # noqa: A002 - as for pages
        """
        Do what `Worker.import_module` does.
        """
        importing: Awaitable[ScriptResult] = self._import_module(url, type)
        return importing

    def event_source(
        self, url: str, *, with_credentials: bool = False, reconnections: int = 0
    ) -> Awaitable[AsyncEventSource]:
        """
        Do what `Worker.event_source` does.
        """
        self._check_started()
        opening: Awaitable[AsyncEventSource] = self._world.event_source(
            url, with_credentials=with_credentials, reconnections=reconnections
        )
        return opening
