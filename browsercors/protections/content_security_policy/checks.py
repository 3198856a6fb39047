"""
Whether a page's policies let it make a request.

https://w3c.github.io/webappsec-csp/#fetch-integration
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from browsercors.protections.content_security_policy.parsing import FETCH_DIRECTIVES
from browsercors.protections.content_security_policy.script_sources import (
    STRICT_DYNAMIC,
    integrity_metadata_matches_source_list,
    is_listed,
    nonce_matches_source_list,
)
from browsercors.protections.content_security_policy.source_expressions import Matching, url_matches_source_list
from browsercors.protections.mime_type import SCRIPT_LIKE_DESTINATIONS
from browsercors.values.content_security_policy import Disposition
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.requests import RequestMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.rules.content_security_policy import ContentSecurityPolicyRules
    from browsercors.values.content_security_policy import CSPList, Policy
    from browsercors.values.findings import Finding
    from browsercors.values.origins import Origin
    from browsercors.values.requests import Request
    from browsercors.values.urls import URL

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "IGNORED",
    "REPORT",
    "effective_directive",
    "fallback_list",
    "reported_violations",
    "should_request_be_blocked",
    "violated_directive",
]

CONTENT_SECURITY_POLICY = Algorithm(
    "should request be blocked by Content Security Policy?",
    "https://w3c.github.io/webappsec-csp/#should-block-request",
)
REPORT = Algorithm(
    "report Content Security Policy violations for request",
    "https://w3c.github.io/webappsec-csp/#report-for-request",
)

IGNORED = Algorithm("parse a serialized CSP", "https://w3c.github.io/webappsec-csp/#parse-serialized-policy")

# https://w3c.github.io/webappsec-csp/#effective-directive-for-a-request
EFFECTIVE_DIRECTIVES: Final = MappingProxyType(
    {
        "": "connect-src",
        "manifest": "manifest-src",
        "object": "object-src",
        "embed": "object-src",
        "frame": "frame-src",
        "iframe": "frame-src",
        "audio": "media-src",
        "track": "media-src",
        "video": "media-src",
        "font": "font-src",
        "image": "img-src",
        "style": "style-src-elem",
        "script": "script-src-elem",
        "xslt": "script-src-elem",
        "audioworklet": "script-src-elem",
        "paintworklet": "script-src-elem",
        "serviceworker": "worker-src",
        "sharedworker": "worker-src",
        "worker": "worker-src",
        "json": "connect-src",
        "text": "connect-src",
        "webidentity": "connect-src",
        "report": None,
    }
)
# https://w3c.github.io/webappsec-csp/#directive-fallback-list
FALLBACK_LISTS: Final = MappingProxyType(
    {
        "script-src-elem": ("script-src-elem", "script-src", "default-src"),
        "script-src-attr": ("script-src-attr", "script-src", "default-src"),
        "style-src-elem": ("style-src-elem", "style-src", "default-src"),
        "style-src-attr": ("style-src-attr", "style-src", "default-src"),
        "worker-src": ("worker-src", "child-src", "script-src", "default-src"),
        "connect-src": ("connect-src", "default-src"),
        "manifest-src": ("manifest-src", "default-src"),
        "object-src": ("object-src", "default-src"),
        "frame-src": ("frame-src", "child-src", "default-src"),
        "media-src": ("media-src", "default-src"),
        "font-src": ("font-src", "default-src"),
        "img-src": ("img-src", "default-src"),
    }
)


# https://w3c.github.io/webappsec-csp/#does-resource-hint-violate-policy
DIRECTIVES_OF_RESOURCE_HINTS: Final = FETCH_DIRECTIVES - {"script-src-attr", "style-src-attr"}


def effective_directive(destination: str, *, is_prefetch: bool = False) -> str | None:
    """
    Return the directive that is for requests of a destination.

    https://w3c.github.io/webappsec-csp/#effective-directive-for-a-request
    """
    # 1. What is fetched for later is no destination's.
    if is_prefetch:
        return "default-src"
    # 2.-3. By the destination; what is new is `connect-src`.
    return EFFECTIVE_DIRECTIVES.get(destination, "connect-src")


MADE_BY_SCRIPTS: Final = frozenset({"import", "importscripts", "worker", "worker-import"})
"""The initiators of what no parser of HTML has made."""


def fallback_list(directive: str) -> tuple[str, ...]:
    """
    Return the directives that decide in the place of *directive*, itself included, the first one first.

    https://w3c.github.io/webappsec-csp/#directive-fallback-list
    """
    return FALLBACK_LISTS.get(directive, ())


def violated_directive(
    request: Request,
    policy: Policy,
    self_origin: Origin,
    rules: ContentSecurityPolicyRules,
) -> str | None:
    """
    Return the name of the directive that *request* violates, or None.

    NB: the standard asks each directive whether it is the one to decide; the first one of the fallback list that the
    policy has is the one.

    https://w3c.github.io/webappsec-csp/#does-request-violate-policy
    """
    # PROFILE: what a sandboxed page has inherited is read by WebKit as if it were its own.
    origin = request.client.origin if rules.self_is_the_pages_origin else self_origin
    matching = Matching(origin, request.redirect_count > 0, rules)
    # 1. Prefetches have a rule of their own.
    if request.initiator == "prefetch":
        return _directive_violated_by_resource_hint(request, policy, matching)
    # 2.-4. Ask the one directive.
    effective = effective_directive(request.destination)
    if effective is None:
        return None
    for name in fallback_list(effective):
        sources = policy.directives.get(name)
        if sources is not None:
            is_allowed = _is_allowed_by_metadata(request, effective, name, sources)
            if is_allowed is None:
                is_allowed = url_matches_source_list(_compared_url(request, rules), sources, matching)
            # PROFILE: in WebKit `img-src *` matches `data:` URLs as well.
            if not is_allowed and "*" in sources:
                is_socket = request.mode is RequestMode.WEBSOCKET
                is_allowed = is_socket or request.current_url.scheme in rules.wildcard_schemes.get(name, ())
            return None if is_allowed else name
    return None


def _compared_url(request: Request, rules: ContentSecurityPolicyRules) -> URL:
    """
    Return the URL that is compared with the sources.
    """
    # PROFILE: browsers compare the URL that the page has given to its WebSocket.
    if request.mode is RequestMode.WEBSOCKET and rules.compares_socket_urls:
        return request.current_url.as_socket_url()
    return request.current_url


def _directive_violated_by_resource_hint(request: Request, policy: Policy, matching: Matching) -> str | None:
    """
    Return `default-src` if no directive at all would let *request* pass.

    NB: the text leaves `default-src` itself out of what it asks, and would block what only that lists.

    https://w3c.github.io/webappsec-csp/#does-resource-hint-violate-policy
    """
    # 1.-2. Without the directive nothing is violated.
    if "default-src" not in policy.directives:
        return None
    # 3.-4. One directive that lists the URL is enough.
    # PROFILE: in Firefox it has to be this one.
    asked = {"default-src"} if matching.rules.default_decides_on_prefetches else DIRECTIVES_OF_RESOURCE_HINTS
    is_listed_somewhere = any(
        url_matches_source_list(request.current_url, sources, matching)
        for name, sources in policy.directives.items()
        if name in asked
    )
    return None if is_listed_somewhere else "default-src"


def _is_allowed_by_metadata(request: Request, effective: str, name: str, sources: Sequence[str]) -> bool | None:
    """
    Decide by what the element says, before the URL is compared; None where that does not decide.

    https://w3c.github.io/webappsec-csp/#script-pre-request
    https://w3c.github.io/webappsec-csp/#style-src-elem-pre-request
    """
    # NB: workers are scripts to `script-src`, but not to `worker-src`, `child-src` and `default-src`.
    is_script = request.destination in SCRIPT_LIKE_DESTINATIONS and (
        effective == "script-src-elem" or name == "script-src"
    )
    if not is_script and effective != "style-src-elem":
        return None
    # 1.1. A nonce lets pass.
    if nonce_matches_source_list(request.cryptographic_nonce, sources):
        return True
    if not is_script:
        return None
    # 1.2. So do hashes, if all of those that the element allows are listed.
    if integrity_metadata_matches_source_list(request.integrity_metadata, sources):
        return True
    # 1.3. Under 'strict-dynamic' no URL does: what a script has made is as trusted as that script.
    if is_listed(STRICT_DYNAMIC, sources):
        # NB: the elements here stand in the page's markup.
        return request.initiator in MADE_BY_SCRIPTS
    # 1.4. Otherwise the URL decides.
    return None


def should_request_be_blocked(request: Request, csp_list: CSPList, rules: ContentSecurityPolicyRules) -> Finding | None:
    """
    Decide whether *request* is blocked by the page's policies.

    Args:
        request: The request.
        csp_list: The page's policies.
        rules: How the browser compares URLs with sources.

    Returns:
        The finding that blocks it, or None.

    https://w3c.github.io/webappsec-csp/#should-block-request
    """
    # 1.-4. The first policy that is violated speaks for all.
    # NB: a page that sends no reports has no use for the others.
    for policy in csp_list.policies:
        if policy.disposition is Disposition.ENFORCE:
            directive = violated_directive(request, policy, csp_list.self_origin, rules)
            if directive is not None:
                return CONTENT_SECURITY_POLICY.failed(
                    "3.3.2", Reason.CONTENT_SECURITY_POLICY, **_evidence(request, policy, directive)
                )
    return None


def reported_violations(request: Request, csp_list: CSPList, rules: ContentSecurityPolicyRules) -> list[Finding]:
    """
    Return a finding for each policy that would block *request* if it were enforced, and for all that is ignored.

    https://w3c.github.io/webappsec-csp/#report-for-request
    """
    ignored = [IGNORED.noted("3", warning=warning) for policy in csp_list.policies for warning in policy.warnings]
    return ignored + [
        REPORT.noted("2.3", **_evidence(request, policy, directive))
        for policy in csp_list.policies
        if policy.disposition is Disposition.REPORT
        and (directive := violated_directive(request, policy, csp_list.self_origin, rules)) is not None
    ]


def _evidence(request: Request, policy: Policy, directive: str) -> dict[str, object]:
    return {
        "directive": directive,
        "sources": policy.directives[directive],
        "effective": effective_directive(request.destination, is_prefetch=request.initiator == "prefetch"),
        "url": request.current_url.href,
        "redirected": request.redirect_count > 0,
    }
