"""
Opaque Response Blocking: a response that no element could use is kept from the page's process.

It is for what is loaded without CORS from another origin. Chromium and Firefox have it, each in its own way; the Fetch
standard has not. Steps are numbered as in the proposal.

https://github.com/annevk/orb#orbs-algorithm
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.protections.nosniff import determine_nosniff
from browsercors.rules.elements.opaque_response_blocking import BlockingStep
from browsercors.values.expressions import compiled_late
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.formats.mime_groups import AUDIO_OR_VIDEO, IMAGE
from browsercors.values.formats.mime_types import extract_a_mime_type, utf8_decode
from browsercors.values.records import quick
from browsercors.values.responses import is_ok_status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.rules.elements.opaque_response_blocking import OpaqueResponseBlockingRules
    from browsercors.values.findings import Finding
    from browsercors.values.formats.mime_types import MIMEType
    from browsercors.values.headers import HeaderList

__all__ = ["OPAQUE_RESPONSE_BLOCKING", "MediaRequest", "begins_like_html_xml_or_json", "opaque_response_blocking_check"]

OPAQUE_RESPONSE_BLOCKING: Final[Algorithm] = Algorithm(
    "Opaque Response Blocking", "https://github.com/annevk/orb#orbs-algorithm"
)

END: Final = "16"
UNOBJECTIONABLE: Final = OPAQUE_RESPONSE_BLOCKING.passed(END, allowed="nothing speaks against it")

CONTENT_RANGE = compiled_late(rb"bytes[ \t]+([0-9]+)-([0-9]+)/([0-9]+|\*)\Z")


@quick
class MediaRequest(enum.Enum):
    """
    The no-cors media request state of a request: what it is to a media element.
    """

    NOT_APPLICABLE = "N/A"
    INITIAL = "initial"
    SUBSEQUENT = "subsequent"


class _Opaque(NamedTuple):
    """
    A response, with what the steps read of it.
    """

    status: int
    headers: HeaderList
    body: bytes
    media_request: MediaRequest
    is_known_media: bool
    mime_type: MIMEType | None
    nosniff: bool
    rules: OpaqueResponseBlockingRules

    @property
    def first_bytes(self) -> bytes:
        """
        The bytes that are waited for (step 6).
        """
        return self.body[: self.rules.sniffed_bytes]


def opaque_response_blocking_check(
    status: int,
    headers: HeaderList,
    body: bytes | None,
    rules: OpaqueResponseBlockingRules,
    *,
    media_request: MediaRequest = MediaRequest.NOT_APPLICABLE,
    is_known_media: bool = False,
) -> Finding | None:
    """
    Decide whether an opaque response is kept from the page.

    Args:
        status: Its status.
        headers: Its header list.
        body: Its body, decoded; None counts as empty.
        rules: How the browser decides.
        media_request: What the request is to a media element.
        is_known_media: Whether this URL was seen to be audio or video before.

    Returns:
        The finding of the step that decided; None in a browser that blocks nothing.
    """
    if not rules.steps:
        return None
    # 1.-2. Read type and nosniff.
    mime_type = extract_a_mime_type(headers)
    nosniff = determine_nosniff(headers)
    response = _Opaque(status, headers, body or b"", media_request, is_known_media, mime_type, nosniff, rules)
    # 3.-16. The first step that knows decides.
    # PROFILE: Chromium reads no scripts, and allows what no step decides on.
    decisions = ((step, STEPS[step](response)) for step in rules.steps)
    step, is_allowed = next((decision for decision in decisions if decision[1] is not UNDECIDED), (None, True))
    if step is None:
        return UNOBJECTIONABLE
    if is_allowed:
        return OPAQUE_RESPONSE_BLOCKING.passed(step.number, allowed=step.subject)
    return OPAQUE_RESPONSE_BLOCKING.failed(
        step.number,
        Reason.OPAQUE_RESPONSE_BLOCKED,
        content_type=headers.get(b"content-type"),
        nosniff=nosniff,
        status=status,
        why=step.subject,
    )


ALLOW, BLOCK, UNDECIDED = True, False, None


def _allow_if(condition: bool) -> bool | None:
    return ALLOW if condition else UNDECIDED


def _block_if(condition: bool) -> bool | None:
    return BLOCK if condition else UNDECIDED


def _is_text(response: _Opaque) -> bool:
    return response.mime_type is not None and response.mime_type.essence == "text/plain"


def _nosniff_data(response: _Opaque) -> bool | None:
    return _block_if(response.nosniff and (response.rules.blocklisted.has(response.mime_type) or _is_text(response)))


def _first_byte(response: _Opaque) -> int | None:
    """
    Return where in the whole a part begins; None if it does not say.
    """
    match = CONTENT_RANGE.match(response.headers.get(b"content-range") or b"")
    # NB: by their lengths first, since Python makes no int of more than a few thousand digits.
    if match is None or max(map(len, match.groups())) > 19:
        return None
    first, last, length = match.groups()
    is_valid = int(first) <= int(last) and (length == b"*" or int(last) < int(length))
    return int(first) if is_valid else None


def _middle_part(response: _Opaque) -> bool | None:
    if response.status != 206 or not _first_byte(response):
        return UNDECIDED
    return response.is_known_media


def _media(response: _Opaque) -> bool | None:
    if response.rules.media_type(response.first_bytes) is None:
        return UNDECIDED
    # 7.1.-7.3. They have to be asked for by a media element, and found.
    return response.media_request is MediaRequest.INITIAL and response.status in {200, 206}


def _script(response: _Opaque) -> bool | None:
    # NB: imported late, since few responses are held up until here.
    from browsercors.values.formats.javascript_text import could_be_javascript
    from browsercors.values.formats.json_text import is_json

    text = utf8_decode(response.body)
    return ALLOW if could_be_javascript(text) and not is_json(text) else BLOCK


def _declared_media(response: _Opaque) -> bool | None:
    mime_type = response.mime_type
    # NB: unlike `application/ogg`, which has a type of another group.
    return _block_if(mime_type is not None and mime_type.type in AUDIO_OR_VIDEO.types | IMAGE.types)


STEPS: Final[Mapping[BlockingStep, Callable[[_Opaque], bool | None]]] = {
    BlockingStep.SAFELISTED: lambda it: _allow_if(it.rules.safelisted.has(it.mime_type)),
    BlockingStep.NOSNIFF_TEXT: lambda it: _allow_if(it.nosniff and _is_text(it)),
    BlockingStep.NEVER_SNIFFED: lambda it: _block_if(it.rules.never_sniffed.has(it.mime_type)),
    BlockingStep.PARTIAL_DATA: lambda it: _block_if(it.status == 206 and it.rules.blocklisted.has(it.mime_type)),
    BlockingStep.NOSNIFF_DATA: _nosniff_data,
    BlockingStep.SUBSEQUENT_PART: lambda it: _allow_if(it.media_request is MediaRequest.SUBSEQUENT),
    BlockingStep.NOT_FIRST_PART: lambda it: _block_if(it.status == 206 and _first_byte(it) != 0),
    BlockingStep.MIDDLE_PART: _middle_part,
    BlockingStep.MEDIA: _media,
    BlockingStep.ANY_MEDIA: lambda it: _allow_if(it.rules.media_type(it.first_bytes) is not None),
    BlockingStep.MEDIA_EXPECTED: lambda it: _block_if(it.media_request is not MediaRequest.NOT_APPLICABLE),
    BlockingStep.IMAGE: lambda it: _allow_if(it.rules.image_type(it.first_bytes) is not None),
    BlockingStep.NOSNIFF: lambda it: _block_if(it.nosniff),
    BlockingStep.STATUS: lambda it: _block_if(not is_ok_status(it.status)),
    BlockingStep.NO_TYPE: lambda it: _allow_if(it.mime_type is None),
    BlockingStep.DECLARED_MEDIA: _declared_media,
    BlockingStep.SCRIPT: _script,
    BlockingStep.HTML_XML_OR_JSON: lambda it: _block_if(begins_like_html_xml_or_json(it.first_bytes)),
}

# What follows are Chromium's sniffers (services/network/orb/orb_sniffers.cc).
# NB: `<b` stands for `<body>` and `<br>` as well. `<!--` is no sign of HTML, since a script may begin with it.
HTML_TAGS = compiled_late(
    rb"<(?:!doctype html|script|html|head|iframe|h1|div|font|table|a|style|title|b|p)", re.IGNORECASE
)
# NB: the rest of the line behind the comment is one, too, to JavaScript.
HTML_COMMENT = compiled_late(rb"(?s:<!--.*?-->.*?(?=[\n\r]|\xe2\x80[\xa8\xa9]))[ \t\r\n]*")
JSON_OBJECT = compiled_late(rb'[ \t\r\n]*\{[ \t\r\n]*"(?:[^"\\]|\\.)*+"[ \t\r\n]*:', re.DOTALL)
PARSER_BREAKERS: Final = (b")]}'", b"{}&&", b"{} &&", b"for(;;);", b"while(1);", b"for (;;);", b"while (1);")


def begins_like_html_xml_or_json(first_bytes: bytes) -> bool:
    """
    Whether a body begins like HTML, XML or a JSON object, or with what keeps JSON from being run as a script.
    """
    first_bytes = first_bytes.removeprefix(b"\xef\xbb\xbf")
    start = first_bytes.lstrip(b" \t\r\n")
    if start.startswith(b"<?xml") or first_bytes.startswith(PARSER_BREAKERS):
        return True
    place = 0
    while (comment := HTML_COMMENT.match(start, place)) is not None:
        place = comment.end()
    return HTML_TAGS.match(start, place) is not None or JSON_OBJECT.match(first_bytes) is not None
