"""
Subresource Integrity: whether what arrived is what the page's author expected.

https://w3c.github.io/webappsec-subresource-integrity/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.values.expressions import compiled_late

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "HashExpression",
    "do_bytes_match_metadata_list",
    "does_response_match_metadata_list",
    "get_the_strongest_metadata",
    "is_response_eligible_for_integrity_validation",
    "parse_metadata",
]

# https://w3c.github.io/webappsec-subresource-integrity/#valid-sri-hash-algorithm-token-set, the weakest first.
HASH_ALGORITHMS: Final = ("sha256", "sha384", "sha512")
ASCII_WHITESPACE = compiled_late(r"[\t\n\f\r ]+")
ELIGIBLE_TYPES: Final = frozenset({"basic", "cors", "default"})
BASE64URL_TO_BASE64: Final = str.maketrans("-_", "+/")


class HashExpression(NamedTuple):
    """
    One digest that the page's author allows.

    Attributes:
        algorithm: One of `HASH_ALGORITHMS`.
        value: The digest in Base64; whatever the author wrote there.
    """

    algorithm: str
    value: str


def parse_metadata(metadata: str) -> list[HashExpression]:
    """
    Parse integrity metadata; what no browser understands is left out.

    https://w3c.github.io/webappsec-subresource-integrity/#parse-metadata
    """
    # 1.-2. Go through the items.
    # NB: the standard splits on spaces; an attribute is written over several lines, and browsers take all whitespace.
    result: dict[HashExpression, None] = {}
    for item in ASCII_WHITESPACE.split(metadata):
        # 2.1.-2. Options are reserved, and ignored.
        expression = item.partition("?")[0]
        # 2.3.-7. Algorithm, hyphen, value.
        # NB: the standard ends the value at the next hyphen. Browsers do not, and take Base64url, where it is a digit.
        algorithm, _, value = expression.partition("-")
        # 2.8.-9. Keep it if the algorithm is known.
        if algorithm in HASH_ALGORITHMS:
            result[HashExpression(algorithm, value.translate(BASE64URL_TO_BASE64))] = None
    # 3. Return them.
    return list(result)


def get_the_strongest_metadata(expressions: Iterable[HashExpression]) -> list[HashExpression]:
    """
    Keep the expressions with the strongest algorithm.

    https://w3c.github.io/webappsec-subresource-integrity/#get-the-strongest-metadata
    """
    # 1.-2. A stronger one replaces what was kept, an equal one joins it.
    result: list[HashExpression] = []
    strongest = -1
    for expression in expressions:
        strength = HASH_ALGORITHMS.index(expression.algorithm)
        if strength > strongest:
            strongest = strength
            result = []
        if strength == strongest:
            result.append(expression)
    # 3. Return them.
    return result


def do_bytes_match_metadata_list(data: bytes, metadata_list: str) -> bool:
    """
    Whether the bytes match the integrity metadata; without any that is understood they do.

    https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist
    """
    # 1.-2. Nothing to check is a match.
    expressions = parse_metadata(metadata_list)
    if not expressions:
        return True
    # 3. Only the strongest algorithm counts.
    metadata = get_the_strongest_metadata(expressions)
    # NB: few fetches need it, and OpenSSL takes its time to load.
    import base64
    import hashlib

    # 4.-5. One digest has to be that of the bytes.
    digest = hashlib.new(metadata[0].algorithm, data).digest()
    # NB: the standard wants Base64 with its padding; no browser insists on it.
    actual = base64.b64encode(digest).decode("ascii").rstrip("=")
    return any(expression.value.rstrip("=") == actual for expression in metadata)


def is_response_eligible_for_integrity_validation(response_type: str) -> bool:
    """
    Whether a response may be compared at all; if not, that would tell the page what is in it.

    Args:
        response_type: The type of the filtered response, such as "opaque".

    https://www.w3.org/TR/SRI/#is-response-eligible
    """
    return response_type in ELIGIBLE_TYPES


def does_response_match_metadata_list(
    response_type: str, body: bytes | None, metadata_list: str, *, ignores_unknown: bool = False
) -> bool:
    """
    Whether what an element has loaded is what its `integrity` attribute says.

    A script or a stylesheet of another origin has to be loaded with `crossorigin`: what is opaque never matches.

    Args:
        response_type: The type of the filtered response.
        body: Its body; None counts as empty.
        metadata_list: The attribute; an empty one says nothing.
        ignores_unknown: Whether an attribute in which nothing is understood says nothing either.

    https://www.w3.org/TR/SRI/#does-response-match-metadatalist
    """
    # PROFILE: Chromium looks first at whether there is anything to compare.
    if not metadata_list or (ignores_unknown and not parse_metadata(metadata_list)):
        return True
    return is_response_eligible_for_integrity_validation(response_type) and do_bytes_match_metadata_list(
        body or b"", metadata_list
    )
