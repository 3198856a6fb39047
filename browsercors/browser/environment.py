"""
Making the environment of a page: its origin, who is above it, and what follows for its requests.

https://html.spec.whatwg.org/#environment-settings-objects
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, cast

from browsercors.fetch.referrer import REFERRER_POLICIES
from browsercors.initiators.header_guard import FetchTypeError, header_pairs
from browsercors.values.address_spaces import AddressSpace, AddressSpaces, address_space_named
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.headers import HeaderList, is_header_name, is_header_value
from browsercors.values.origins import Origin
from browsercors.values.requests import Environment
from browsercors.values.trustworthiness import is_potentially_trustworthy_url
from browsercors.values.urls import LOCAL_SCHEMES, URL, parse_url, text_of_url

if TYPE_CHECKING:
    from browsercors.initiators.header_guard import HeadersInit
    from browsercors.values.content_security_policy import CSPList
    from browsercors.values.integrity_policy import IntegrityPolicy
    from browsercors.values.literals import AddressSpaceName, ReferrerPolicy
    from browsercors.values.sites import Sites

__all__ = ["DEFAULT_REFERRER_POLICY", "absolute_url", "create_environment", "header_list_of"]

BY_HOST: Final = AddressSpaces()
"""What the hosts say, since nobody has stated anything else."""

DEFAULT_REFERRER_POLICY: Final[ReferrerPolicy] = "strict-origin-when-cross-origin"


def create_environment(
    url: str,
    sites: Sites,
    *,
    sandboxed: bool = False,
    parent: Environment | None = None,
    top_level: str | None = None,
    referrer_policy: ReferrerPolicy = DEFAULT_REFERRER_POLICY,
    secure_context: bool | None = None,
    headers: HeaderList | None = None,
    address_space: AddressSpaceName | None = None,
    allow: str = "",
    address_spaces: AddressSpaces = BY_HOST,
) -> Environment:
    """
    Make the environment of a page; the arguments are those of `Browser.open`.

    Raises:
        TypeError: A URL or allow is no str, or sandboxed or secure_context is no bool.
        ValueError: A URL cannot be parsed, the referrer policy is none, the address space is none, both parent and
            top_level are given, or allow is given without either.
    """
    page_url = absolute_url("url", url)
    if not isinstance(sandboxed, bool):
        raise ArgumentTypeError(f"sandboxed has to be True or False, not {sandboxed!r}")
    if not (secure_context is None or isinstance(secure_context, bool)):
        raise ArgumentTypeError(f"secure_context has to be True, False or None, not {secure_context!r}")
    if not isinstance(allow, str):
        raise ArgumentTypeError(f"allow has to be a str such as 'local-network-access', not {allow!r}")
    if not isinstance(referrer_policy, str) or referrer_policy not in REFERRER_POLICIES:
        policies = ", ".join(sorted(filter(None, REFERRER_POLICIES)))
        raise ArgumentValueError(f"referrer_policy has to be one of {policies}, not {referrer_policy!r}")
    if parent is not None and top_level is not None:
        raise ArgumentValueError("give parent= or top_level=, not both")
    if allow and parent is None and top_level is None:
        raise ArgumentValueError(f"allow is an attribute of frames: give parent= or top_level= as well as {allow!r}")
    if top_level is not None:
        parent = create_environment(absolute_url("top_level", top_level).href, sites, address_spaces=address_spaces)

    origin = _origin_of(page_url, parent, sandboxed=sandboxed)
    csp_list = None if parent is None and headers is None else _csp_list_of(page_url, parent, headers)
    integrity_policy = _integrity_policy_of(page_url, parent, headers)
    is_secure = is_potentially_trustworthy_url(page_url)
    if address_space is not None:
        space = address_space_named("address_space", address_space)
    elif page_url.is_http:
        space = address_spaces.of(page_url.origin)
    elif parent is not None:
        space = parent.address_space
    else:
        space = AddressSpace.LOOPBACK if page_url.scheme == "file" else AddressSpace.PUBLIC
    site = sites.obtain_a_site(origin)
    if parent is None:
        return Environment(
            url=page_url,
            referrer_source=page_url,
            base_url=page_url,
            origin=origin,
            top_level_origin=origin,
            site=site,
            network_partition_key=site,
            has_cross_site_ancestor=False,
            is_secure_context=is_secure if secure_context is None else secure_context,
            prohibits_mixed_content=page_url.scheme == "https",
            referrer_policy=referrer_policy or DEFAULT_REFERRER_POLICY,
            csp_list=csp_list,
            integrity_policy=integrity_policy,
            address_space=space,
        )
    return Environment(
        url=page_url,
        referrer_source=parent.referrer_source if page_url.scheme == "about" else page_url,
        # NB: `about:blank` and `about:srcdoc` documents resolve URLs as their parent does.
        base_url=parent.base_url if page_url.scheme == "about" else page_url,
        origin=origin,
        top_level_origin=parent.top_level_origin,
        site=site,
        network_partition_key=parent.network_partition_key,
        has_cross_site_ancestor=parent.has_cross_site_ancestor or not sites.same_site(origin, parent.origin),
        is_secure_context=is_secure and parent.is_secure_context if secure_context is None else secure_context,
        prohibits_mixed_content=page_url.scheme == "https" or parent.prohibits_mixed_content,
        referrer_policy=referrer_policy or DEFAULT_REFERRER_POLICY,
        csp_list=csp_list,
        integrity_policy=integrity_policy,
        address_space=space,
        parent=parent,
        allow=allow,
    )


def header_list_of(headers: HeadersInit) -> HeaderList:
    """
    Return the headers of a page's response as a header list.

    Raises:
        TypeError: They are neither a mapping nor pairs of str.
        ValueError: A name is no token, or a value has a NUL or the end of a line; no page arrives with such a header.
    """
    if not isinstance(headers, Iterable):
        raise ArgumentTypeError(f"headers has to be a mapping or pairs, not {type(headers).__name__}")
    try:
        pairs = [(name, value.strip(b"\t ")) for name, value in header_pairs(headers)]
    except FetchTypeError as error:
        raise ArgumentTypeError(str(error)) from None
    for name, value in pairs:
        if not is_header_name(name):
            raise ArgumentValueError(
                "headers has to have names such as 'Content-Security-Policy', not " + repr(name.decode("latin-1"))
            )
        if not is_header_value(value):
            raise ArgumentValueError(
                f"headers has to have values without NUL and line ends; {name.decode('latin-1')} has "
                + repr(value.decode("latin-1"))
            )
    return HeaderList(pairs)


def _csp_list_of(url: URL, parent: Environment | None, headers: HeaderList | None) -> CSPList | None:
    """
    Return the policies of a page: those of its response, or of the page that made it.

    https://html.spec.whatwg.org/#initialize-the-policy-container
    """
    above = None if parent is None else parent.csp_list
    # NB: imported late, since few pages have policies.
    if headers is None and above is None:
        return None
    from browsercors.protections.content_security_policy.parsing import parse_a_responses_csps
    from browsercors.values.content_security_policy import CSPList

    own = None if headers is None else parse_a_responses_csps(headers, url.origin)
    if above is None:
        return own
    # NOTE: frames of any origin upgrade as the pages above them do; policies are inherited by local schemes only.
    inherited = above.policies if url.scheme in LOCAL_SCHEMES else ()
    policies = (*inherited, *(own.policies if own is not None else ()))
    upgrades = above.upgrades_insecure_requests or (own is not None and own.upgrades_insecure_requests)
    if not policies and not upgrades:
        return None
    return CSPList(policies, above.self_origin if inherited else url.origin, upgrades)


def _integrity_policy_of(url: URL, parent: Environment | None, headers: HeaderList | None) -> IntegrityPolicy | None:
    """
    Return the integrity policy of a page: that of its response, or of the page that made it.
    """
    if headers is None or b"integrity-policy" not in headers:
        return parent.integrity_policy if parent is not None and url.scheme in LOCAL_SCHEMES else None
    # NB: imported late, since hardly any page has one.
    from browsercors.protections.integrity_policy import process_an_integrity_policy

    return process_an_integrity_policy(headers)


def _origin_of(url: URL, parent: Environment | None, *, sandboxed: bool) -> Origin:
    """
    Determine the origin (https://html.spec.whatwg.org/#determining-the-origin).
    """
    if sandboxed:
        return Origin()
    # NB: `about:blank` and `about:srcdoc` documents have their creator's origin.
    if url.scheme == "about" and parent is not None:
        return parent.origin
    return url.origin


def absolute_url(argument: str, url: str) -> URL:
    """
    Return the URL that *argument* has to be.

    Raises:
        ArgumentTypeError: It is no str.
        ArgumentValueError: It is no absolute URL.
    """
    if not isinstance(url, str):
        url = cast("str", text_of_url(url))
    if not isinstance(url, str):
        raise ArgumentTypeError(f"{argument} has to be a str, not {type(url).__name__}")
    parsed = parse_url(url)
    if parsed is None:
        raise ArgumentValueError(
            f"{argument} has to be an absolute URL, such as 'https://app.example.com/', not {url!r}"
        )
    return parsed
