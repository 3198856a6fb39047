"""
Style sheets: `<link rel=stylesheet>`, `@import`, and what style sheets load.

https://html.spec.whatwg.org/#link-type-stylesheet
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.potential_cors import create_potential_cors_request, element_request, set_sheet
from browsercors.initiators.elements.usable import status_not_ok
from browsercors.rules.elements.elements import StylesheetOutcome
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.formats.mime_types import extract_a_mime_type
from browsercors.values.requests import CredentialsMode, RequestMode

if TYPE_CHECKING:
    from browsercors.initiators.elements.potential_cors import Sheet
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response

__all__ = ["PROCESS_THE_STYLESHEET", "create_css_import_request", "create_stylesheet_request", "process_stylesheet"]

PROCESS_THE_STYLESHEET: Final[Algorithm] = Algorithm(
    "process a linked stylesheet", "https://html.spec.whatwg.org/#link-type-stylesheet"
)


def create_stylesheet_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    crossorigin: str | None = None,
    integrity: str = "",
    nonce: str = "",
    referrer_policy: str = "",
) -> Request:
    """
    Make the request of a `<link rel=stylesheet>`; the arguments are those of `create_script_request`.

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: An attribute has the wrong type.
    """
    return create_potential_cors_request(
        environment,
        url,
        "style",
        crossorigin,
        initiator_type="link",
        referrer_policy=referrer_policy,
        integrity=integrity,
        nonce=nonce,
    )


def create_css_import_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    sheet: Sheet | None = None,
) -> Request:
    """
    Make the request of an `@import`, which never uses CORS, whatever the sheet around it does.

    Args:
        environment: The page.
        profile: The browser.
        url: The URL in the style sheet.
        sheet: The style sheet; None for one in the page itself.

    https://drafts.csswg.org/css-cascade-5/#fetch-an-import

    Raises:
        FetchTypeError: The URL is no str.
    """
    request = element_request(
        environment, url, "style", RequestMode.NO_CORS, CredentialsMode.INCLUDE, initiator_type="css"
    )
    request.initiator = "css"
    set_sheet(request, sheet, profile)
    return request


def process_stylesheet(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came is applied as a style sheet.

    Returns:
        Why it is not; None if it is.
    """
    # 3. Anything but success is an error.
    finding = status_not_ok(params, PROCESS_THE_STYLESHEET, "3", response)
    if finding is not None:
        return finding
    # 1. NB: in quirks mode any type of the page's own origin will do; pages here are in standards mode.
    outcome = params.user_agent.profile.elements.stylesheet_outcome(extract_a_mime_type(response.header_list))
    if outcome is StylesheetOutcome.APPLIED:
        return None
    # PROFILE: Chromium fires `load` for it, although it applies nothing.
    return PROCESS_THE_STYLESHEET.failed(
        "1",
        Reason.MIME_TYPE_BLOCKED,
        destination="style",
        content_type=response.header_list.get(b"content-type"),
        fires_load=outcome is StylesheetOutcome.IGNORED,
    )
