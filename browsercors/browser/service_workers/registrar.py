"""
Registering a worker with its browser, updating it, and letting go of it.

https://w3c.github.io/ServiceWorker/#register-algorithm
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from browsercors.browser.environment import DEFAULT_REFERRER_POLICY
from browsercors.browser.service_workers.worker import HandlerWorker
from browsercors.fetch.referrer import parse_a_referrer_policy_from_a_referrer_policy_header
from browsercors.fetch.service_workers.registrations import Registrations, storage_key
from browsercors.protections.content_security_policy.parsing import parse_a_responses_csps
from browsercors.values.responses import FilteredResponse
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.service_workers.scope import WorkerHost
    from browsercors.fetch.service_workers.registrations import RegisteredScope
    from browsercors.initiators.elements.load import Load
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.values.requests import Environment
    from browsercors.values.responses import Response
    from browsercors.values.urls import URL

__all__ = ["Registrar", "identity_of"]


class Registrar:
    """
    What stands behind one registration.

    Attributes:
        worker: The active worker; None if there is none.
    """

    def __init__(
        self,
        page: Environment,
        host: WorkerHost,
        handler: Callable[[Any], Any],
        load_again: Callable[[Registrar, Callable[[Any], Any] | None], Any],
        *,
        claim: bool,
        timeout: float | None,
        raises: bool,
    ) -> None:
        self.worker: HandlerWorker | None = None
        self._page = page
        self._host = host
        self._handler = handler
        self._load_again = load_again
        self._claim = claim
        self._timeout = timeout
        self._raises = raises
        self._script = b""
        self._scope: URL | None = None
        self._registered: RegisteredScope | None = None
        self._last: HandlerWorker | None = None

    def register(self, load: Load, scope: str, script: bytes) -> None:
        """
        Install and activate the worker whose script has come.
        """
        self._script = script
        self._scope = parse_url(scope)
        self._activate(load.response)
        assert self._registered is not None, "it is now"
        self._registered.script = (*identity_of(load.params), load)

    def has_changed(self, script: bytes) -> bool:
        """
        Whether *script* is another one than that of the worker.
        """
        return script != self._script

    def controls(self, page: Environment) -> bool:
        """
        Whether the worker controls *page*.
        """
        registrations = self._host.user_agent.service_workers
        return registrations is not None and registrations.controller_of(page) is self._last

    def update(self, handler: Callable[[Any], Any] | None) -> Any:
        """
        Ask for the script again, and return the result; in an async browser, what is awaited for it.
        """
        return self._load_again(self, handler)

    def take_over(self, load: Load, script: bytes, handler: Callable[[Any], Any] | None) -> None:
        """
        Let a new worker take over: another script has come.
        """
        self._script = script
        self._handler = self._handler if handler is None else handler
        self._activate(load.response)

    def unregister(self) -> bool:
        """
        Forget the registration, and return whether there was one.
        """
        registrations, registered = self._host.user_agent.service_workers, self._registered
        self.worker = None
        if registrations is None or registered is None:
            return False
        return registrations.unregister(registered)

    def _activate(self, response: FilteredResponse | Response) -> None:
        """
        Make the worker the active one of its scope.

        NB: at once, as after `skipWaiting()`: what an old worker controls, the new one does.
        """
        assert isinstance(response, FilteredResponse), "its script has come"
        assert self._scope is not None, "its scope is known"
        page, user_agent = self._page, self._host.user_agent
        key = storage_key(page)
        assert key is not None, "pages of opaque origin register nothing"
        registrations = user_agent.service_workers
        if registrations is None:
            registrations = user_agent.service_workers = Registrations()
        self.worker = self._last = HandlerWorker(
            self._host,
            _environment_of(page, response.internal_response),
            self._scope.href,
            self._handler,
            registrations.caches.setdefault(key, {}),
            timeout=self._timeout,
            raises=self._raises,
        )
        self._registered = registrations.register(key, self._scope, self.worker)
        if self._claim:
            registrations.claim(self._registered)


def _environment_of(page: Environment, script: Response) -> Environment:
    """
    Return the environment of a worker: the policies are those of its script's response.

    https://w3c.github.io/ServiceWorker/#setup-serviceworkerglobalscope-algorithm
    """
    url = script.url_list[-1]
    policy = parse_a_referrer_policy_from_a_referrer_policy_header(script.header_list)
    return attrs.evolve(
        page,
        url=url,
        base_url=url,
        referrer_source=url,
        referrer_policy=policy or DEFAULT_REFERRER_POLICY,
        csp_list=parse_a_responses_csps(script.header_list, url.origin),
        integrity_policy=None,
        parent=None,
        allow="",
    )


def identity_of(params: PageFetchParams) -> tuple[str, str]:
    """
    Return by what the script of a registration is known: its URL, and whether it may come from the HTTP cache.
    """
    return params.request.url_list[0].href, params.element_call.options.get("update_via_cache", "imports")
