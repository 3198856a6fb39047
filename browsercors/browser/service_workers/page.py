"""
How a page registers a service worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browsercors.browser.loads_page import LoadsPage
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.service_workers.registrar import Registrar
    from browsercors.browser.service_workers.registration import (
        AsyncServiceWorkerRegistration,
        ServiceWorkerRegistration,
        ServiceWorkerUpdate,
    )
    from browsercors.initiators.elements.load import Load, Loading
    from browsercors.initiators.page_call import PageCall
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.element_literals import UpdateViaCache

__all__ = ["AsyncPageServiceWorkers", "PageServiceWorkers"]


class PageServiceWorkers(LoadsPage):
    """
    The part of `PageLoads` that is about service workers.
    """

    def service_worker(
        self,
        script_url: str,
        handler: Callable[[Any], Any],
        *,
        scope: str | None = None,
        claim: bool = True,
        update_via_cache: UpdateViaCache = "imports",
        timeout: float | None = 10.0,
        raise_exceptions: bool = False,
    ) -> ServiceWorkerRegistration:
        """
        Register a service worker, as `navigator.serviceWorker.register(script_url)` does, and let it become active.

        The script is asked for, and has to be one; it is not run. *handler* does what its listener of `fetch` would do:
        it takes a `FetchEvent` (an `async def` takes an `AsyncFetchEvent`) and returns a `ServiceWorkerResponse`, or
        what `event.fetch()` returns; None lets the network respond. What it raises is a network error to the page.

        Nothing raises if the registration fails: `block` says why, and `exception` what JavaScript gets.

        Args:
            script_url: The URL of the script: absolute, or relative to the page.
            handler: The function.
            scope: With what the URLs of the pages have to begin; None for the folder of the script.
            claim: Whether the worker takes over pages that are open already, as after `clients.claim()`. If not, only
                pages that are opened from now on.
            update_via_cache: The option `updateViaCache`: "imports", "all" or "none".
            timeout: How many seconds the handler has for a response. None sets no limit, which helps in a debugger.
            raise_exceptions: Whether what the handler raises is raised by the page's fetch as well, instead of becoming
                a network error.

        Raises:
            FetchTypeError: A URL cannot be parsed; JavaScript rejects with a TypeError.
            TypeError: An argument has the wrong type.
            ValueError: *update_via_cache* is none of these, or *timeout* is no number of seconds.

        https://w3c.github.io/ServiceWorker/#navigator-service-worker-register
        """
        # NB: imported late, since few pages register one.
        from browsercors.browser.service_workers.registrar import Registrar
        from browsercors.browser.service_workers.registration import (
            AsyncServiceWorkerRegistration,
            ServiceWorkerRegistration,
            ServiceWorkerUpdate,
            checked_handler,
        )
        from browsercors.browser.service_workers.scope import WorkerHost
        from browsercors.initiators.page_call import PageCall
        from browsercors.servers.time_limits import checked_seconds

        checked_handler(handler)
        for name, value in (("claim", claim), ("raise_exceptions", raise_exceptions)):
            if not isinstance(value, bool):
                raise ArgumentTypeError(f"{name} has to be True or False, not {value!r:.80}")
        if update_via_cache not in ("imports", "all", "none"):
            raise ArgumentValueError(
                f"update_via_cache has to be 'imports', 'all' or 'none', not {update_via_cache!r:.80}"
            )
        options: dict[str, Any] = {} if scope is None else {"scope": scope}
        if update_via_cache != "imports":
            options["update_via_cache"] = update_via_cache
        call = PageCall("service-worker", script_url, "GET", None, None, options)

        def load_again(registrar: Registrar, new_handler: Callable[[Any], Any] | None) -> ServiceWorkerUpdate:
            def made(load: Load, profiles: tuple[BrowserProfile, ...]) -> ServiceWorkerUpdate:
                update = ServiceWorkerUpdate(load, profiles, registrar)
                if update.changed:
                    registrar.take_over(load, update.script, new_handler)
                return update

            return self._load(self._load_script(call, again=True), made)

        registrar = Registrar(
            self._environment,
            WorkerHost(self._user_agent, self._clock, self._run, self._is_async),
            handler,
            load_again,
            claim=claim,
            timeout=None if timeout is None else checked_seconds("timeout", timeout),
            raises=raise_exceptions,
        )

        def register(load: Load, profiles: tuple[BrowserProfile, ...]) -> ServiceWorkerRegistration:
            # NB: an async page has this method as well, and says so of its result.
            make = AsyncServiceWorkerRegistration if self._is_async else ServiceWorkerRegistration
            return make(load, profiles, registrar)

        return self._load(self._load_script(call), register)

    def _load_script(self, call: PageCall, *, again: bool = False) -> Loading:
        """
        Load the script of a worker. No worker is asked for it.

        Args:
            call: The call.
            again: Whether it is loaded even if it is registered.
        """
        from browsercors.browser.service_workers.registrar import identity_of
        from browsercors.initiators.elements.load import Load
        from browsercors.initiators.elements.service_worker import registration_scope
        from browsercors.values.requests import CacheMode

        params = self._begin(call)
        params.service_worker = None
        registrations = self._user_agent.service_workers
        # "Register", 4.-5. What is registered just so is not asked for.
        if registrations is not None and not again:
            known = registrations.known(params.request.client, registration_scope(params))
            if known is not None and known.script is not None and known.script[:2] == identity_of(params):
                return Load(params, known.script[2].response)
        # PROFILE: Firefox' HTTP cache has no part in a new script, and is asked to check an old one.
        if again and params.request.cache_mode is CacheMode.RELOAD:
            params.request.cache_mode = CacheMode.NO_CACHE
        response = yield params
        return Load(params, response)


class AsyncPageServiceWorkers(LoadsPage):
    """
    The same part of `AsyncPageLoads`.
    """

    if TYPE_CHECKING:

        async def service_worker(
            self,
            script_url: str,
            handler: Callable[[Any], Any],
            *,
            scope: str | None = None,
            claim: bool = True,
            update_via_cache: UpdateViaCache = "imports",
            timeout: float | None = 10.0,
            raise_exceptions: bool = False,
        ) -> AsyncServiceWorkerRegistration:
            """
            Register a service worker; see `PageServiceWorkers.service_worker`.
            """
