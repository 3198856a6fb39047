"""
Registering a service worker: the request for its script, and whether what came will do.

https://w3c.github.io/ServiceWorker/#start-register-algorithm
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.potential_cors import element_request
from browsercors.initiators.elements.usable import status_not_ok
from browsercors.initiators.request_init import parse_page_url
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.requests import CredentialsMode, RedirectMode, RequestMode
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response

__all__ = [
    "create_service_worker_request",
    "process_service_worker_script",
    "refuse_registration",
    "registration_scope",
]

START_REGISTER: Final[Algorithm] = Algorithm(
    "Start Register", "https://w3c.github.io/ServiceWorker/#start-register-algorithm"
)
REGISTER: Final[Algorithm] = Algorithm("Register", "https://w3c.github.io/ServiceWorker/#register-algorithm")
UPDATE: Final[Algorithm] = Algorithm("Update", "https://w3c.github.io/ServiceWorker/#update-algorithm")

ESCAPED: Final = ("%2f", "%5c")
"""What no path of a script or of a scope may have, in lower case: it would hide a slash from the scope rules."""


def create_service_worker_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    scope: str | None = None,
    update_via_cache: str = "imports",
) -> Request:
    """
    Make the request for the script of a service worker.

    Args:
        environment: The page.
        profile: The browser.
        url: As the page gives it.
        scope: As the page gives it; None for none.
        update_via_cache: The option `updateViaCache`.

    Raises:
        FetchTypeError: A URL is no str, or cannot be parsed; JavaScript rejects with a TypeError.

    https://w3c.github.io/ServiceWorker/#update-algorithm
    """
    parse_page_url(url, environment.base_url)
    if scope is not None:
        parse_page_url(scope, environment.base_url)
    request = element_request(
        environment,
        url.partition("#")[0],
        "serviceworker",
        RequestMode.SAME_ORIGIN,
        CredentialsMode.SAME_ORIGIN,
        initiator_type="other",
    )
    request.initiator = "service-worker"
    request.header_list.append(b"Service-Worker", b"script")
    request.redirect_mode = RedirectMode.ERROR
    # PROFILE: Chromium and Firefox ask servers in any case, and Firefox's HTTP cache has no part in it.
    rules = profile.initiators.service_workers
    request.cache_mode = rules.script_cache_mode_of_all if update_via_cache == "all" else rules.script_cache_mode
    return request


def registration_scope(params: PageFetchParams) -> URL:
    """
    Return the scope that is registered: the one given, else the folder of the script.
    """
    request = params.request
    scope = params.element_call.options.get("scope")
    script = request.url_list[0]
    # PROFILE: to WebKit an empty scope is none.
    rules = params.user_agent.profile.initiators.service_workers
    if scope is None or (scope == "" and rules.empty_scope_is_none):
        # NB: a `data:` URL has no folder, and no worker is registered by one.
        return parse_url("./", script) or script
    parsed = parse_url(scope.partition("#")[0], request.client.base_url)
    assert parsed is not None, "it was parsed before"
    return parsed


def refuse_registration(params: PageFetchParams) -> Finding | None:
    """
    Return why nothing is asked for at all; None if the script is.
    """
    request = params.request
    page, script = request.client, request.url_list[0]
    scope = registration_scope(params)
    # NB: other pages have no `navigator.serviceWorker`, or may not touch it.
    if not page.is_secure_context:
        return REGISTER.failed("1", Reason.SERVICE_WORKER_NOT_ALLOWED, why="the page is no secure context")
    if page.origin.is_opaque:
        return REGISTER.failed("1", Reason.SERVICE_WORKER_NOT_ALLOWED, why="the page has an opaque origin")
    # 3.-4. and 8.-9. Both are http or https URLs, and hide no slash.
    for step, what, url in (("3", "script", script), ("8", "scope", scope)):
        if not url.is_http:
            return START_REGISTER.failed(step, Reason.SCHEME_NOT_SUPPORTED, scheme=url.scheme, what=what)
        if any(escaped in url.path.lower() for escaped in ESCAPED):
            number = str(int(step) + 1)
            return START_REGISTER.failed(number, Reason.URL_INVALID, url=url.href, what=what)
    # "Register", 2.-3. Both are of the page's own origin.
    for step, what, url in (("2", "script", script), ("3", "scope", scope)):
        if not url.origin.same_origin(page.origin):
            why = f"its {what} {url.href} is not of the page's origin"
            return REGISTER.failed(step, Reason.SERVICE_WORKER_NOT_ALLOWED, why=why)
    return None


def process_service_worker_script(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came is a script, and may control the scope.

    Returns:
        Why it is not registered; None if it is.

    https://w3c.github.io/ServiceWorker/#update-algorithm
    """
    # NB: "fetch a classic worker script" looks at the status.
    finding = status_not_ok(params, UPDATE, "7", response)
    if finding is not None:
        return finding
    # PROFILE: Firefox takes no script whose URL has credentials, and asks for it all the same.
    rules = params.user_agent.profile.initiators.service_workers
    if not rules.takes_credentials and params.request.url_list[0].includes_credentials:
        return UPDATE.failed("7", Reason.URL_WITH_CREDENTIALS, url=params.request.url_list[0].href)
    # 7.7. The type has to be that of JavaScript.
    # PROFILE: WebKit takes what states no type.
    if not rules.is_script(response.header_list):
        return UPDATE.failed(
            "7.7",
            Reason.MIME_TYPE_BLOCKED,
            destination="serviceworker",
            content_type=response.header_list.get(b"content-type"),
        )
    # 7.8.-7.17. The scope has to be below the folder of the script, or below what the server allows.
    script, scope = params.request.url_list[0], registration_scope(params)
    allowed = response.header_list.get(b"service-worker-allowed")
    # PROFILE: Firefox looks at the path alone.
    longest = rules.allowed_path(allowed, script)
    if longest is None or not scope.path.startswith(longest):
        return UPDATE.failed(
            "7.17",
            Reason.SERVICE_WORKER_SCOPE,
            scope=scope.path,
            allowed=longest,
            script=script.href,
        )
    return None
