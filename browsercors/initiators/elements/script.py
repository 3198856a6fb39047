"""
Scripts: classic scripts, modules and what modules import.

https://html.spec.whatwg.org/#fetch-a-classic-script
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.potential_cors import (
    CREDENTIALS_MODES,
    INVALID_URL,
    check_crossorigin,
    create_potential_cors_request,
    element_request,
)
from browsercors.initiators.elements.usable import not_usable, status_not_ok
from browsercors.rules.elements.elements import ScriptKind
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.formats.mime_types import extract_a_mime_type, utf8_decode
from browsercors.values.requests import CredentialsMode, RequestMode
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding
    from browsercors.values.formats.javascript_imports import ModuleKind
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response
    from browsercors.values.urls import URL

__all__ = [
    "FETCH_A_SINGLE_MODULE_SCRIPT",
    "RESOLVE",
    "create_module_request",
    "create_script_request",
    "module_kind_of",
    "process_module",
    "process_script",
    "resolve_a_module_specifier",
]

FETCH_A_CLASSIC_SCRIPT: Final[Algorithm] = Algorithm(
    "fetch a classic script", "https://html.spec.whatwg.org/#fetch-a-classic-script"
)
FETCH_A_SINGLE_MODULE_SCRIPT: Final[Algorithm] = Algorithm(
    "fetch a single module script", "https://html.spec.whatwg.org/#fetch-a-single-module-script"
)

RESOLVE: Final[Algorithm] = Algorithm(
    "resolve a module specifier", "https://html.spec.whatwg.org/#resolve-a-module-specifier"
)


def create_script_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    crossorigin: str | None = None,
    integrity: str = "",
    nonce: str = "",
    referrer_policy: str = "",
) -> Request:
    """
    Make the request of a `<script src>`.

    Args:
        environment: The page.
        profile: The browser.
        url: The `src` attribute.
        crossorigin: The attribute; None for none.
        integrity: The attribute.
        nonce: The attribute.
        referrer_policy: The `referrerpolicy` attribute.

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: An attribute has the wrong type.
    """
    return create_potential_cors_request(
        environment,
        url,
        "script",
        crossorigin,
        initiator_type="script",
        referrer_policy=referrer_policy,
        integrity=integrity,
        nonce=nonce,
    )


def create_module_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    crossorigin: str | None = None,
    integrity: str = "",
    nonce: str = "",
    referrer_policy: str = "",
    kind: ModuleKind = "script",
    referrer: URL | None = None,
    destination: str = "script",
    credentials: str = "",
    is_specifier: bool = False,
) -> Request:
    """
    Make the request of a module: a `<script type=module>`, or what a module imports.

    Args:
        environment: The page.
        profile: The browser.
        url: What is loaded.
        crossorigin: The attribute of the element; what it imports is asked for in the same way.
        integrity: The attribute.
        nonce: The attribute.
        referrer_policy: The `referrerpolicy` attribute.
        kind: "script"; "json" or "style" for what is imported as that.
        referrer: The URL of the module that imports it; None for one that the page loads.
        destination: The destination of scripts: what a worker imports statically has the destination of the worker.
        credentials: In a worker, the credentials mode that it was started with; else empty.
        is_specifier: Whether *url* is what a script imports, and not the URL of an element.

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: An attribute has the wrong type.
    """
    # https://html.spec.whatwg.org/#module-script-credentials-mode
    credentials_mode = CREDENTIALS_MODES[bool(check_crossorigin(crossorigin))]
    rules = profile.initiators
    is_of_worker = bool(credentials)
    if is_of_worker:
        credentials_mode = CredentialsMode(credentials)
        # PROFILE: in Firefox shared workers import as others do.
        destination = rules.workers.import_destinations.get(destination, destination)
    # PROFILE: in WebKit JSON has no destination of its own, and in Firefox it has none in workers.
    if kind != "script" and (not is_of_worker or rules.workers.json_has_own_destination):
        destination = rules.json_module_destination if kind == "json" else kind
    request = element_request(
        environment,
        url,
        destination,
        RequestMode.CORS,
        credentials_mode,
        initiator_type="other" if is_of_worker else "script",
        policy=referrer_policy,
        integrity=integrity,
        nonce=nonce,
    )
    request.initiator = "worker-import" if is_of_worker else "import"
    if is_specifier:
        request.url_list[0] = resolve_a_module_specifier(url, environment.base_url) or INVALID_URL
    # PROFILE: in WebKit the page is the referrer all the same.
    if referrer is not None and not rules.nested_referrer_is_page:
        request.referrer = referrer
    return request


def resolve_a_module_specifier(specifier: str, base: URL) -> URL | None:
    """
    Return the URL that a script means by *specifier*; None for a bare one, which needs an import map.

    NB: pages here have no import maps.

    https://html.spec.whatwg.org/#resolve-a-module-specifier
    """
    # https://html.spec.whatwg.org/#resolving-a-url-like-module-specifier
    is_relative = specifier.startswith(("/", "./", "../"))
    return parse_url(specifier, base) if is_relative else parse_url(specifier)


def process_script(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came is run as a classic script; its type was looked at before.

    Returns:
        Why the element fires `error`; None if it fires `load`.
    """
    return status_not_ok(params, FETCH_A_CLASSIC_SCRIPT, "5", response)


LONGEST_JSON: Final = 2**20
"""A longer body is taken to be the JSON that its type says."""


def _is_json(body: bytes) -> bool:
    # NB: imported late, since few modules are JSON.
    from browsercors.values.formats.json_text import is_json

    return len(body) > LONGEST_JSON or is_json(utf8_decode(body))


def module_kind_of(params: PageFetchParams) -> ModuleKind:
    """
    Return what kind of module is loaded, by what imports it or preloads it.
    """
    options = params.element_call.options
    preloads = params.user_agent.profile.initiators.preloads
    return options.get("kind") or preloads.module_kind(options.get("as_", "")) or "script"


def process_module(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came is a module: its type has to say so.

    Returns:
        Why it is none; None if it is one.
    """
    rules = params.user_agent.profile
    finding = status_not_ok(params, FETCH_A_SINGLE_MODULE_SCRIPT, "13.1", response)
    # PROFILE: in Firefox the network looks at the type, whatever the status is.
    if finding is not None and not rules.elements.module_types_come_first:
        return finding
    # PROFILE: WebKit looks at the type when the module is used.
    if params.request.initiator == "modulepreload" and rules.initiators.preloads.ignores_types:
        return finding
    kind = module_kind_of(params)
    mime_type = extract_a_mime_type(response.header_list)
    if not rules.elements.script_type_runs(ScriptKind.MODULE, mime_type, kind):
        return FETCH_A_SINGLE_MODULE_SCRIPT.failed(
            "13.6",
            Reason.MIME_TYPE_BLOCKED,
            destination=params.request.destination,
            content_type=response.header_list.get(b"content-type"),
        )
    # NB: JSON is the one kind of module that is easily judged whole.
    if finding is None and kind == "json" and not _is_json(response.body or b""):
        return not_usable(FETCH_A_SINGLE_MODULE_SCRIPT, "13.7", "JSON", response)
    return finding
