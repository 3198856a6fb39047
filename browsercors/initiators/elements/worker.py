"""
The scripts of workers, and what a classic worker imports with `importScripts()`.

https://html.spec.whatwg.org/#workers
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.fetch.main_fetch import MAIN_FETCH
from browsercors.fetch.referrer import DEFAULT_REFERRER_POLICY
from browsercors.initiators.elements.potential_cors import element_request
from browsercors.initiators.elements.script import FETCH_A_SINGLE_MODULE_SCRIPT, process_module
from browsercors.initiators.elements.usable import status_not_ok
from browsercors.initiators.request_init import parse_page_url
from browsercors.rules.elements.elements import ScriptKind
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.formats.mime_types import extract_a_mime_type
from browsercors.values.requests import CredentialsMode, RequestMode
from browsercors.values.urls import LOCAL_SCHEMES

if TYPE_CHECKING:
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response

__all__ = [
    "DESTINATIONS",
    "SHARED_WORKER",
    "create_imported_script_request",
    "create_worker_request",
    "process_imported_script",
    "process_worker",
    "refuse_worker",
]

SHARED_WORKER: Final[Algorithm] = Algorithm("SharedWorker", "https://html.spec.whatwg.org/#dom-sharedworker")
FETCH_A_CLASSIC_WORKER_SCRIPT: Final[Algorithm] = Algorithm(
    "fetch a classic worker script", "https://html.spec.whatwg.org/#fetch-a-classic-worker-script"
)
FETCH_AN_IMPORTED_SCRIPT: Final[Algorithm] = Algorithm(
    "fetch a classic worker-imported script", "https://html.spec.whatwg.org/#fetch-a-classic-worker-imported-script"
)

DESTINATIONS: Final = {"worker": "worker", "shared-worker": "sharedworker"}
"""The destinations of the scripts of workers, by the name that a `PageCall` has for it."""


def create_worker_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    destination: str,
    type: str = "classic",  # noqa: A002 - what the option is called
    credentials: str = "same-origin",
    name: str = "",
) -> Request:
    """
    Make the request of a worker's script.

    Args:
        environment: The page that starts the worker.
        profile: The browser.
        url: As the page gives it.
        destination: "worker" or "sharedworker".
        type: The option of the constructor.
        credentials: The option, which counts for modules.
        name: The option.

    Raises:
        FetchTypeError: The URL is no str, or cannot be parsed; JavaScript throws a SyntaxError.

    https://html.spec.whatwg.org/#dom-worker
    https://html.spec.whatwg.org/#fetch-a-classic-worker-script
    https://html.spec.whatwg.org/#fetch-a-module-worker-script-tree
    """
    parse_page_url(url, environment.base_url)
    mode = CredentialsMode(credentials)
    # NB: the option does not count for classic workers.
    if type == "classic":
        # PROFILE: in Firefox some ask with credentials, which shows in frames.
        mode = profile.initiators.workers.classic_credentials.get(destination, CredentialsMode.SAME_ORIGIN)
    # NB: a module worker's own script, other than what it imports, has to be of the page's origin as well.
    request = element_request(environment, url, destination, RequestMode.SAME_ORIGIN, mode, initiator_type="other")
    request.initiator = "worker"
    # NB: the URL of a blob does not tell which opaque origin has made it; who else gives it finds no blob there.
    if request.current_url.scheme == "blob" and environment.origin.is_opaque:
        request.url_list = [attrs.evolve(request.current_url, origin=environment.origin)]
    return request


def refuse_worker(params: PageFetchParams) -> Finding | None:
    """
    Return why the constructor of a worker throws at once; None if it does not.

    NB: what the mode of the request forbids in the standard, it forbids before policies and mixed content are asked.
    """
    request = params.request
    url = request.current_url
    # PROFILE: Firefox leaves it to the fetch.
    if Reason.SAME_ORIGIN_MODE not in params.user_agent.profile.initiators.workers.throws:
        return None
    if url.scheme in LOCAL_SCHEMES or url.origin.same_origin(request.origin):
        return None
    return MAIN_FETCH.failed("12.3", Reason.SAME_ORIGIN_MODE, origin=request.origin.byte_serialized, url=url.href)


def process_worker(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came is run as a worker.

    Returns:
        Why the worker fires `error`; None if it starts.
    """
    rules = params.user_agent.profile.initiators.workers
    if params.element_call.options.get("type") == "module":
        # PROFILE: WebKit does not ask for the type.
        if rules.module_needs_javascript_type:
            return process_module(params, response)
        return status_not_ok(params, FETCH_A_SINGLE_MODULE_SCRIPT, "13.1", response)
    # 2.2. The status has to be an ok status.
    finding = status_not_ok(params, FETCH_A_CLASSIC_WORKER_SCRIPT, "2.2", response)
    if finding is not None:
        return finding
    # 2.3. What came over HTTP has to say that it is JavaScript.
    # PROFILE: Chromium does not ask.
    mime_type = extract_a_mime_type(response.header_list)
    is_http = params.request.current_url.is_http
    if not is_http or params.user_agent.profile.elements.script_type_runs(ScriptKind.WORKER, mime_type):
        return None
    return _not_javascript(FETCH_A_CLASSIC_WORKER_SCRIPT, "2.3", params, response)


def create_imported_script_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    worker: str = "worker",
    page_policy: str = DEFAULT_REFERRER_POLICY,
) -> Request:
    """
    Make the request of a script that a classic worker imports with `importScripts()`.

    Args:
        environment: The worker.
        profile: The browser.
        url: As the worker gives it.
        worker: The destination of the worker, "worker" or "sharedworker".
        page_policy: The referrer policy of the page that started it.

    Raises:
        FetchTypeError: The URL is no str, or cannot be parsed; JavaScript throws a SyntaxError.

    https://html.spec.whatwg.org/#fetch-a-classic-worker-imported-script
    """
    # "Import scripts into worker global scope", step 5: parse the URL.
    parse_page_url(url, environment.base_url)
    # 3. Ask without CORS.
    # PROFILE: browsers send cookies to other origins as well, as `<script src>` does.
    rules = profile.initiators.workers
    policies = {"page": page_policy, "default": DEFAULT_REFERRER_POLICY}
    owner = rules.import_referrer_policy.get(worker)
    request = element_request(
        environment,
        url,
        "script",
        RequestMode.NO_CORS,
        rules.import_credentials,
        initiator_type="other",
        # PROFILE: in Firefox with the default policy, in WebKit with that of the page.
        policy="" if owner is None else policies[owner],
    )
    request.initiator = "importscripts"
    return request


def process_imported_script(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came is run as an imported script.

    Returns:
        Why `importScripts()` throws a NetworkError; None if it does not.
    """
    # 7. Status and type have to be right.
    finding = status_not_ok(params, FETCH_AN_IMPORTED_SCRIPT, "7", response)
    if finding is not None:
        return finding
    profile = params.user_agent.profile
    # PROFILE: Chromium does not look at the types of `data:` URLs.
    if params.request.current_url.scheme == "data" and not profile.initiators.workers.import_type_of_data_urls:
        return None
    mime_type = extract_a_mime_type(response.header_list)
    if profile.elements.script_type_runs(ScriptKind.IMPORTED, mime_type):
        return None
    return _not_javascript(FETCH_AN_IMPORTED_SCRIPT, "7", params, response)


def _not_javascript(algorithm: Algorithm, step: str, params: PageFetchParams, response: Response) -> Finding:
    return algorithm.failed(
        step,
        Reason.MIME_TYPE_BLOCKED,
        destination=params.request.destination,
        content_type=response.header_list.get(b"content-type"),
    )
