"""
The registration of a service worker, as the page that registers it sees it.

https://w3c.github.io/ServiceWorker/#serviceworkerregistration-interface
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from browsercors.browser.loads import LoadResult
from browsercors.browser.service_workers.caches import CacheStorage
from browsercors.initiators.elements.service_worker import registration_scope
from browsercors.values.arguments import ArgumentTypeError
from browsercors.values.findings import Reason
from browsercors.values.responses import FilteredResponse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from browsercors.browser.loads_page import LoadsPage
    from browsercors.browser.service_workers.registrar import Registrar
    from browsercors.initiators.elements.load import Load
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.element_literals import ElementEvent

__all__ = [
    "AsyncServiceWorkerRegistration",
    "ServiceWorkerRegistration",
    "ServiceWorkerScript",
    "ServiceWorkerUpdate",
    "checked_handler",
]


def checked_handler(handler: Any) -> Callable[[Any], Any]:
    """
    Return *handler*, which has to be a function.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not callable(handler):
        raise ArgumentTypeError(f"handler has to be a function that takes a FetchEvent, not {handler!r:.80}")
    called: Callable[[Any], Any] = handler
    return called


class ServiceWorkerScript(LoadResult):
    """
    The result of asking for the script of a service worker; only ever one of its subclasses.

    Attributes:
        loaded: Whether the script came, and may be a service worker of its scope.
        readable: Always false: no page reads such a script.
        scope: The URL with which the URLs of controlled pages begin.
    """

    _shown_in_data: ClassVar[tuple[str, ...]] = ("scope", "exception")

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> None:
        super().__init__(load, profiles)
        self.readable = False
        self.scope: str = registration_scope(load.params).href

    @property
    def event(self) -> ElementEvent | None:
        """
        Always None: a promise tells the page what became of it.
        """
        return None

    @property
    def exception(self) -> str:
        """
        With which error the promise is rejected in this browser, such as "SecurityError"; empty if it is not.
        """
        if self.block is None:
            return ""
        # NB: pages that are no secure context have no `navigator.serviceWorker`, and undefined has no `register`.
        if not self._params.request.client.is_secure_context:
            return "TypeError"
        if self.block.reason is Reason.URL_WITH_CREDENTIALS:
            return "InvalidStateError"
        # PROFILE: browsers do not agree on all of them.
        rules = self._params.user_agent.profile.initiators.service_workers
        return "SecurityError" if self.block.reason in rules.security_errors else "TypeError"

    @property
    def script(self) -> bytes:
        """
        The bytes of the script that came; empty if none did. They are compared when it is updated, and never run.
        """
        response = self._response
        return (response.internal_response.body or b"") if isinstance(response, FilteredResponse) else b""


class ServiceWorkerUpdate(ServiceWorkerScript):
    """
    The result of `registration.update()`.

    Attributes:
        changed: Whether another script came than before, so that a new worker has taken over.
    """

    _shown_in_data: ClassVar[tuple[str, ...]] = ("scope", "exception", "changed")

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...], registrar: Registrar) -> None:
        super().__init__(load, profiles)
        self.changed: bool = self.loaded and registrar.has_changed(self.script)

    def _shown(self) -> str:
        return "changed" if self.changed else "unchanged"


class ServiceWorkerRegistration(ServiceWorkerScript):
    """
    The result of `page.service_worker()`.

    Attributes:
        loaded: Whether the worker is registered.
    """

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...], registrar: Registrar) -> None:
        super().__init__(load, profiles)
        self._registrar = registrar
        if self.loaded:
            registrar.register(load, self.scope, self.script)

    @property
    def active(self) -> bool:
        """
        Whether the worker is active: registered, and not unregistered since.
        """
        return self._registrar.worker is not None

    @property
    def caches(self) -> CacheStorage:
        """
        The caches of the worker's origin, to look into them and to fill them.

        Raises:
            RuntimeError: Nothing is registered.
        """
        worker = self._registrar.worker
        if worker is None:
            raise RuntimeError(f"{self!r} has no active worker, and so no caches")
        return CacheStorage(worker.stores, worker.new_scope())

    def controls(self, page: LoadsPage) -> bool:
        """
        Whether the worker is asked about what *page* asks for: it is the page's `navigator.serviceWorker.controller`.
        """
        return self._registrar.controls(page._environment)  # noqa: SLF001 - pages show it as `environment`

    def update(self, handler: Callable[[Any], Any] | None = None) -> ServiceWorkerUpdate:
        """
        Ask for the script again, as `registration.update()` does. If its bytes have changed, a new worker takes over.

        Args:
            handler: What the new worker does; None for what the old one did.

        Raises:
            TypeError: *handler* is no function.
        """
        update: ServiceWorkerUpdate = self._registrar.update(None if handler is None else checked_handler(handler))
        return update

    def unregister(self) -> bool:
        """
        Forget the registration: it controls no page that is opened from now on. Pages that it controls, it keeps.

        Returns:
            Whether there was one.
        """
        return self._registrar.unregister()

    def _shown(self) -> str:
        return f"of {self.scope}" if self.active else "unregistered, of " + self.scope


class AsyncServiceWorkerRegistration(ServiceWorkerRegistration):
    """
    The result of `page.service_worker()` of an `AsyncPage`: `update()` is awaited.
    """

    if TYPE_CHECKING:

        def update(  # type: ignore[override]
            self, handler: Callable[[Any], Any] | None = None
        ) -> Awaitable[ServiceWorkerUpdate]:
            """
            Ask for the script again; see `ServiceWorkerRegistration.update`.
            """
