"""
Groups of MIME types: which types are JSON, XML, images and so on.

https://mimesniff.spec.whatwg.org/#mime-type-groups
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

__all__ = [
    "AUDIO_OR_VIDEO",
    "CSS",
    "FONT",
    "HTML",
    "IMAGE",
    "JAVASCRIPT",
    "JAVASCRIPT_ESSENCES",
    "JSON",
    "NO_TYPES",
    "SVG",
    "XML",
    "TypeGroup",
]


class _TypeAndSubtype(Protocol):
    """
    What of a MIME type decides in which groups it is; the record itself stands on this module.
    """

    @property
    def type(self) -> str:
        """
        Lower-case, as in `text`.
        """

    @property
    def subtype(self) -> str:
        """
        Lower-case, as in `html`.
        """

    @property
    def essence(self) -> str:
        """
        Both, with a slash between.
        """


class TypeGroup(NamedTuple):
    """
    A set of MIME types, by their essence.

    Attributes:
        essences: Whole essences, such as `text/html`.
        types: What stands before the slash, such as `image`.
        suffixes: How a subtype ends, such as `+json`.
    """

    essences: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()

    def has(self, mime_type: _TypeAndSubtype | None) -> bool:
        """
        Whether *mime_type* is in the group; None, for failure, is in none.
        """
        return mime_type is not None and (
            mime_type.essence in self.essences
            or mime_type.type in self.types
            or mime_type.subtype.endswith(self.suffixes)
        )

    def and_also(self, other: TypeGroup) -> TypeGroup:
        """
        Return the group of what is in this one or in the other.
        """
        return TypeGroup(self.essences | other.essences, self.types | other.types, self.suffixes + other.suffixes)

    def without(self, *essences: str) -> TypeGroup:
        """
        Return the group without some of its whole essences.
        """
        return self._replace(essences=self.essences.difference(essences))


NO_TYPES: Final = TypeGroup()

# https://mimesniff.spec.whatwg.org/#image-mime-type
IMAGE: Final = TypeGroup(types=frozenset({"image"}))

# https://mimesniff.spec.whatwg.org/#audio-or-video-mime-type
AUDIO_OR_VIDEO: Final = TypeGroup(frozenset({"application/ogg"}), frozenset({"audio", "video"}))

# https://mimesniff.spec.whatwg.org/#font-mime-type
FONT: Final = TypeGroup(
    frozenset(
        {
            "application/font-cff",
            "application/font-off",
            "application/font-sfnt",
            "application/font-ttf",
            "application/font-woff",
            "application/vnd.ms-fontobject",
            "application/vnd.ms-opentype",
        }
    ),
    frozenset({"font"}),
)

# https://mimesniff.spec.whatwg.org/#xml-mime-type
XML: Final = TypeGroup(frozenset({"text/xml", "application/xml"}), suffixes=("+xml",))

# https://mimesniff.spec.whatwg.org/#html-mime-type
HTML: Final = TypeGroup(frozenset({"text/html"}))

# https://mimesniff.spec.whatwg.org/#json-mime-type
JSON: Final = TypeGroup(frozenset({"application/json", "text/json"}), suffixes=("+json",))

# https://mimesniff.spec.whatwg.org/#javascript-mime-type
JAVASCRIPT_ESSENCES: Final = frozenset(
    {
        "application/ecmascript",
        "application/javascript",
        "application/x-ecmascript",
        "application/x-javascript",
        "text/ecmascript",
        "text/javascript",
        "text/javascript1.0",
        "text/javascript1.1",
        "text/javascript1.2",
        "text/javascript1.3",
        "text/javascript1.4",
        "text/javascript1.5",
        "text/jscript",
        "text/livescript",
        "text/x-ecmascript",
        "text/x-javascript",
    }
)
JAVASCRIPT: Final = TypeGroup(JAVASCRIPT_ESSENCES)

CSS: Final = TypeGroup(frozenset({"text/css"}))
SVG: Final = TypeGroup(frozenset({"image/svg+xml"}))
