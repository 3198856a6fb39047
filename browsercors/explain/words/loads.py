"""
What a report calls what elements and style sheets load, and what becomes of it: one row for each way to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.words.sanitise import shown
from browsercors.initiators.begin import SCRIPT_APIS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.initiators.page_call import PageCall

__all__ = [
    "ALWAYS_CORS",
    "LOADS",
    "SILENCE",
    "LoadWords",
    "element_of",
    "load_words",
    "markup",
    "restriction_of",
    "thing_of",
]


@attrs.frozen
class LoadWords:
    """
    The words for one way to load something.

    Attributes:
        thing: What is loaded.
        done: What becomes of it if it may be used, after "is" and after "is not".
        tag: The beginning of the element, or how a style sheet or a script writes it.
        restriction: What the page still cannot do with what came without CORS, as a clause; empty if nothing.
        code: The code of that restriction.
        url_attribute: The attribute that holds the URL; empty where there is no element.
        refused: What became of it if it failed only when the response was there; empty for "is not" and *done*.
    """

    thing: str
    done: str = "loaded"
    tag: str = ""
    restriction: str = ""
    code: SurpriseCode | None = None
    url_attribute: str = "href"
    refused: str = ""


NOT_ON_CANVAS: Final = "a canvas that it is drawn on cannot be read"
SILENCE: Final = "Web Audio hears silence"
RULES: Final = "scripts of the page cannot read its rules"

LOADS: Final[Mapping[str, LoadWords]] = {
    "image": LoadWords("image", tag="img", restriction=NOT_ON_CANVAS, code=SurpriseCode.TAINTED_CANVAS,
                       url_attribute="src"),
    "css-image": LoadWords("image", url_attribute=""),
    "script": LoadWords("script", "run", "script",
                        "the page is told no details of its errors", SurpriseCode.MUTED_ERRORS, "src"),
    "module": LoadWords("module", "run", 'script type="module"', url_attribute="src"),
    "stylesheet": LoadWords("style sheet", "applied", 'link rel="stylesheet"', RULES, SurpriseCode.RULES_NOT_READABLE),
    "css-import": LoadWords("style sheet", "applied", "", RULES, SurpriseCode.RULES_NOT_READABLE, ""),
    "font": LoadWords("font", url_attribute=""),
    "media": LoadWords("video", restriction=f"{NOT_ON_CANVAS}, and {SILENCE}",
                       code=SurpriseCode.TAINTED_CANVAS, url_attribute="src"),
    "track": LoadWords("track", tag="track", url_attribute="src"),
    "preload": LoadWords("resource", "preloaded", 'link rel="preload"'),
    "modulepreload": LoadWords("module", "preloaded", 'link rel="modulepreload"'),
    "prefetch": LoadWords("resource", "prefetched", 'link rel="prefetch"'),
    "manifest": LoadWords("manifest", tag='link rel="manifest"'),
    "event-source": LoadWords("event stream", "opened", url_attribute=""),
    "worker": LoadWords("worker", "started", url_attribute=""),
    "shared-worker": LoadWords("shared worker", "started", url_attribute=""),
    "imported-script": LoadWords("imported script", "run", restriction="the worker is told no details of its errors",
                                 code=SurpriseCode.MUTED_ERRORS, url_attribute=""),
    "beacon": LoadWords("beacon", "delivered", url_attribute="", refused="was sent, but its response is not accepted"),
    "ping": LoadWords("ping", "delivered", url_attribute="", refused="was sent, but its response is not accepted"),
    "service-worker": LoadWords("service worker", "registered", url_attribute="",
                                refused="is not registered"),
    "websocket": LoadWords("WebSocket", "opened", url_attribute=""),
}  # fmt: skip
"""The words by the name that a `PageCall` has for the way to load."""

ALWAYS_CORS: Final[Mapping[str, str]] = {
    "font": "fonts",
    "module": "modules",
    "modulepreload": "modules",
    "manifest": "manifests",
    "css-image": "masks and shapes of CSS",
}
"""What is loaded with CORS whatever attributes the page writes."""

PRELOADED: Final[Mapping[str, str]] = {
    "audio": "audio",
    "font": "font",
    "image": "image",
    "script": "script",
    "style": "style sheet",
    "track": "track",
    "video": "video",
}
MODULES: Final[Mapping[str, str]] = {"json": "JSON module", "style": "CSS module"}
CONSTRUCTORS: Final[Mapping[str, str]] = {"worker": "Worker", "shared-worker": "SharedWorker"}
IMPORTS: Final[Mapping[str, str]] = {"json": "json", "style": "css"}


def element_of(call: PageCall | None) -> str:
    """
    Return by which name a call loads something; empty if a script asks for data.
    """
    return "" if call is None or call.api in SCRIPT_APIS else call.api


def load_words(call: PageCall | None) -> LoadWords | None:
    """
    Return the words for a load; None if a script asks for data.
    """
    return LOADS.get(element_of(call))


def thing_of(call: PageCall) -> str:
    """
    Return what a load loads, such as "image".
    """
    options: Mapping[str, Any] = call.options
    if call.api == "media":
        return str(options.get("element", "video"))
    if call.api == "preload":
        return PRELOADED.get(str(options.get("as_", "")).lower(), LOADS[call.api].thing)
    return MODULES.get(str(options.get("kind", "")), LOADS[call.api].thing)


def restriction_of(call: PageCall) -> str:
    """
    Return what a page cannot do with something that came without CORS; empty if nothing.
    """
    return SILENCE if call.options.get("element") == "audio" else LOADS[call.api].restriction


def markup(call: PageCall, **changed: str | None) -> str:
    """
    Return a load as a page writes it, without its URL: `<img crossorigin="anonymous">`.

    Args:
        call: The load.
        changed: Attributes that have another value than in *call*; None for one that is left out.
    """
    options: Mapping[str, Any] = {**call.options, **changed}
    if call.api == "css-image":
        return f"{options['css_property']}: url(...)"
    if call.api == "font":
        return "@font-face { src: url(...) }"
    if call.api == "event-source":
        given = ", { withCredentials: true }" if options.get("with_credentials") else ""
        return f"new EventSource(...{given})"
    if call.api == "beacon":
        return "navigator.sendBeacon(...)"
    if call.api == "ping":
        return '<a ping="...">'
    if call.api in CONSTRUCTORS:
        given = ', { type: "module" }' if options.get("type") == "module" else ""
        return f"new {CONSTRUCTORS[call.api]}(...{given})"
    if call.api == "imported-script":
        return "importScripts(...)"
    if call.api == "websocket":
        protocols = ", ".join(f'"{shown(name)}"' for name in options.get("protocols", ()))
        return f"new WebSocket(..., [{protocols}])" if protocols else "new WebSocket(...)"
    if call.api == "css-import":
        return "@import url(...)"
    if call.api == "module" and ("is_specifier" in options or "referrer" in options):
        kind = IMPORTS.get(str(options.get("kind")))
        if "is_specifier" in options:
            return f'import(..., {{ with: {{ type: "{kind}" }} }})' if kind else "import(...)"
        return f'import ... with {{ type: "{kind}" }}' if kind else "import ..."
    tag = str(options.get("element", "video")) if call.api == "media" else LOADS[call.api].tag
    if call.api == "track":
        return f"<track> in <video{_attributes(options)}>"
    return f"<{tag}{_attributes(options)}>"


def _attributes(options: Mapping[str, Any]) -> str:
    named = (("as_", "as"), ("crossorigin", "crossorigin"), ("integrity", "integrity"))
    return "".join(
        f' {name}="{shown(value) if value else value}"'
        for key, name in named
        if (value := options.get(key)) is not None
    )
