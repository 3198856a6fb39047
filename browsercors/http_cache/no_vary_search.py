"""
`No-Vary-Search`: the parts of a URL's query that make no difference to a response.

https://httpwg.org/http-extensions/draft-ietf-httpbis-no-vary-search.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList

__all__ = ["SearchVariance", "search_variance"]


@attrs.frozen
class SearchVariance:
    """
    The names in a query that tell two URLs apart.

    Attributes:
        names: The listed names.
        ignores_names: Whether the listed names make no difference and all others do; if not, only the listed ones do.
        ignores_order: Whether the order of the names makes no difference.
    """

    names: frozenset[str]
    ignores_names: bool
    ignores_order: bool

    def significant(self, query: str) -> tuple[tuple[str, str], ...]:
        """
        Return the names and values of *query* that make a difference.
        """
        # NB: hardly any response has the header.
        from browsercors.values.formats.urlencoded import urlencoded_parser

        pairs = urlencoded_parser(query.encode("utf-8"))
        kept = [pair for pair in pairs if (pair[0] in self.names) is not self.ignores_names]
        # NB: values of one name keep their order.
        return tuple(sorted(kept, key=lambda pair: pair[0]) if self.ignores_order else kept)


def search_variance(headers: HeaderList) -> SearchVariance | None:
    """
    Read `No-Vary-Search`; None if it is missing, says nothing, or cannot be read: then the whole query counts.
    """
    value = headers.get(b"no-vary-search")
    if value is None:
        return None
    # NB: hardly any response has the header.
    import http_sf

    try:
        members = cast("dict[str, Any]", http_sf.parse(value, tltype="dictionary"))
    except ValueError:
        return None
    key_order, params, exceptions = (
        members[name][0] if name in members else None for name in ("key-order", "params", "except")
    )
    if not (key_order is None or isinstance(key_order, bool)) or (exceptions is not None and params is not True):
        return None
    ignored = _names(params) if isinstance(params, list) else frozenset[str]()
    excepted = frozenset[str]() if exceptions is None else _names(exceptions)
    if ignored is None or excepted is None or not (params is None or isinstance(params, bool | list)):
        return None
    if params is True:
        return SearchVariance(excepted, ignores_names=False, ignores_order=key_order is True)
    if not ignored and not key_order:
        return None
    return SearchVariance(ignored, ignores_names=True, ignores_order=key_order is True)


def _names(value: object) -> frozenset[str] | None:
    """
    Return the names that an inner list of strings has, decoded as a query is; None for anything else.
    """
    from browsercors.values.formats.urlencoded import urlencoded_parser

    if not isinstance(value, list):
        return None
    names = [item[0] for item in value]
    # NB: a token is a str as well, but of a class of its own.
    if any(type(name) is not str for name in names):
        return None
    # NB: a name is written as in a query.
    return frozenset(pair[0] for name in names for pair in urlencoded_parser(name.encode("utf-8")))
