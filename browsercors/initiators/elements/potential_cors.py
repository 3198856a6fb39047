"""
What elements have in common when they ask for something: the `crossorigin` attribute, and the referrer policy.

https://html.spec.whatwg.org/#create-a-potential-cors-request
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast

from browsercors.fetch.referrer import REFERRER_POLICIES
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.values.arguments import ArgumentTypeError
from browsercors.values.headers import HeaderList
from browsercors.values.requests import CredentialsMode, Request, RequestMode
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.requests import Environment
    from browsercors.values.urls import URL

__all__ = [
    "CREDENTIALS_MODES",
    "INVALID_URL",
    "Sheet",
    "check_crossorigin",
    "create_potential_cors_request",
    "element_request",
    "set_sheet",
]

INVALID_URL: Final = cast("URL", parse_url("about:invalid"))
"""What stands in the place of a URL that cannot be parsed."""

CREDENTIALS_MODES: Final[Mapping[bool, CredentialsMode]] = {
    True: CredentialsMode.INCLUDE,
    False: CredentialsMode.SAME_ORIGIN,
}
"""The credentials mode of an element that uses CORS, by whether its `crossorigin` is `use-credentials`."""


def check_crossorigin(crossorigin: str | None) -> bool | None:
    """
    Read a `crossorigin` attribute (https://html.spec.whatwg.org/#cors-settings-attribute).

    Returns:
        None without the attribute; else whether it says `use-credentials`. Any other text is `anonymous`.

    Raises:
        TypeError: It is neither a str nor None.
    """
    if crossorigin is None:
        return None
    if not isinstance(crossorigin, str):
        raise ArgumentTypeError(
            f"crossorigin has to be 'anonymous', 'use-credentials' or None for no attribute, not {crossorigin!r}"
        )
    return crossorigin.lower() == "use-credentials"


def create_potential_cors_request(
    environment: Environment,
    url: str,
    destination: str,
    crossorigin: str | None,
    *,
    initiator_type: str,
    referrer_policy: str = "",
    integrity: str = "",
    nonce: str = "",
    same_origin_fallback: bool = False,
) -> Request:
    """
    Make a request that uses CORS if the element has a `crossorigin` attribute.

    Args:
        environment: The page.
        url: As the page gives it.
        destination: The destination of the request.
        crossorigin: The value of the attribute; None if there is none.
        initiator_type: What Resource Timing calls the initiator.
        referrer_policy: The value of the `referrerpolicy` attribute; a value that is no policy counts as none.
        integrity: The value of the `integrity` attribute.
        nonce: The value of the `nonce` attribute.
        same_origin_fallback: Whether, without the attribute, only the page's own origin is asked.

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: *crossorigin* or *referrer_policy* has the wrong type.
    """
    with_credentials = check_crossorigin(crossorigin)
    # 1.-2. Without the attribute CORS is not used.
    mode = RequestMode.NO_CORS if with_credentials is None else RequestMode.CORS
    # 3. For some elements nothing but the page's own origin will do, then.
    if same_origin_fallback and mode is RequestMode.NO_CORS:
        mode = RequestMode.SAME_ORIGIN
    # 4.-5. Credentials are left out of CORS, unless the attribute asks for them.
    credentials_mode = CREDENTIALS_MODES[with_credentials is not False]
    # 6. Make the request.
    return element_request(
        environment,
        url,
        destination,
        mode,
        credentials_mode,
        initiator_type=initiator_type,
        policy=referrer_policy,
        integrity=integrity,
        nonce=nonce,
    )


def element_request(
    environment: Environment,
    url: str,
    destination: str,
    mode: RequestMode,
    credentials_mode: CredentialsMode,
    *,
    initiator_type: str,
    policy: str = "",
    integrity: str = "",
    nonce: str = "",
) -> Request:
    """
    Make the request of an element; the arguments are those of `create_potential_cors_request`.

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: *policy* is no str.
    """
    if not isinstance(url, str):
        raise FetchTypeError(f"url has to be a str, not {type(url).__name__}")
    if not isinstance(policy, str):
        raise ArgumentTypeError(f"referrer_policy has to be a str such as 'no-referrer', not {policy!r}")
    policy = policy.lower()
    return Request(
        method=b"GET",
        # NB: an element whose URL cannot be parsed says so by an event, and not by throwing; see `load`.
        url_list=[parse_url(url, environment.base_url) or INVALID_URL],
        header_list=HeaderList(),
        client=environment,
        origin=environment.origin,
        mode=mode,
        credentials_mode=credentials_mode,
        destination=destination,
        initiator_type=initiator_type,
        # NB: an attribute that says nothing known is as none (enumerated attributes of HTML).
        referrer_policy=policy if policy in REFERRER_POLICIES else "",
        integrity_metadata=integrity,
        cryptographic_nonce=nonce,
    )


class Sheet(NamedTuple):
    """
    A style sheet, as far as the requests of what it loads show it.

    Attributes:
        url: Where it came from.
        referrer_policy: The policy of its response; empty for that of the page.
    """

    url: URL
    referrer_policy: str


def set_sheet(request: Request, sheet: Sheet | None, profile: BrowserProfile) -> None:
    """
    Let what a style sheet loads show the sheet; None stands for a sheet in the page itself.

    https://drafts.csswg.org/css-values-4/#fetch-a-style-resource
    """
    if sheet is None:
        return
    request.sheet_url = sheet.url
    # PROFILE: in WebKit the page is the referrer all the same.
    if not profile.initiators.nested_referrer_is_page:
        request.referrer = sheet.url
        request.referrer_policy = sheet.referrer_policy
