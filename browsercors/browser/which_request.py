"""
The question what a browser would send for something that a page loads; neither a browser nor a server is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeVar, cast

import attrs

from browsercors.browser.clock import Clock
from browsercors.browser.environment import absolute_url, create_environment
from browsercors.browser.load_arguments import LOADS, check_load
from browsercors.browser.page_loads import PageLoads
from browsercors.browser.workers.worker import ImportedScripts
from browsercors.engines.registry import DEFAULT_BROWSER, profile_named
from browsercors.fetch.effects import CallServiceWorker
from browsercors.fetch.params import create_user_agent
from browsercors.initiators.begin import prepare, start
from browsercors.initiators.elements.trees import Modules
from browsercors.initiators.elements.worker_trees import load_imported_scripts
from browsercors.initiators.page_call import PageCall
from browsercors.values.address_spaces import AddressSpace
from browsercors.values.findings import Outcome, failure_among
from browsercors.values.headers import HeaderList, Headers
from browsercors.values.sites import Sites

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from browsercors.browser.load_arguments import LoadAttributes
    from browsercors.browser.loads_page import LoadedAs, OpenedAs
    from browsercors.fetch.effects import OpenSocket, SendRequest
    from browsercors.fetch.params import UserAgent
    from browsercors.initiators.elements.load import Loading
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Reason
    from browsercors.values.literals import BrowserName, LoadName, RequestCredentials, RequestMode
    from browsercors.values.requests import Environment

__all__ = ["LoadRequest", "which_request"]

ResultT = TypeVar("ResultT")

COOKIES: Final[dict[str, bytes]] = {"https": b"sent=1; Secure; SameSite=None", "http": b"sent=1"}
"""A cookie that pages of all sites send if any is sent, by the scheme of the URL; http has none that says so."""

IN_WORKERS: Final[Mapping[str, tuple[str, ...]]] = {"import_scripts": ()}
"""What a worker of the page loads, and no page."""

KNOWN: Final = cast("Mapping[LoadName, tuple[str, ...]]", {**LOADS, **IN_WORKERS})

LOCAL: Final = frozenset({"blob", "data"})


@attrs.frozen(kw_only=True)
class LoadRequest:
    """
    What a browser sends for something that a page loads.

    Attributes:
        initiator: What loads it, as it was asked.
        method: The method.
        url: Where the request goes, after the browser's own upgrades to https.
        mode: The request mode.
        credentials: The credentials mode.
        destination: The destination, such as "image"; empty for what is fetched for nothing in particular.
        sends_origin: Whether there is an `Origin` header.
        sends_cookies: Whether a cookie of that server goes along that is `SameSite=None; Secure`; for an http URL, one
            without attributes.
        headers: The header lines in the order sent, without that cookie; none if nothing is sent.
        is_sent: Whether anything goes over the wire.
        refusal: Why the browser refuses to send it; None if it does not. A `data:` URL is neither sent nor refused.
    """

    initiator: LoadName | Literal["import_scripts"]
    method: str
    url: str
    mode: RequestMode
    credentials: RequestCredentials
    destination: str
    sends_origin: bool
    sends_cookies: bool
    headers: Headers
    is_sent: bool
    refusal: Reason | None


def which_request(
    initiator: LoadName | Literal["import_scripts"],
    url: str,
    *,
    page: str = "https://app.example.com/",
    browser: BrowserName | BrowserProfile = DEFAULT_BROWSER,
    **attributes: Unpack[LoadAttributes],
) -> LoadRequest:
    """
    Say what a browser would send first for something that a page loads, to the last header.

    Args:
        initiator: What loads it, by the method of a page: "image", "script", "import_module", "stylesheet", "font",
            "media", "track", "preload", "modulepreload", "prefetch", "manifest", "event_source", "beacon", "ping",
            "websocket", "worker" or "shared_worker"; or "import_scripts", for a worker of the page that has a URL in
            the same folder.
        url: Absolute, or relative to *page*.
        page: The URL of the page.
        browser: As for `Browser`.
        **attributes: What that method takes beside the URL, such as `crossorigin="anonymous"`.

    Returns:
        The request; where the browser sends none, what it would have been, and why.

    Raises:
        FetchTypeError: *url* is no str.
        TypeError: The method takes no such attribute, or it has the wrong type.
        ValueError: There is no such initiator, an attribute has a value that it cannot have, *page* is no URL, or there
            is no such browser.
    """
    check_load(initiator, attributes, KNOWN)
    absolute_url("page", page)
    profile = profile_named(browser)
    sites = Sites()
    user_agent = create_user_agent(profile, sites)
    # NB: the question is what is sent, and not what the visitor would be asked.
    user_agent.address_spaces.stated = _public
    asking = _AskingPage(create_environment(page, sites), user_agent)
    params = asking.first_of(initiator, url, attributes)
    target = params.request.url_list[0]
    if target.is_http:
        user_agent.cookie_store.store(COOKIES[target.scheme], target, now=params.now)
    effect = _first_effect(params)
    request = params.request
    header_list = HeaderList() if effect is None else effect.http_request.headers
    # NB: what a `data:` URL has in it is judged as what came, and not refused.
    is_refused = effect is None and target.scheme not in LOCAL and _has_failed(params)
    return LoadRequest(
        initiator=initiator,
        method=request.method.decode("ascii"),
        url=(request.current_url if effect is None else effect.http_request.url).href,
        mode=cast("RequestMode", request.mode.value),
        credentials=request.credentials_mode.value,
        destination=request.destination,
        sends_origin=b"origin" in header_list,
        sends_cookies=b"cookie" in header_list,
        headers=Headers((name, value) for name, value in header_list if name.lower() != b"cookie"),
        is_sent=effect is not None,
        refusal=failure_among(params.findings)[1] if is_refused else None,
    )


class _AskingPage(PageLoads):
    """
    A page that begins its loads, and goes no further.
    """

    _is_async = False
    _begun: PageFetchParams

    def __init__(self, environment: Environment, user_agent: UserAgent) -> None:
        self._environment = environment
        self._user_agent = user_agent
        self._available = {}

    def _own_modules(self) -> Modules:
        return Modules()

    def import_scripts(self, url: str) -> None:
        """
        Let a worker of the page import a script.
        """
        self._environment = attrs.evolve(self._environment, is_worker=True)
        call = PageCall("imported-script", url, "GET", None, None, {})
        self._load(load_imported_scripts(self._begin, [call]), ImportedScripts)

    def first_of(self, initiator: str, url: str, attributes: LoadAttributes) -> PageFetchParams:
        """
        Return the first fetch of a load.
        """
        getattr(self, initiator)(url, **attributes)
        return self._begun

    def _begin(self, call: PageCall) -> PageFetchParams:
        return prepare(call, self._environment, self._user_agent, Clock().now)

    def _load(self, loading: Loading, result: LoadedAs[ResultT]) -> ResultT:  # noqa: ARG002 - as every page has it
        self._begun = next(loading)
        loading.close()
        # NB: nobody looks at it.
        return cast("ResultT", None)

    def _listen(self, loading: Loading, result: OpenedAs[ResultT]) -> ResultT:  # noqa: ARG002
        self._begun = next(loading)
        loading.close()
        return cast("ResultT", None)


def _first_effect(params: PageFetchParams) -> SendRequest | OpenSocket | None:
    fetching = start(params)
    try:
        effect = fetching.send(None)  # type: ignore[arg-type]  # a generator starts with None
    except StopIteration:
        return None
    else:
        assert not isinstance(effect, CallServiceWorker), "no service worker is asked"
        return effect
    finally:
        fetching.close()


def _has_failed(params: PageFetchParams) -> bool:
    return any(finding.outcome is Outcome.FAILED for finding in params.findings)


def _public(_: object) -> AddressSpace:
    return AddressSpace.PUBLIC
