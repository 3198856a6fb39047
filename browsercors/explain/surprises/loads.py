"""
Surprises about what elements and style sheets load: what is there, but not as the page's author thinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.fixes.find import allow_elsewhere, read_in_mode_cors
from browsercors.explain.report import Surprise
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.words.load_fields import fields_of_failure
from browsercors.explain.words.load_reasons import sentences_of
from browsercors.explain.words.loads import SILENCE, element_of, load_words, restriction_of, thing_of
from browsercors.explain.words.sanitise import shown
from browsercors.explain.words.what_came import answered
from browsercors.fetch.loads.preloads import CONSUME
from browsercors.values.findings import Reason
from browsercors.values.requests import CredentialsMode, RequestMode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from browsercors.explain.fixes.proof import FinishedFetch, Replay
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.requests import Request

__all__ = [
    "font_needs_cors",
    "font_preload_not_used",
    "preload_for",
    "preload_not_used",
    "restricted",
    "wrong_content",
]

HOW_IT_SHOWS: Final[Mapping[SurpriseCode, str]] = {
    SurpriseCode.TAINTED_CANVAS: "so it taints every canvas that it is drawn on: getImageData(), toBlob(), toDataURL() "
    "and WebGL throw a SecurityError.",
    SurpriseCode.MUTED_ERRORS: 'so its errors are muted: window.onerror is told "Script error." and no file, line or '
    "message.",
    SurpriseCode.RULES_NOT_READABLE: "so cssRules and insertRule() throw a SecurityError.",
}
WITH_CORS: Final = (
    'If the page needs that, write crossorigin="anonymous" on the element, and let the server allow the page.'
)
IF_NEEDED: Final = "If the page does not need that, nothing is wrong."
NOT_TOLD: Final = "The page is not told."
NOTHING_THERE: Final = "There is nothing in it."
NO_USE: Final[Mapping[str, str]] = {
    "script": "Running it is a syntax error.",
    "module": "Running it is a syntax error.",
    "stylesheet": "No rule in it applies.",
    "css-import": "No rule in it applies.",
    "preload": "What uses the preload cannot use this.",
    "modulepreload": "What imports it cannot use this.",
}
"""What becomes of it."""

NO_ATTRIBUTE: Final = (
    "An @import never uses CORS. If the page needs that, link the sheet, with a crossorigin attribute."
)

FIELDS: Final[Mapping[str, str]] = {
    "destination": "as",
    "mode": "crossorigin",
    "credentials_mode": "crossorigin",
    "integrity": "integrity",
}
"""Which attribute of a preload decides what has to be the same."""

AS_OF_DESTINATIONS: Final[Mapping[str, str]] = {"": "fetch"}
CROSSORIGIN_OF_REQUESTS: Final[Mapping[tuple[RequestMode, CredentialsMode], str]] = {
    (RequestMode.CORS, CredentialsMode.SAME_ORIGIN): "anonymous",
    (RequestMode.CORS, CredentialsMode.INCLUDE): "use-credentials",
}


def restricted(fetch: FinishedFetch, replay: Replay, browsers: Sequence[BrowserProfile]) -> Iterable[Surprise]:
    """
    Report what came without CORS, so that scripts of the page may not look into it.
    """
    call = fetch.params.page_call
    words = load_words(call)
    if call is None or words is None or words.code is None or fetch.verdict != "restricted":
        return
    # NB: nobody wants to look into what is none of it.
    if fetch.missed is not None:
        return
    shows = f"so {SILENCE}." if restriction_of(call) == SILENCE else HOW_IT_SHOWS[words.code]
    fix = read_in_mode_cors(fetch, replay, browsers)
    advice = IF_NEEDED if fix is not None else WITH_CORS if words.tag else NO_ATTRIBUTE
    yield Surprise(
        words.code.value,
        f"The {thing_of(call)} came from another origin without CORS, {shows}",
        advice,
        fix,
    )


def wrong_content(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report what was taken without complaint, and is of no use.
    """
    missed = fetch.missed if fetch.failure is None else None
    if missed is None or missed.exchange is None:
        return
    call = fetch.params.page_call
    assert call is not None, "an element asked"
    fields = fields_of_failure(fetch.params, missed.finding, missed.exchange)
    error = "" if missed.reason is Reason.STATUS_NOT_OK else answered(missed.exchange)
    because = f"{error}{sentences_of(missed.reason, call).because.fill(fields)}"
    no_use = NO_USE.get(element_of(call), NOT_TOLD) if missed.exchange.response_body else NOTHING_THERE
    yield Surprise(
        SurpriseCode.WRONG_CONTENT.value,
        f"{because[:1].upper()}{because[1:]}. {no_use}",
        "Look at what the server really answers at this URL: the path may be wrong, or the file missing.",
    )


