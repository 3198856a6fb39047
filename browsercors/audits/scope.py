"""
What an audit ranges over: what it was told, who is meant, and who asks.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import attrs

from browsercors.audits.suspects import suspects
from browsercors.policy.origins.patterns import ANY_ORIGIN
from browsercors.policy.search_space import SearchSpace

if TYPE_CHECKING:
    from browsercors.audits.suspects import Suspect
    from browsercors.policy.origins.patterns import OriginPattern
    from browsercors.values.urls import URL

__all__ = ["Scope"]


@attrs.frozen(slots=False, kw_only=True)
class Scope:
    """
    What an audit ranges over.

    Attributes:
        url: The server's origin.
        paths: The paths.
        patterns: The origins that are meant; empty if that was not said.
        methods: The methods that pages are to use.
        headers: The headers that pages are to set.
        knows_visitor: Whether cookies or a login were given.
        sends_unsafe_methods: Whether more is sent than GET, HEAD and OPTIONS.
        strangers: Two origins that no server knows.
        sockets: Where the server is known to have WebSockets.
        knows_sockets: Whether these are all.
    """

    url: URL
    paths: tuple[str, ...]
    patterns: tuple[OriginPattern, ...]
    methods: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    knows_visitor: bool
    sends_unsafe_methods: bool
    strangers: tuple[str, str]
    sockets: tuple[str, ...] = ()
    knows_sockets: bool = False

    @property
    def is_said(self) -> bool:
        """
        Whether it was said which origins are meant.
        """
        return bool(self.patterns)

    @property
    def everybody_is_meant(self) -> bool:
        """
        Whether all origins are.
        """
        return ANY_ORIGIN in self.patterns

    @property
    def promised(self) -> tuple[str, ...]:
        """
        The origins that are meant by name.
        """
        return tuple(pattern for pattern in self.patterns if isinstance(pattern, str))

    @functools.cached_property
    def suspects(self) -> tuple[Suspect, ...]:
        """
        The origins that a careless comparison, or somebody long ago, may have let in.
        """
        return () if self.everybody_is_meant else suspects(self.url, self.patterns)

    @functools.cached_property
    def space(self) -> SearchSpace:
        """
        The same as policy checks have it, by which cells are named.
        """
        return SearchSpace(
            allowed=self.promised,
            strangers=(*self.strangers, "null"),
            near=tuple(suspect.origin for suspect in self.suspects if suspect.is_near),
            codes={"null": "null", **{suspect.origin: suspect.code for suspect in self.suspects}},
            paths=self.paths,
            methods=("GET", *self.methods),
            headers=tuple(name for name, _ in self.headers),
            left_behind=tuple(suspect.origin for suspect in self.suspects if not suspect.is_near),
        )
