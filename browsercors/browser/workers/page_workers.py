"""
Workers, started by methods of the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from browsercors.browser.loads_page import LoadsPage, naming_what_is_near
from browsercors.browser.workers.worker import AsyncWorker, Worker
from browsercors.initiators.bodies.blob import Blob
from browsercors.initiators.elements.calls import worker_call
from browsercors.initiators.elements.load import Load
from browsercors.initiators.elements.worker import SHARED_WORKER
from browsercors.initiators.elements.worker_trees import Inside, load_worker
from browsercors.values.findings import Reason
from browsercors.values.responses import network_error

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.initiators.elements.load import Loading
    from browsercors.initiators.page_call import PageCall
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.element_literals import ScriptType, WorkerCredentials
    from browsercors.values.requests import Environment

__all__ = ["PageWorkers"]


class _Running(NamedTuple):
    """
    A shared worker that runs, or has failed.

    Attributes:
        load: The load of its script.
        world: What it asks with.
    """

    load: Load
    world: Any


class _Start:
    """
    One call of the constructor, and the world of the worker that it starts.
    """

    def __init__(self, page: PageWorkers, call: PageCall) -> None:
        self._page = page
        self._call = call
        self._world: Any = None

    def open_world(self, environment: Environment) -> Inside:
        """
        Make the world of the worker.
        """
        self._world = world = self._page._another(environment)  # noqa: SLF001 - of the same page
        return Inside(world._begin, world._own_modules())  # noqa: SLF001 - as above

    def dedicated(self) -> Loading:
        """
        Start a worker of the page's own.
        """
        return load_worker(self._page._begin, self.open_world, self._call)  # noqa: SLF001 - of the same page

    def shared(self) -> Loading:
        """
        Connect to the shared worker that runs, or start one.

        https://html.spec.whatwg.org/#dom-sharedworker
        """
        params = self._page._begin(self._call)  # noqa: SLF001 - of the same page
        environment, url = params.request.client, params.request.url_list[0]
        # 11.1.-11.2. What tells shared workers apart is the URL, the name and the storage of the page.
        # NB: a `data:` URL has storage of its own in each page.
        key: Hashable = (
            environment.origin,
            environment.network_partition_key,
            environment.has_cross_site_ancestor,
            url.href,
            self._call.options["name"],
        )
        running: _Running | None = params.user_agent.shared_workers.get(key)
        if running is None:
            loaded = yield from self.dedicated()
            # PROFILE: in Chromium and Firefox what has failed stays as well.
            keeps = params.user_agent.profile.initiators.workers.keeps_failed_shared_workers and loaded.params.timeline
            if keeps or loaded.fires_load:
                params.user_agent.shared_workers[key] = _Running(loaded, self._world)
            return loaded
        # 11.3.-11.4. Whoever connects has to mean the same kind of worker.
        for option in ("type", "credentials"):
            started, asked = running.load.params.element_call.options[option], self._call.options[option]
            if started != asked:
                params.findings.append(
                    SHARED_WORKER.failed(
                        "11.4", Reason.SHARED_WORKER_MISMATCH, option=option, started=started, asked=asked
                    )
                )
                return Load(params, network_error())
        if not running.load.fires_load:
            failure = running.load.params.findings[-1]
            params.findings += [SHARED_WORKER.noted("11.5", url=url.href, failed_before=True), failure]
            params.failed_before = failure
            return Load(params, network_error())
        # 11.5. Connect.
        params.findings.append(SHARED_WORKER.noted("11.5", url=url.href))
        self._world = running.world
        return running.load._replace(params=params)

    def worker(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> Worker:
        """
        Return the worker.
        """
        # NB: an async page has this method as well, and says so of its result (`AsyncPageLoads`).
        make = cast("type[Worker]", AsyncWorker) if self._page._is_async else Worker  # noqa: SLF001 - of the same page
        return make(load, profiles, self._world)


class PageWorkers(LoadsPage):
    """
    The part of `PageLoads` that starts workers.
    """

    @naming_what_is_near
    def worker(
        self,
        url: str | Blob,
        *,
        type: ScriptType = "classic",  # noqa: A002 - what the option is called
        credentials: WorkerCredentials = "same-origin",
        name: str = "",
    ) -> Worker:
        """
        Start a worker, as `new Worker(url)` does. Its script has to be of the page's own origin.

        Nothing raises if it does not start: `block` says why. What it does then, a test says: `worker.fetch(...)`.

        Args:
            url: Absolute, or relative to the page; a `Blob` for what `URL.createObjectURL()` makes of it.
            type: "classic" or "module".
            credentials: How modules are asked for: "omit", "same-origin" or "include".
            name: The name of the worker.

        Raises:
            FetchTypeError: The URL is neither a str nor a Blob, or cannot be parsed.
            TypeError: *name* is no str.
            ValueError: *type* or *credentials* is none of its values.

        https://html.spec.whatwg.org/#dom-worker
        """
        start = _Start(self, worker_call(self._address_of(url), type, credentials, name, shared=False))
        return self._load(start.dedicated(), start.worker)

    @naming_what_is_near
    def shared_worker(
        self,
        url: str | Blob,
        *,
        type: ScriptType = "classic",  # noqa: A002 - what the option is called
        credentials: WorkerCredentials = "same-origin",
        name: str = "",
    ) -> Worker:
        """
        Connect to a shared worker, as `new SharedWorker(url)` does. The first page to do so starts it.

        Pages of one origin share the worker of a URL and a name. Arguments and errors are those of `worker`.

        https://html.spec.whatwg.org/#dom-sharedworker
        """
        start = _Start(self, worker_call(self._address_of(url), type, credentials, name, shared=True))
        return self._load(start.shared(), start.worker)

    def _address_of(self, url: str | Blob) -> str:
        """
        Return the URL of a worker's script; for a blob one that stands for it, as `URL.createObjectURL()` makes it.

        NB: browsers choose it by chance, and here it is counted.
        """
        if not isinstance(url, Blob):
            return url
        object_urls = self._user_agent.object_urls
        number = len(object_urls) + 1
        address = f"blob:{self.origin}/00000000-0000-4000-8000-{number:012x}"
        object_urls[address] = (self._environment.origin, url.type, url.data)
        return address
