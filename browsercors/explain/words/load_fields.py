"""
What the sentences on loads are filled in with, beside the evidence of a finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.loads import load_words, thing_of
from browsercors.explain.words.reasons import Fields, browser_label, fields_of
from browsercors.explain.words.sanitise import shown
from browsercors.explain.words.what_came import status_line, what_came
from browsercors.rules.elements.opaque_response_blocking import BlockingStep
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from browsercors.fetch.timeline import Exchange
    from browsercors.initiators.page_call import PageCall, PageFetchParams
    from browsercors.values.findings import Finding

__all__ = ["fields_of_failure", "fields_of_load", "unsupported"]

NOSNIFF: Final = frozenset({BlockingStep.NOSNIFF_DATA.subject, BlockingStep.NOSNIFF.subject})
"""What decides where nosniff does, in Opaque Response Blocking."""


def fields_of_load(params: PageFetchParams, finding: Finding, exchange: Exchange | None) -> Iterator[tuple[str, str]]:
    """
    Yield the values for the sentences about *finding* that only loads have; none for a fetch.

    Args:
        params: The load.
        finding: What decided.
        exchange: The exchange that decided; None if the request was not sent.
    """
    call = params.page_call
    if call is None or load_words(call) is None:
        return
    if finding.reason is Reason.LOAD_NOT_SUPPORTED:
        yield "unsupported", unsupported(call, browser_label(params.user_agent.profile.name))
    if exchange is not None and exchange.http_response is not None:
        came = what_came(exchange)
        content_type = exchange.response_headers.get("Content-Type")
        yield "came", came
        yield "status_line", status_line(exchange.http_response)
        yield from _about_type(call, content_type).items()
        if finding.evidence.get("why") in NOSNIFF:
            came = f"called {shown(content_type) or 'nothing'} under nosniff"
        yield "kept", came


def fields_of_failure(params: PageFetchParams, finding: Finding, exchange: Exchange | None) -> Fields:
    """
    Return all values for the sentences about *finding*; the arguments are those of `fields_of_load`.
    """
    return Fields(
        {
            **fields_of(finding, during_preflight=params.in_preflight),
            **dict(fields_of_load(params, finding, exchange)),
        }
    )


def unsupported(call: PageCall, browser: str) -> str:
    """
    Return what a browser does not support, as a clause.

    Args:
        call: What it was to load.
        browser: The browser, as people call it.
    """
    options: Mapping[str, object] = call.options
    said = shown(options.get("as_", ""))
    if call.api == "preload" and said.lower() in PRELOADED_AS:
        kind = shown(options.get("type", ""))
        return f'{browser} preloads nothing of the type "{kind}"' if kind else f'{browser} does not preload as="{said}"'
    if call.api == "preload":
        return f'{browser} preloads nothing for as="{said}"'
    if call.api == "modulepreload":
        return f'{browser} preloads no module for as="{said}"'
    if call.api == "css-image":
        return f"{browser} loads nothing from another document for the property {shown(options.get('css_property'))}"
    if call.api == "module":
        return f"{browser} does not import {thing_of(call)}s"
    return f"{browser} {UNSUPPORTED.get(call.api) or f'does not load a {thing_of(call)}'}"


UNSUPPORTED: Final[Mapping[str, str]] = {
    "manifest": "loads no manifest of a page",
    "prefetch": "prefetches nothing",
}

PRELOADED_AS: Final = frozenset({"fetch", "font", "image", "script", "style", "track"})
"""What `as` may say according to the standard."""


def _about_type(call: PageCall, content_type: str | None) -> dict[str, str]:
    """
    Return what the sentences on wrong types are filled in with.

    Args:
        call: The load.
        content_type: The type that came; None if there was none.
    """
    options: Mapping[str, object] = call.options
    api = call.api
    kind = str(options.get("kind") or {"style": "style", "json": "json"}.get(str(options.get("as_", "")).lower(), ""))
    is_sheet = api in {"stylesheet", "css-import"} or kind == "style"
    wanted = "text/css" if is_sheet else "application/json" if kind == "json" else "text/javascript"
    if is_sheet:
        rule = "a style sheet needs the type text/css"
    elif kind == "json":
        rule = "what is imported as JSON needs a type of JSON"
    elif api in {"module", "modulepreload"}:
        rule = "a module needs the type text/javascript"
    else:
        rule = "what is called an image, audio, video or CSV is never run as a script"
    given = "it has no Content-Type" if content_type is None else f'its Content-Type is "{shown(content_type)}"'
    return {"type_given": given, "type_rule": rule, "type_wanted": wanted}
