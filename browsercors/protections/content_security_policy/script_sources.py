"""
Nonces and hashes: sources that let scripts and stylesheets pass, whatever their URL.

https://w3c.github.io/webappsec-csp/#framework-directive-source-list
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.protections.integrity import HashExpression, parse_metadata
from browsercors.values.expressions import compiled_late

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["STRICT_DYNAMIC", "integrity_metadata_matches_source_list", "is_listed", "nonce_matches_source_list"]

STRICT_DYNAMIC: Final = "'strict-dynamic'"
# NB: `nonce` and the names of the algorithms in any case of letters, the values as they are.
NONCE_SOURCE = compiled_late(r"'[nN][oO][nN][cC][eE]-([A-Za-z0-9+/_-]+={0,2})'\Z")
HASH_SOURCE = compiled_late(r"'([sS][hH][aA](?:256|384|512)-[A-Za-z0-9+/_-]+={0,2})'\Z")


def is_listed(keyword: str, sources: Sequence[str]) -> bool:
    """
    Whether a lower-case keyword, with its quotes, stands among the sources, in any case of letters.
    """
    return any(source.lower() == keyword for source in sources)


def nonce_matches_source_list(nonce: str, sources: Sequence[str]) -> bool:
    """
    Whether the nonce of an element is one of those listed.

    https://w3c.github.io/webappsec-csp/#match-nonce-to-source-list
    """
    # 2. No nonce matches none.
    # 3.-4. One has to be the same.
    return nonce != "" and any(
        (match := NONCE_SOURCE.match(source)) is not None and match[1] == nonce for source in sources
    )


def integrity_metadata_matches_source_list(metadata: str, sources: Sequence[str]) -> bool:
    """
    Whether all the hashes that an element allows are listed.

    https://w3c.github.io/webappsec-csp/#match-integrity-metadata-to-source-list
    """
    # 2.-3. Without hashes among the sources nothing matches,
    listed = _hashes(sources)
    if not listed:
        return False
    # 4.-5. nor without any in the element.
    stated = parse_metadata(metadata)
    # 6.-7. Each of these has to be listed.
    return bool(stated) and listed.issuperset(stated)


def _hashes(sources: Sequence[str]) -> set[HashExpression]:
    matches = (HASH_SOURCE.match(source) for source in sources)
    written = (match[1].partition("-") for match in matches if match is not None)
    # NB: both ways to write Base64 are one, as in integrity metadata.
    return {one for algorithm, _, value in written for one in parse_metadata(f"{algorithm.lower()}-{value}")}
