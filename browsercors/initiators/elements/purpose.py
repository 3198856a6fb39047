"""
Whether what came serves what a page loads it for, where a browser does not mind.

Browsers run an HTML page that comes for a script, which is a syntax error; they apply it as a style sheet in which no
rule is; and they preload it. None of that is what the page wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.font import process_font
from browsercors.initiators.elements.image import process_image
from browsercors.initiators.elements.media import process_track
from browsercors.initiators.elements.script import module_kind_of, process_module, process_script
from browsercors.initiators.elements.stylesheet import process_stylesheet
from browsercors.initiators.elements.usable import not_usable
from browsercors.protections.opaque_response_blocking import begins_like_html_xml_or_json
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.formats.javascript_text import could_be_javascript
from browsercors.values.formats.json_text import is_json
from browsercors.values.formats.mime_groups import JAVASCRIPT
from browsercors.values.formats.mime_sniffing import audio_or_video_type, image_format, is_font
from browsercors.values.formats.mime_types import extract_a_mime_type, utf8_decode
from browsercors.values.responses import FilteredResponse, is_ok_status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.values.findings import Finding
    from browsercors.values.responses import Response

__all__ = ["missed_purpose"]

CREATE_A_CLASSIC_SCRIPT: Final[Algorithm] = Algorithm(
    "create a classic script", "https://html.spec.whatwg.org/#creating-a-classic-script"
)
CREATE_A_MODULE_SCRIPT: Final[Algorithm] = Algorithm(
    "create a JavaScript module script", "https://html.spec.whatwg.org/#creating-a-javascript-module-script"
)
PARSE_A_STYLESHEET: Final[Algorithm] = Algorithm(
    "parse a CSS stylesheet", "https://drafts.csswg.org/css-syntax-3/#parse-stylesheet"
)
PROCESS_A_MANIFEST: Final[Algorithm] = Algorithm(
    "process a manifest", "https://www.w3.org/TR/appmanifest/#dfn-processing-a-manifest"
)
LINK: Final[Algorithm] = Algorithm(
    "fetch and process the linked resource", "https://html.spec.whatwg.org/#fetch-and-process-the-linked-resource"
)

# https://fetch.spec.whatwg.org/#null-body-status
WITHOUT_BODY: Final = frozenset({204, 205})

LONGEST_READ: Final = 2**20
"""A longer body is taken to be what its type says."""


def missed_purpose(params: PageFetchParams, response: FilteredResponse | Response) -> Finding | None:
    """
    Return why what came is of no use to what asked for it; None if it is, or if nobody can tell.

    Args:
        params: A load; a `fetch()` reads whatever comes.
        response: What it got; it has not failed.
    """
    call = params.page_call
    if call is None or not isinstance(response, FilteredResponse):
        return None
    name = _USERS_OF_PRELOADS.get(params.request.destination, "") if call.api == "preload" else call.api
    look = _LOOKS.get(name)
    return None if look is None else look(params, response.internal_response)


def _script(params: PageFetchParams, response: Response) -> Finding | None:
    return process_script(params, response) or (
        None if _is_javascript(response) else not_usable(CREATE_A_CLASSIC_SCRIPT, "11", "a script", response)
    )


def _module(params: PageFetchParams, response: Response) -> Finding | None:
    finding = process_module(params, response)
    kind = module_kind_of(params)
    if finding is not None or kind == "json":
        return finding
    if kind == "style":
        return _rules(response)
    return None if _is_javascript(response) else not_usable(CREATE_A_MODULE_SCRIPT, "8", "a script", response)


def _is_javascript(response: Response) -> bool:
    """
    Whether a body can be run, as far as that shows, and is meant to be.
    """
    if response.status in WITHOUT_BODY:
        return False
    text = utf8_decode((response.body or b"")[:LONGEST_READ])
    # NB: `[1]` is JSON and a script, and does nothing; its type says which of them is meant.
    is_data = not JAVASCRIPT.has(extract_a_mime_type(response.header_list)) and is_json(text)
    return could_be_javascript(text) and not is_data


def _stylesheet(params: PageFetchParams, response: Response) -> Finding | None:
    return process_stylesheet(params, response) or _rules(response)


def _rules(response: Response) -> Finding | None:
    body = (response.body or b"")[:LONGEST_READ]
    # NB: the empty text is no JSON, and no JSON is CSS.
    is_text = image_format(body) is None and audio_or_video_type(body) is None and not is_font(body)
    is_there = is_text and response.status not in WITHOUT_BODY
    if not is_there or begins_like_html_xml_or_json(body) or is_json(utf8_decode(body)):
        return not_usable(PARSE_A_STYLESHEET, "1", "a style sheet", response)
    return None


def _manifest(params: PageFetchParams, response: Response) -> Finding | None:
    finding = _linked(params, response)
    if finding is not None or is_json(utf8_decode((response.body or b"")[:LONGEST_READ])):
        return finding
    return not_usable(PROCESS_A_MANIFEST, "1", "a manifest, which is JSON", response)


def _linked(params: PageFetchParams, response: Response) -> Finding | None:
    if is_ok_status(response.status):
        return None
    return LINK.failed("5", Reason.STATUS_NOT_OK, status=response.status)


_LOOKS: Final[Mapping[str, Callable[[PageFetchParams, Response], Finding | None]]] = {
    "script": _script,
    "module": _module,
    "modulepreload": _module,
    "stylesheet": _stylesheet,
    "css-import": _stylesheet,
    "image": process_image,
    "font": process_font,
    "track": process_track,
    "manifest": _manifest,
    "prefetch": _linked,
}
"""How closely it is looked at what came, by the name of a load; fonts and images are told by their first bytes."""

_USERS_OF_PRELOADS: Final[Mapping[str, str]] = {
    "font": "font",
    "image": "image",
    "script": "script",
    "style": "stylesheet",
    "track": "track",
}
"""What uses a preload, by its destination; who fetches data reads whatever comes."""
