"""
How browsers differ in what elements make of a response: by its type, its status and its first bytes.
"""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.formats.mime_groups import CSS, JAVASCRIPT, JSON, NO_TYPES, SVG, TypeGroup
from browsercors.values.formats.mime_sniffing import image_format, looks_like_svg
from browsercors.values.records import Rules, quick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.values.formats.javascript_imports import ModuleKind
    from browsercors.values.formats.mime_types import MIMEType
    from browsercors.values.headers import HeaderList

__all__ = [
    "BUILT_IN_IMAGE_FORMATS",
    "MODULE_TYPES",
    "NEEDS_OK_STATUS",
    "ElementRules",
    "ScriptKind",
    "StylesheetOutcome",
]

NEEDS_OK_STATUS: Final = frozenset(
    {"audio", "font", "json", "script", "sharedworker", "serviceworker", "style", "video", "worker"}
)
"""
Destinations whose loads fail unless the status is an ok status, in the standards.

https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-classic-script and so on.
"""

BUILT_IN_IMAGE_FORMATS: Final = frozenset(
    {"image/avif", "image/bmp", "image/gif", "image/jpeg", "image/png", "image/webp", "image/x-icon"}
)
"""The formats, beside SVG, that all browsers decode."""

SMALLEST_IMAGES: Final[Mapping[str, int]] = MappingProxyType(
    {"image/bmp": 26, "image/gif": 13, "image/png": 33, "image/webp": 30, "image/x-icon": 22}
)
"""Of how many bytes the header is in which the size of an image stands; what breaks off before its end is no image."""

# https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script
MODULE_TYPES: Final[Mapping[ModuleKind, TypeGroup]] = MappingProxyType(
    {"script": JAVASCRIPT, "json": JSON, "style": CSS}
)


@quick
class StylesheetOutcome(enum.Enum):
    """
    What becomes of a stylesheet.
    """

    APPLIED = "applied"
    """The element gets a `load` event, and the rules apply."""

    IGNORED = "ignored"
    """The element gets a `load` event, but there are no rules."""

    ERROR = "error"
    """The element gets an `error` event."""


@quick
class ScriptKind(enum.Enum):
    """
    What a script is loaded as.
    """

    CLASSIC = "classic"
    MODULE = "module"
    WORKER = "worker"
    """The script of a classic dedicated or shared worker."""

    IMPORTED = "imported"
    """A script that a classic worker imports with `importScripts()`."""

    SERVICE_WORKER = "service worker"


@attrs.frozen(eq=False, repr=False)
class ElementRules(Rules):
    """
    What elements make of responses.

    NB: `nosniff` and the types that never are scripts are asked before, by
    `browsercors.protections.nosniff` and `browsercors.protections.mime_type`.

    Attributes:
        wrong_stylesheet_type: What becomes of a stylesheet that is not sent as `text/css`.
        workers_need_javascript_type: Whether the scripts of classic workers need a JavaScript type.
        module_types: The types of each kind of module that the browser knows.
        image_formats: The formats of images that are decoded, by MIME type; SVG is another matter.
        svg_type_outranks_bytes: Whether what is sent as `image/svg+xml` is read as SVG, whatever it begins with.
        svg_needs_ok_status: Whether what is read as SVG fails unless the status is an ok status.
        other_decoders: Types that choose a decoder which is not for images.
        media_takes_codings: Whether audio and video with a content coding is played.
        media_needs_content_range: Whether a part of audio or video has to say which part it is.
        needs_ok_status: The destinations whose loads fail unless the status is an ok status.
        module_types_come_first: Whether the type of a module is looked at before its status.
        sheets_fail_with_nested_imports: Whether a style sheet fires `error` if what its imports import in turn fails.
        ignores_unknown_integrity: Whether an `integrity` attribute in which nothing is understood says nothing, so that
            the response may be opaque.
        integrity_policy: The destinations that an `Integrity-Policy` can block; none if the header is unknown.
    """

    wrong_stylesheet_type: StylesheetOutcome = StylesheetOutcome.ERROR
    workers_need_javascript_type: bool = True
    module_types: Mapping[ModuleKind, TypeGroup] = attrs.field(default=MODULE_TYPES)
    image_formats: frozenset[str] = BUILT_IN_IMAGE_FORMATS
    svg_type_outranks_bytes: bool = True
    svg_needs_ok_status: bool = False
    other_decoders: TypeGroup = NO_TYPES
    media_takes_codings: bool = True
    media_needs_content_range: bool = True
    needs_ok_status: frozenset[str] = NEEDS_OK_STATUS
    module_types_come_first: bool = False
    sheets_fail_with_nested_imports: bool = True
    ignores_unknown_integrity: bool = False
    integrity_policy: frozenset[str] = frozenset({"script", "style"})

    def stylesheet_outcome(self, mime_type: MIMEType | None) -> StylesheetOutcome:
        """
        Return what becomes of a stylesheet with an ok status, in a document that is not in quirks mode.

        Args:
            mime_type: Its type; None if it has none.

        https://html.spec.whatwg.org/multipage/links.html#link-type-stylesheet
        """
        if mime_type is None or CSS.has(mime_type):
            return StylesheetOutcome.APPLIED
        return self.wrong_stylesheet_type

    def script_type_runs(
        self, kind: ScriptKind, mime_type: MIMEType | None, module_kind: ModuleKind = "script"
    ) -> bool:
        """
        Whether a script of this type runs.

        Args:
            kind: What it is loaded as.
            mime_type: Its type; None if it has none.
            module_kind: For a module, what it is imported as.
        """
        if kind is ScriptKind.CLASSIC or (kind is ScriptKind.WORKER and not self.workers_need_javascript_type):
            return True
        if kind is ScriptKind.MODULE:
            return self.module_types.get(module_kind, NO_TYPES).has(mime_type)
        return JAVASCRIPT.has(mime_type)

    def image_decodes(self, mime_type: MIMEType | None, body: bytes, *, has_ok_status: bool = True) -> bool:
        """
        Whether a body is an image that this browser decodes, as far as its first bytes say.

        Args:
            mime_type: Its type; None if it has none.
            body: Its bytes.
            has_ok_status: Whether it came with an ok status.
        """
        if self.other_decoders.has(mime_type):
            return False
        kind = image_format(body)
        is_image = kind in self.image_formats and len(body) >= SMALLEST_IMAGES.get(kind or "", 0)
        if SVG.has(mime_type):
            is_svg = looks_like_svg(body) and (has_ok_status or not self.svg_needs_ok_status)
            return is_svg or (is_image and not self.svg_type_outranks_bytes)
        return is_image

    def media_is_whole(self, status: int, headers: HeaderList) -> bool:
        """
        Whether the head of a response lets audio or video be played.

        Args:
            status: Its status.
            headers: Its header list.
        """
        is_coded = headers.get(b"content-encoding") is not None and not self.media_takes_codings
        is_lost = status == 206 and b"content-range" not in headers and self.media_needs_content_range
        return not is_coded and not is_lost
