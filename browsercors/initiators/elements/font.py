"""
Fonts: `@font-face` and the `FontFace` interface.

https://drafts.csswg.org/css-fonts-4/#font-fetching-requirements
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.potential_cors import element_request, set_sheet
from browsercors.initiators.elements.usable import not_usable, status_not_ok
from browsercors.values.findings import Algorithm
from browsercors.values.formats.mime_sniffing import is_font

if TYPE_CHECKING:
    from browsercors.initiators.elements.potential_cors import Sheet
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response

__all__ = ["create_font_request", "process_font"]

FETCH_A_FONT: Final[Algorithm] = Algorithm(
    "font fetching requirements", "https://drafts.csswg.org/css-fonts-4/#font-fetching-requirements"
)


def create_font_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    sheet: Sheet | None = None,
) -> Request:
    """
    Make the request of a font.

    Args:
        environment: The page.
        profile: The browser.
        url: The URL in the style sheet.
        sheet: The style sheet; None for one in the page itself.

    Raises:
        FetchTypeError: The URL is no str.
    """
    # PROFILE: WebKit asks for fonts without CORS.
    setup = profile.initiators.font
    request = element_request(environment, url, "font", setup.mode, setup.credentials_mode, initiator_type="css")
    set_sheet(request, sheet, profile)
    return request


def process_font(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came is a font, by its first bytes; no browser looks at its type.

    Returns:
        Why it is not used; None if it is.
    """
    finding = status_not_ok(params, FETCH_A_FONT, "1", response)
    if finding is not None:
        return finding
    if is_font(response.body or b""):
        return None
    return not_usable(FETCH_A_FONT, "1", "a font", response)
