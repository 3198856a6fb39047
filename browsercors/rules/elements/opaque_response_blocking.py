"""
How browsers differ in Opaque Response Blocking: which responses without CORS never reach the page's process.

The Fetch standard has no such rule. The proposal is https://github.com/annevk/orb; its tables are the defaults.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.formats.mime_groups import CSS, HTML, JAVASCRIPT, JSON, SVG, XML, TypeGroup
from browsercors.values.formats.mime_sniffing import audio_or_video_type, image_type
from browsercors.values.records import Rules, quick

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BLOCKLISTED",
    "NEVER_SNIFFED",
    "SAFELISTED",
    "STEPS_OF_THE_PROPOSAL",
    "BlockingStep",
    "OpaqueResponseBlockingRules",
]


@quick
class BlockingStep(enum.Enum):
    """
    One step of the check, which may allow the response, block it, or leave it to the next one.

    The value is the step of the proposal, or the one in whose place a browser has it, and what it is about.
    """

    SAFELISTED = ("3.1", "a type that is safe to load")
    NOSNIFF_TEXT = ("3.1", "text/plain with nosniff")
    NEVER_SNIFFED = ("3.2", "a type that pages never load this way")
    PARTIAL_DATA = ("3.3", "a part of a document or of data")
    NOSNIFF_DATA = ("3.4", "a document or data, with nosniff")
    SUBSEQUENT_PART = ("4", "a further part of media")
    NOT_FIRST_PART = ("5", "a part that is not the first one")
    MIDDLE_PART = ("5", "a part that is not the first one, of what is not known to be media")
    MEDIA = ("7", "the first bytes of audio or video, for a media element")
    ANY_MEDIA = ("7", "the first bytes of audio or video")
    MEDIA_EXPECTED = ("8", "a response for audio or video that begins like neither")
    IMAGE = ("9", "the first bytes of an image")
    NOSNIFF = ("10", "nosniff, and no image or media")
    STATUS = ("11", "a status that is not ok")
    NO_TYPE = ("12", "no type")
    DECLARED_MEDIA = ("13", "the type of an image or of media, but not its first bytes")
    SCRIPT = ("15", "a body that is no script, or is JSON")
    HTML_XML_OR_JSON = ("15", "a body that begins like HTML, XML or JSON")

    @property
    def number(self) -> str:
        """
        The step of the proposal.
        """
        return self.value[0]

    @property
    def subject(self) -> str:
        """
        What the step looks for.
        """
        return self.value[1]


STEPS_OF_THE_PROPOSAL: Final = (
    BlockingStep.SAFELISTED,
    BlockingStep.NEVER_SNIFFED,
    BlockingStep.PARTIAL_DATA,
    BlockingStep.NOSNIFF_DATA,
    BlockingStep.SUBSEQUENT_PART,
    BlockingStep.NOT_FIRST_PART,
    BlockingStep.MEDIA,
    BlockingStep.MEDIA_EXPECTED,
    BlockingStep.IMAGE,
    BlockingStep.NOSNIFF,
    BlockingStep.STATUS,
    BlockingStep.NO_TYPE,
    BlockingStep.DECLARED_MEDIA,
    BlockingStep.SCRIPT,
)

SAFELISTED: Final = JAVASCRIPT.and_also(CSS).and_also(SVG)
BLOCKLISTED: Final = HTML.and_also(JSON).and_also(XML)

OFFICE: Final = "application/vnd.openxmlformats-officedocument."

NEVER_SNIFFED: Final = TypeGroup(
    frozenset(
        {
            "application/dash+xml",
            "application/gzip",
            "application/msexcel",
            "application/mspowerpoint",
            "application/msword",
            "application/msword-template",
            "application/pdf",
            "application/vnd.apple.mpegurl",
            "application/vnd.ces-quickpoint",
            "application/vnd.ces-quicksheet",
            "application/vnd.ces-quickword",
            "application/vnd.ms-excel",
            "application/vnd.ms-excel.sheet.macroenabled.12",
            "application/vnd.ms-powerpoint",
            "application/vnd.ms-powerpoint.presentation.macroenabled.12",
            "application/vnd.ms-word",
            "application/vnd.ms-word.document.12",
            "application/vnd.ms-word.document.macroenabled.12",
            "application/vnd.msword",
            f"{OFFICE}presentationml.presentation",
            f"{OFFICE}presentationml.template",
            f"{OFFICE}spreadsheetml.sheet",
            f"{OFFICE}spreadsheetml.template",
            f"{OFFICE}wordprocessingml.document",
            f"{OFFICE}wordprocessingml.template",
            "application/vnd.presentation-openxml",
            "application/vnd.presentation-openxmlm",
            "application/vnd.spreadsheet-openxml",
            "application/vnd.wordprocessing-openxml",
            "application/x-gzip",
            "application/x-protobuf",
            "application/x-protobuffer",
            "application/zip",
            "audio/mpegurl",
            "multipart/byteranges",
            "multipart/signed",
            "text/csv",
            "text/event-stream",
            "text/vtt",
        }
    )
)
"""Types of what no image, script, stylesheet or media element loads, as the proposal lists them."""


@attrs.frozen(eq=False, repr=False)
class OpaqueResponseBlockingRules(Rules):
    """
    Opaque Response Blocking.

    Attributes:
        steps: The steps of the check, in order; none if the browser blocks nothing. What no step decides on is allowed.
        safelisted: Types that are allowed unseen.
        never_sniffed: Types that are blocked unseen.
        blocklisted: Types of documents and data.
        media_type: Returns the type of audio or video that first bytes are those of, or None.
        image_type: Returns the same for images.
        sniffed_bytes: How many bytes are the first ones.
        asked_after_types: Whether scripts and style sheets whose type alone blocks them are not asked about.
        leaves_unread: Whether what a `fetch()` is not given because of nosniff is not read to its end, nor stored.
        empties_fetches: Whether a blocked `fetch()` is given an empty opaque response, in the place of a network error.
    """

    steps: tuple[BlockingStep, ...] = ()
    safelisted: TypeGroup = SAFELISTED
    never_sniffed: TypeGroup = NEVER_SNIFFED
    blocklisted: TypeGroup = BLOCKLISTED
    media_type: Callable[[bytes], str | None] = audio_or_video_type
    image_type: Callable[[bytes], str | None] = image_type
    sniffed_bytes: int = 1024
    asked_after_types: bool = False
    empties_fetches: bool = False
    leaves_unread: bool = False

    def is_network_error(self, destination: str) -> bool:
        """
        Whether a blocked response is a network error; otherwise the page is given an opaque response without a body.
        """
        return destination != "" or not self.empties_fetches
