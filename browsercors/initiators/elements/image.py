"""
Images: `<img>`, and the images of CSS.

https://html.spec.whatwg.org/#updating-the-image-data
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.potential_cors import create_potential_cors_request, element_request, set_sheet
from browsercors.initiators.elements.srcset import select_an_image_source
from browsercors.initiators.elements.usable import not_usable
from browsercors.rules.elements.request_setup import NO_CORS
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.formats.mime_types import extract_a_mime_type
from browsercors.values.responses import is_ok_status

if TYPE_CHECKING:
    from browsercors.initiators.elements.potential_cors import Sheet
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.element_literals import ImageProperty
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response

__all__ = ["UPDATE_THE_IMAGE_DATA", "create_css_image_request", "create_image_request", "process_image"]

UPDATE_THE_IMAGE_DATA: Final[Algorithm] = Algorithm(
    "update the image data", "https://html.spec.whatwg.org/#update-the-image-data"
)

SVG_RESOURCES: Final = frozenset({"clip-path", "filter"})
"""The properties whose images are SVG documents, of which they take one element."""


def create_image_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    crossorigin: str | None = None,
    referrer_policy: str = "",
    srcset: str = "",
) -> Request:
    """
    Make the request of an `<img>`.

    Args:
        environment: The page.
        profile: The browser.
        url: The `src` attribute; empty for none.
        crossorigin: The attribute; None for none.
        referrer_policy: The `referrerpolicy` attribute.
        srcset: The `srcset` attribute. The image for a screen with one pixel to a CSS pixel, 1,280 wide, is chosen.

    Raises:
        FetchTypeError: There is no image source, or it is no str.
        TypeError: An attribute has the wrong type.
    """
    source = select_an_image_source(url, srcset) if srcset else url
    request = create_potential_cors_request(
        environment, source, "image", crossorigin, initiator_type="img", referrer_policy=referrer_policy
    )
    # 20. An image set is never upgraded from http.
    if srcset:
        request.initiator = "imageset"
    return request


def create_css_image_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    css_property: ImageProperty,
    sheet: Sheet | None = None,
) -> Request:
    """
    Make the request of an image in CSS (https://drafts.csswg.org/css-values-4/#fetch-a-style-resource).

    Args:
        environment: The page.
        profile: The browser.
        url: The URL in the style sheet.
        css_property: The property that has it.
        sheet: The style sheet; None for one in the page itself.

    Raises:
        FetchTypeError: The URL is no str.
    """
    # PROFILE: not all browsers ask other origins for what an SVG document has.
    setup = profile.initiators.css_images.get(css_property, NO_CORS)
    request = element_request(environment, url, "image", setup.mode, setup.credentials_mode, initiator_type="css")
    request.initiator = "svg-resource" if css_property in SVG_RESOURCES else "css"
    set_sheet(request, sheet, profile)
    return request


def process_image(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came is an image; its status does not matter.

    Returns:
        Why the element fires `error`; None if it fires `load`.
    """
    mime_type, body = extract_a_mime_type(response.header_list), response.body or b""
    rules, has_ok_status = params.user_agent.profile.elements, is_ok_status(response.status)
    if rules.image_decodes(mime_type, body, has_ok_status=has_ok_status):
        return None
    # PROFILE: Firefox makes no image of an error page that is SVG.
    if not has_ok_status and rules.image_decodes(mime_type, body):
        return UPDATE_THE_IMAGE_DATA.failed("26", Reason.STATUS_NOT_OK, status=response.status)
    return not_usable(UPDATE_THE_IMAGE_DATA, "26", "an image", response)
