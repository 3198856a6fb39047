"""
Loads that lead to more loads, and loads that the page can answer itself: style sheets, modules, images and media.

What is loaded because of something else is loaded in the order of its text, one after another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.fetch.referrer import parse_a_referrer_policy_from_a_referrer_policy_header
from browsercors.initiators.elements.image import UPDATE_THE_IMAGE_DATA
from browsercors.initiators.elements.load import Load, load_one
from browsercors.initiators.elements.potential_cors import Sheet, check_crossorigin
from browsercors.initiators.elements.script import (
    FETCH_A_SINGLE_MODULE_SCRIPT,
    RESOLVE,
    module_kind_of,
    process_module,
    resolve_a_module_specifier,
)
from browsercors.initiators.elements.stylesheet import PROCESS_THE_STYLESHEET
from browsercors.initiators.page_call import PageCall
from browsercors.values.findings import Reason, failure_among
from browsercors.values.formats.css_loads import css_loads, decode_stylesheet
from browsercors.values.formats.javascript_imports import static_imports
from browsercors.values.formats.mime_types import extract_a_mime_type
from browsercors.values.headers import HeaderList
from browsercors.values.records import Record
from browsercors.values.requests import CredentialsMode
from browsercors.values.responses import FilteredResponse, network_error
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from browsercors.initiators.elements.load import Begin, Loading
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.values.findings import Finding
    from browsercors.values.responses import Response

__all__ = [
    "Modules",
    "load_image",
    "load_imports",
    "load_media",
    "load_script",
    "load_stylesheet",
    "preload_module",
    "sheet_of",
]

INHERITED: Final = ("crossorigin", "referrer_policy", "destination", "credentials")
"""What a module is asked for with as what imports it was."""

NOT_PLAYED: Final = frozenset({Reason.CONTENT_NOT_USABLE})
FIRST_BYTES: Final = "0-1445"

MOST_LOADS: Final = 200
"""How many things one load leads to at most; no real page needs more, and a hostile one would never end."""

MOST_TEXT: Final = 2**21
"""How many characters are read of all that one load leads to, in search of what they load in turn."""


def load_media(begin: Begin, call: PageCall, seek_to: Iterable[int]) -> Loading:
    """
    Load audio or video, and later parts of it.
    """
    params = begin(call)
    response = yield params
    ranges = [f"{first_byte}-" for first_byte in seek_to]
    # PROFILE: WebKitGTK looks at the first bytes itself where its player has no use for them.
    is_unknown = response.is_network_error and params.findings[-1].reason in NOT_PLAYED
    if is_unknown and params.user_agent.profile.initiators.media_looks_again:
        ranges.insert(0, FIRST_BYTES)
    children = []
    for byte_range in ranges:
        part = begin(call._replace(options={**call.options, "byte_range": byte_range}))
        children.append(Load(part, (yield part)))
    return Load(params, response, tuple(children))


def load_image(begin: Begin, call: PageCall, available: dict[Hashable, Load]) -> Loading:
    """
    Load an image, unless the page has just that one already.

    Args:
        begin: Begins a fetch.
        call: What the page says.
        available: The page's list of available images, by URL and mode, which grows.

    https://html.spec.whatwg.org/#the-list-of-available-images
    """
    params = begin(call)
    request = params.request
    key = (request.url_list[0].href, request.mode, request.credentials_mode)
    before = available.get(key)
    if before is not None:
        params.findings.append(UPDATE_THE_IMAGE_DATA.noted("7", url=request.url_list[0].href))
        return Load(params, before.response)
    loaded = Load(params, (yield params))
    # PROFILE: in Chromium an image that a preload served serves no other one.
    if loaded.fires_load and (params.preload is None or params.user_agent.profile.initiators.preloads.keeps_images):
        available[key] = loaded
    return loaded


@attrs.define(eq=False, repr=False)
class Modules(Record):
    """
    The modules of a page.

    Attributes:
        module_map: What came, by URL and kind (https://html.spec.whatwg.org/#module-map).
        evaluated: The ones that have run.
    """

    module_map: dict[Hashable, Load] = attrs.field(factory=dict)
    evaluated: set[Hashable] = attrs.field(factory=set)


class _Tree:
    """
    What one load has led to so far.

    Attributes:
        seen: What was asked for.
    """

    def __init__(self) -> None:
        self.seen: set[Hashable] = set()
        self._text_left = MOST_TEXT

    @property
    def is_full(self) -> bool:
        """
        Whether nothing more is asked for.
        """
        return len(self.seen) >= MOST_LOADS

    def text_of(self, response: FilteredResponse | Response) -> str:
        """
        Return the text of a module; empty where nothing was loaded, or if nothing more is asked for.
        """
        return self._taken(self._body_of(response).decode("utf-8", "replace").removeprefix("\ufeff"))

    def sheet_of(self, response: FilteredResponse | Response, inherited: str) -> tuple[str, str]:
        """
        Return the text of a style sheet, in the same way, and its encoding.

        Args:
            response: What was loaded.
            inherited: The encoding of the sheet that imports it; empty for none.
        """
        body = self._body_of(response)
        mime_type = None
        if body and isinstance(response, FilteredResponse):
            mime_type = extract_a_mime_type(response.internal_response.header_list)
        charset = "" if mime_type is None else mime_type.parameters.get("charset", "")
        text, encoding = decode_stylesheet(body, charset, inherited)
        return self._taken(text), encoding

    def _body_of(self, response: FilteredResponse | Response) -> bytes:
        if not isinstance(response, FilteredResponse) or self.is_full:
            return b""
        # NB: a character has a byte at least, and four at most.
        return (response.internal_response.body or b"")[: 4 * self._text_left]

    def _taken(self, text: str) -> str:
        taken = text[: self._text_left]
        self._text_left -= len(taken)
        return taken


def load_script(begin: Begin, call: PageCall, modules: Modules) -> Loading:
    """
    Load a script; a module with everything that it imports statically.

    Args:
        begin: Begins a fetch.
        call: What the page says.
        modules: The modules that the page has already; they grow.

    https://html.spec.whatwg.org/#fetch-the-descendants-of-and-link-a-module-script
    """
    if call.api != "module":
        return (yield from load_one(begin, call))
    loaded = yield from _load_descendants(begin, call, modules, _Tree())
    if loaded.fires_load:
        modules.evaluated |= set(_keys(loaded))
    return loaded


def preload_module(begin: Begin, call: PageCall, modules: Modules) -> Loading:
    """
    Load a single module for later (https://html.spec.whatwg.org/#fetch-a-modulepreload-module-script-graph).
    """
    return (yield from _load_single_module(begin, call, modules))


def _load_single_module(begin: Begin, call: PageCall, modules: Modules) -> Loading:
    """
    Load a module, unless the page has it already.
    """
    params = begin(call)
    key = _key(params)
    before = modules.module_map.get(key)
    if before is not None and not _is_asked_again(params, before):
        fires = {"fires": "error"} if _is_asked_for_otherwise(params, before) else {}
        params.findings.append(
            FETCH_A_SINGLE_MODULE_SCRIPT.noted("4", url=key[0], evaluated=key in modules.evaluated, **fires)
        )
        # NB: what a preload tells of a failure goes by it.
        params.request.response_tainting = before.params.request.response_tainting
        if not before.fires_load:
            params.failed_before = before.params.findings[-1]
            params.findings.append(params.failed_before)
        elif (unfit := _looked_at_late(params, before)) is not None:
            params.findings.append(unfit)
            return Load(params, network_error())
        return before._replace(params=params)
    loaded = Load(params, (yield params))
    if before is None and (loaded.fires_load or _is_remembered(params)):
        modules.module_map[key] = loaded
    return loaded


def _is_remembered(params: PageFetchParams) -> bool:
    """
    Whether a module that could not be loaded fails once more when it is imported.
    """
    # PROFILE: not all browsers remember it; of what was loaded ahead WebKit remembers all that came.
    rules = params.user_agent.profile.initiators
    if not params.timeline and not rules.remembers_refused_modules:
        return False
    if not rules.asks_again_for_failed_modules:
        return True
    if params.request.initiator == "modulepreload":
        return rules.preloads.keeps_failed_modules and bool(params.timeline)
    return failure_among(params.findings)[1] in rules.remembered_module_failures


def _is_asked_again(params: PageFetchParams, before: Load) -> bool:
    """
    Whether a `modulepreload` asks for a module that was loaded *before*, and was not loaded ahead.
    """
    # PROFILE: WebKit does not look into the module map; what uses cookies both times it has in memory.
    if params.request.initiator != "modulepreload" or before.params.request.initiator == "modulepreload":
        return False
    is_in_memory = params.request.credentials_mode is before.params.request.credentials_mode is CredentialsMode.INCLUDE
    return params.user_agent.profile.initiators.preloads.asks_again_for_modules and not is_in_memory


def _is_asked_for_otherwise(params: PageFetchParams, before: Load) -> bool:
    """
    Whether a `modulepreload` has another `crossorigin` than what loaded the module *before*, and fails for it.
    """
    # PROFILE: Firefox looks for a preload of that attribute, and has none whose end it could wait for.
    if params.request.initiator != "modulepreload":
        return False
    if not params.user_agent.profile.initiators.preloads.module_again_needs_attribute:
        return False
    ours, theirs = (check_crossorigin(each.element_call.options.get("crossorigin")) for each in (params, before.params))
    return ours is not theirs


def _looked_at_late(params: PageFetchParams, before: Load) -> Finding | None:
    """
    Return why a module that was loaded ahead is none, where nobody has looked at its type so far.
    """
    # PROFILE: WebKit looks at it when the module is used.
    is_ahead = before.params.request.initiator == "modulepreload"
    if not is_ahead or not params.user_agent.profile.initiators.preloads.ignores_types:
        return None
    assert isinstance(before.response, FilteredResponse), "it was loaded"
    return process_module(params, before.response.internal_response)


def _load_descendants(begin: Begin, call: PageCall, modules: Modules, tree: _Tree) -> Loading:
    """
    Load a module, and what it imports.
    """
    single = yield from _load_single_module(begin, call, modules)
    key = _key(single.params)
    tree.seen.add(key)
    children: list[Load] = []
    for imported in _imports_of(single, call, tree.text_of(single.response)) if key[1] == "script" else ():
        if tree.is_full:
            break
        if (imported.url, imported.options["kind"]) not in tree.seen:
            child = yield from _load_descendants(begin, imported, modules, tree)
            children.append(child)
    return single._replace(children=tuple(children))


def load_imports(begin: Begin, single: Load, call: PageCall, modules: Modules) -> Loading:
    """
    Load what a module imports that was loaded already, such as the script of a module worker.

    Args:
        begin: Begins the fetches of what it imports.
        single: The module.
        call: What it was loaded by.
        modules: The modules of the worker, which grow.

    Returns:
        The module with what it imports.
    """
    key = _key(single.params)
    modules.module_map[key] = single
    tree = _Tree()
    tree.seen.add(key)
    children: list[Load] = []
    for imported in _imports_of(single, call, tree.text_of(single.response)):
        if tree.is_full:
            break
        if (imported.url, imported.options["kind"]) not in tree.seen:
            child = yield from _load_descendants(begin, imported, modules, tree)
            children.append(child)
    loaded = single._replace(children=tuple(children))
    if loaded.fires_load:
        modules.evaluated |= set(_keys(loaded))
    return loaded


def _key(params: PageFetchParams) -> tuple[str, str]:
    return params.request.url_list[0].href, module_kind_of(params)


def _keys(loaded: Load) -> Iterator[Hashable]:
    yield _key(loaded.params)
    for child in loaded.children:
        yield from _keys(child)


def _imports_of(single: Load, call: PageCall, text: str) -> Iterator[PageCall]:
    """
    Yield the calls of what a module imports.

    NB: what is no URL needs an import map, which pages here do not have.
    """
    params, response = single.params, single.response
    base = params.request.current_url
    inherited = {name: value for name, value in call.options.items() if name in INHERITED}
    # "Fetch a single module script", step 13.4: a policy of the response replaces that of the element.
    # PROFILE: in WebKit the page is the referrer all the same.
    policy = _policy_of(response)
    if policy and not params.user_agent.profile.initiators.nested_referrer_is_page:
        inherited["referrer_policy"] = policy
    for specifier, kind in static_imports(text):
        url = resolve_a_module_specifier(specifier, base)
        if url is None:
            params.findings.append(RESOLVE.noted("12", unresolved=specifier))
        else:
            yield PageCall("module", url.href, "GET", None, None, {"kind": kind, "referrer": base, **inherited})


def sheet_of(params: PageFetchParams, response: FilteredResponse | Response) -> Sheet:
    """
    Return a style sheet that was loaded as what it loads shows it.
    """
    return Sheet(params.request.current_url, _policy_of(response))


def _policy_of(response: FilteredResponse | Response) -> str:
    """
    Return the referrer policy of a response; empty if it has none.
    """
    headers = response.internal_response.header_list if isinstance(response, FilteredResponse) else HeaderList()
    return parse_a_referrer_policy_from_a_referrer_policy_header(headers)


def load_stylesheet(begin: Begin, call: PageCall, available: dict[Hashable, Load]) -> Loading:
    """
    Load a style sheet with everything that it imports, and its fonts.

    Args:
        begin: Begins a fetch.
        call: What the page says.
        available: The sheets that the page has already, which grow; images stand in it as well.
    """
    return (yield from _load_sheet(begin, call, _Tree(), available))


def _load_sheet(
    begin: Begin, call: PageCall, tree: _Tree, available: dict[Hashable, Load], inherited: str = ""
) -> Loading:
    """
    Load a style sheet, unless the page has just that one already.
    """
    params = begin(call)
    # PROFILE: Firefox never asks again for a sheet that its page has.
    if not params.user_agent.profile.initiators.keeps_sheets:
        return (yield from _load_new_sheet(params, begin, tree, available, inherited))
    request = params.request
    nonce = call.options.get("nonce", "")
    key = (
        request.destination,
        request.url_list[0].href,
        request.mode,
        request.credentials_mode,
        request.integrity_metadata,
        nonce,
    )
    before = available.get(key)
    if before is not None:
        params.findings.append(PROCESS_THE_STYLESHEET.noted("1", url=request.url_list[0].href))
        return before._replace(params=params)
    loaded = yield from _load_new_sheet(params, begin, tree, available, inherited)
    if loaded.fires_load:
        available[key] = loaded
    return loaded


def _load_new_sheet(
    params: PageFetchParams, begin: Begin, tree: _Tree, available: dict[Hashable, Load], inherited: str
) -> Loading:
    tree.seen.add(params.request.url_list[0].href)
    response = yield params
    children: list[Load] = []
    base = params.request.current_url
    sheet = sheet_of(params, response)
    text, encoding = tree.sheet_of(response, inherited)
    for kind, address in css_loads(text):
        if tree.is_full:
            break
        url = parse_url(address, base)
        if url is None or url.href in tree.seen:
            continue
        nested = PageCall(kind, url.href, "GET", None, None, {"sheet": sheet})
        if kind == "css-import":
            children.append((yield from _load_sheet(begin, nested, tree, available, encoding)))
        else:
            tree.seen.add(url.href)
            font = begin(nested)
            children.append(Load(font, (yield font)))
    return Load(params, response, tuple(children))
