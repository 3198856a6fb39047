"""
The registrations of service workers: which worker controls which page.

https://w3c.github.io/ServiceWorker/#service-worker-registration-concept
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from browsercors.fetch.service_workers.calls import ServiceWorker
    from browsercors.values.requests import Environment
    from browsercors.values.urls import URL

__all__ = ["RegisteredScope", "Registrations", "StorageKey", "storage_key"]


class StorageKey(NamedTuple):
    """
    What keeps the registrations of different pages apart.

    Attributes:
        origin: The serialised origin.
        partition: The top-level site.
        has_cross_site_ancestor: Whether a page above is of another site.

    https://storage.spec.whatwg.org/#storage-key
    """

    origin: str
    partition: Hashable
    has_cross_site_ancestor: bool


def storage_key(environment: Environment) -> StorageKey | None:
    """
    Return the storage key of a page; None for one of opaque origin, which stores nothing.
    """
    if environment.origin.is_opaque:
        return None
    return StorageKey(
        environment.origin.serialized, environment.network_partition_key, environment.has_cross_site_ancestor
    )


class RegisteredScope:
    """
    A registration: a scope, and its active worker.

    Attributes:
        key: Whose it is.
        scope: The scope.
        worker: The active worker; another one after an update.
        script: What the script came by, so that who registers the same gets the same: the script's URL, whether it may
            come from the HTTP cache, and the load.
    """

    def __init__(self, key: StorageKey, scope: str, worker: ServiceWorker) -> None:
        self.key: StorageKey = key
        self.scope: str = scope
        self.worker: ServiceWorker = worker
        self.script: tuple[str, str, Any] | None = None


class _Client:
    """
    A page, as far as workers know it.
    """

    def __init__(self, number: int, controller: RegisteredScope | None, claims_seen: int) -> None:
        self.name = f"client-{number}"
        self.controller = controller
        self.claims_seen = claims_seen


class Registrations:
    """
    The registrations of a browser, and the pages that they control.

    Attributes:
        caches: The caches of each storage key, by name.
    """

    def __init__(self) -> None:
        self.caches: dict[StorageKey, dict[str, Any]] = {}
        self._scopes: dict[tuple[StorageKey, str], RegisteredScope] = {}
        self._claims: list[tuple[RegisteredScope, list[tuple[StorageKey, str]]]] = []
        self._count = 0

    def register(self, key: StorageKey, scope: URL, worker: ServiceWorker) -> RegisteredScope:
        """
        Let *worker* be the active one of a scope, in the place of an earlier one, which lets go of its pages.
        """
        known = self._scopes.get((key, scope.href))
        if known is None:
            known = self._scopes[key, scope.href] = RegisteredScope(key, scope.href, worker)
        known.worker = worker
        return known

    def known(self, environment: Environment, scope: URL) -> RegisteredScope | None:
        """
        Return the registration of a scope; None if there is none.

        https://w3c.github.io/ServiceWorker/#get-registration-algorithm
        """
        key = storage_key(environment)
        return None if key is None else self._scopes.get((key, scope.href))

    def unregister(self, registered: RegisteredScope) -> bool:
        """
        Forget a registration, and return whether it was known. It keeps the pages that it controls.

        https://w3c.github.io/ServiceWorker/#unregister-algorithm
        """
        return self._scopes.pop((registered.key, registered.scope), None) is not None

    def match(self, environment: Environment) -> RegisteredScope | None:
        """
        Return the registration that controls a page when it is opened: the longest scope that its URL begins with.

        https://w3c.github.io/ServiceWorker/#scope-match-algorithm
        """
        found = _longest_scope(environment, self._scopes)
        return None if found is None else self._scopes[found]

    def open(self, environment: Environment) -> None:
        """
        Find out who controls a page that was just opened.

        https://w3c.github.io/ServiceWorker/#control-and-use-window-client
        """
        parent = environment.parent
        if not environment.is_secure_context or environment.origin.is_opaque:
            controller = None
        elif environment.url.is_http or parent is None:
            controller = self.match(environment)
        else:
            # NB: a document without a response of its own has the controller of its creator.
            same = environment.origin.same_origin(parent.origin)
            controller = self._client_of(parent).controller if same else None
        environment.clients[:] = [self._new_client(controller)]

    def claim(self, registered: RegisteredScope) -> None:
        """
        Let a registration control all pages of its scope (https://w3c.github.io/ServiceWorker/#clients-claim).
        """
        self._claims.append((registered, list(self._scopes)))

    def controller_of(self, environment: Environment) -> ServiceWorker | None:
        """
        Return the worker that controls a page; None if none does.
        """
        controller = self._client_of(environment).controller
        return None if controller is None else controller.worker

    def client_id(self, environment: Environment) -> str:
        """
        Return what names a page to workers.
        """
        return self._client_of(environment).name

    def _client_of(self, environment: Environment) -> _Client:
        # NB: a page that was opened before anything was registered is controlled by nobody, until it is claimed.
        if not environment.clients:
            environment.clients.append(self._new_client(None))
            environment.clients[0].claims_seen = 0
        client: _Client = environment.clients[0]
        # NB: claims are looked at when a page asks for something, since nobody keeps a list of pages.
        for registered, scopes in self._claims[client.claims_seen :]:
            if _longest_scope(environment, scopes) == (registered.key, registered.scope):
                client.controller = registered
        client.claims_seen = len(self._claims)
        return client

    def _new_client(self, controller: RegisteredScope | None) -> _Client:
        self._count += 1
        return _Client(self._count, controller, len(self._claims))


def _longest_scope(environment: Environment, scopes: Iterable[tuple[StorageKey, str]]) -> tuple[StorageKey, str] | None:
    """
    Return the longest of *scopes* that the URL of a page begins with; None if it begins with none.
    """
    key, url = storage_key(environment), environment.url.href
    fitting = [each for each in scopes if each[0] == key and url.startswith(each[1])]
    return max(fitting, key=lambda each: len(each[1]), default=None)
