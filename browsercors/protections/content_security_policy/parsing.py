"""
Reading the policies of a page's response.

https://w3c.github.io/webappsec-csp/#framework-policy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.protections.content_security_policy.source_expressions import NONE, is_source_expression
from browsercors.protections.upgrade_insecure_requests import asks_for_upgrades
from browsercors.values.content_security_policy import CSPList, Disposition, Policy
from browsercors.values.expressions import compiled_late

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList
    from browsercors.values.origins import Origin

__all__ = ["FETCH_DIRECTIVES", "parse_a_responses_csps", "parse_a_serialized_csp"]

FETCH_DIRECTIVES: Final = frozenset(
    {
        "child-src",
        "connect-src",
        "default-src",
        "font-src",
        "frame-src",
        "img-src",
        "manifest-src",
        "media-src",
        "object-src",
        "script-src",
        "script-src-attr",
        "script-src-elem",
        "style-src",
        "style-src-attr",
        "style-src-elem",
        "worker-src",
    }
)
"""The directives whose values are source lists."""

OTHER_DIRECTIVES: Final = frozenset(
    {
        "base-uri",
        "block-all-mixed-content",
        "form-action",
        "frame-ancestors",
        "report-to",
        "report-uri",
        "require-trusted-types-for",
        "sandbox",
        "trusted-types",
        "upgrade-insecure-requests",
        "webrtc",
    }
)

HEADERS: Final = (
    (b"content-security-policy", Disposition.ENFORCE),
    (b"content-security-policy-report-only", Disposition.REPORT),
)
ASCII_WHITESPACE = compiled_late(r"[\t\n\f\r ]+")


def parse_a_serialized_csp(serialized: str, disposition: Disposition) -> Policy:
    """
    Parse one policy. What does not parse is left out, and stands among its warnings.

    https://w3c.github.io/webappsec-csp/#parse-serialized-policy
    """
    # 1.-2. Begin with no directives.
    directives: dict[str, tuple[str, ...]] = {}
    warnings: list[str] = []
    # 3. Go through the directives.
    for part in serialized.split(";"):
        # 3.1.-3.2. Leave out what is empty, or has characters beyond ASCII.
        token = part.strip("\t\n\f\r ")
        if not token:
            continue
        if not token.isascii():
            warnings.append(f"the directive {token!r} has characters beyond ASCII")
            continue
        # 3.3.-3.4. The name, in lower case.
        name, *values = ASCII_WHITESPACE.split(token)
        name = name.lower()
        # 3.5. The first one of a name counts.
        if name in directives:
            warnings.append(f"the directive {name!r} is there already; the first one counts")
            continue
        # 3.6.-3.8. Keep it.
        directives[name] = tuple(values)
        warnings += _warnings_of(name, values)
    # 4. Return the policy.
    return Policy(directives, disposition, tuple(warnings))


def _warnings_of(name: str, values: list[str]) -> list[str]:
    if name in FETCH_DIRECTIVES:
        return [
            f"{name} lists {source!r}, which is no source"
            for source in values
            if not is_source_expression(source) and (source.lower() != NONE or len(values) > 1)
        ]
    return [] if name in OTHER_DIRECTIVES else [f"the directive {name!r} is unknown"]


def parse_a_responses_csps(headers: HeaderList, self_origin: Origin) -> CSPList | None:
    """
    Parse the policies of a response.

    Args:
        headers: The headers of the response.
        self_origin: The origin of its URL.

    Returns:
        The policies; None if there are none.

    https://w3c.github.io/webappsec-csp/#parse-response-csp
    """
    # 1.-3. Each header, and each part of it between commas, is a policy, unless nothing in it parses.
    policies = [
        policy
        for name, disposition in HEADERS
        for value in headers.get_all(name)
        for token in value.decode("latin-1").split(",")
        if (policy := parse_a_serialized_csp(token, disposition)).directives
    ]
    # 4. Return them.
    return CSPList(tuple(policies), self_origin, asks_for_upgrades(policies)) if policies else None
