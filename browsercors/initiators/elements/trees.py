"""
Loads that lead to more loads: style sheets, modules, and media with later parts.

What is loaded because of something else is loaded in the order of its text, one after another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.load import Load
from browsercors.initiators.page_call import PageCall
from browsercors.values.formats.css_loads import css_loads
from browsercors.values.formats.javascript_imports import static_imports
from browsercors.values.responses import FilteredResponse
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.initiators.elements.load import Begin, Loading
    from browsercors.values.responses import Response

__all__ = ["load_media", "load_script", "load_stylesheet"]

MOST_LOADS: Final = 200
"""How many things one load leads to at most; no real page needs more, and a hostile one would never end."""


def load_media(begin: Begin, call: PageCall, seek_to: Iterable[int]) -> Loading:
    """
    Load audio or video, and later parts of it.
    """
    params = begin(call)
    response = yield params
    children = []
    for first_byte in seek_to:
        part = begin(call._replace(options={**call.options, "first_byte": first_byte}))
        children.append(Load(part, (yield part)))
    return Load(params, response, tuple(children))


def load_script(begin: Begin, call: PageCall) -> Loading:
    """
    Load a script; a module with everything that it imports statically.

    https://html.spec.whatwg.org/#fetch-the-descendants-of-and-link-a-module-script
    """
    return (yield from _load_module(begin, call, set()))


def _load_module(begin: Begin, call: PageCall, seen: set[str]) -> Loading:
    params = begin(call)
    seen.add(_key(params.request.url_list[0].href, call))
    response = yield params
    children: list[Load] = []
    if call.api == "module" and call.options.get("kind", "script") == "script":
        for specifier, kind in static_imports(_text(response)):
            # NB: what is no URL needs an import map, which pages here do not have.
            base = params.request.current_url
            url = parse_url(specifier, base) if specifier.startswith(("/", "./", "../")) else parse_url(specifier)
            if url is None:
                continue
            options = {"kind": kind, "referrer": base} | {
                name: value for name, value in call.options.items() if name in ("crossorigin", "referrer_policy")
            }
            imported = PageCall("module", url.href, "GET", None, None, options)
            if _key(url.href, imported) in seen or len(seen) >= MOST_LOADS:
                continue
            children.append((yield from _load_module(begin, imported, seen)))
    return Load(params, response, tuple(children))


def load_stylesheet(begin: Begin, call: PageCall) -> Loading:
    """
    Load a style sheet with everything that it imports, and its fonts.
    """
    return (yield from _load_sheet(begin, call, set()))


def _load_sheet(begin: Begin, call: PageCall, seen: set[str]) -> Loading:
    params = begin(call)
    seen.add(params.request.url_list[0].href)
    response = yield params
    children: list[Load] = []
    base = params.request.current_url
    for kind, address in css_loads(_text(response)):
        url = parse_url(address, base)
        if url is None or url.href in seen or len(seen) >= MOST_LOADS:
            continue
        nested = PageCall(kind, url.href, "GET", None, None, {"referrer": base})
        if kind == "css-import":
            children.append((yield from _load_sheet(begin, nested, seen)))
        else:
            seen.add(url.href)
            font = begin(nested)
            children.append(Load(font, (yield font)))
    return Load(params, response, tuple(children))


def _key(url: str, call: PageCall) -> str:
    return f"{call.options.get('kind', 'script')} {url}"


def _text(response: FilteredResponse | Response) -> str:
    """
    Return the text of what was loaded; empty where nothing was.
    """
    if not isinstance(response, FilteredResponse):
        return ""
    return (response.internal_response.body or b"").decode("utf-8", "replace").removeprefix("\ufeff")