def font_preload_not_used(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report the preload of a font that no font can be served from.
    """
    params = fetch.params
    request, font = params.request, params.user_agent.profile.initiators.font
    if request.initiator != "preload" or request.destination != "font" or fetch.failure is not None:
        return
    # PROFILE: WebKit loads fonts without CORS, and then no advice would fit all browsers.
    if font.mode is not RequestMode.CORS:
        return
    fits = (request.mode, request.credentials_mode) == (font.mode, font.credentials_mode)
    # PROFILE: Firefox asks for it as fonts are asked for, and keeps it for none.
    if fits and params.preload is not None:
        return
    yield Surprise(
        SurpriseCode.PRELOAD_NOT_USED.value,
        "Fonts are loaded with CORS and without cookies, and this preload asks otherwise: no font is served from it, "
        "and the font is requested twice.",
        'Write <link rel="preload" as="font" crossorigin="anonymous"> for it, even if the font is of the page\'s own '
        "server.",
    )


def font_needs_cors(fetch: FinishedFetch, replay: Replay, browsers: Sequence[BrowserProfile]) -> Iterable[Surprise]:
    """
    Report a font that other browsers would not load.
    """
    if element_of(fetch.params.page_call) != "font" or fetch.response.type != "opaque":
        return
    fix = allow_elsewhere(fetch, replay, browsers)
    if fix is not None:
        yield Surprise(
            SurpriseCode.FONT_NEEDS_CORS.value,
            "This browser loads fonts of other origins without CORS. The standard and other browsers do not.",
            "Let the server of the font allow the page, or every page.",
            fix,
        )


def preload_not_used(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report a preload of the same URL that is of no use, because it asked for something else.
    """
    for finding in (*fetch.found(CONSUME, "3"), *fetch.found(CONSUME, "7")):
        names = finding.evidence["differs"]
        assert isinstance(names, list), "the engine lists what differs"
        differs = " and ".join(dict.fromkeys(FIELDS[name] for name in names))
        wanted = preload_for(fetch.params.request)
        yield Surprise(
            SurpriseCode.PRELOAD_NOT_USED.value,
            f"The preload of {shown(finding.evidence['url'])} was not used, because its {differs} does not fit: it is "
            "requested twice.",
            f"Write {wanted} for it." if wanted else "Leave the preload out: none can serve a request of this kind.",
        )


def preload_for(request: Request) -> str:
    """
    Return the `<link>` whose preload can serve a request; empty if none can.
    """
    key = request.mode, request.credentials_mode
    if key not in CROSSORIGIN_OF_REQUESTS and request.mode is not RequestMode.NO_CORS:
        return ""
    attributes = [f'as="{AS_OF_DESTINATIONS.get(request.destination, request.destination)}"']
    if key in CROSSORIGIN_OF_REQUESTS:
        attributes.append(f'crossorigin="{CROSSORIGIN_OF_REQUESTS[key]}"')
    if request.integrity_metadata:
        attributes.append(f'integrity="{shown(request.integrity_metadata)}"')
    return f'<link rel="preload" {" ".join(attributes)}>'
