"""
The headers that a page sees, and what it is told of those that it does not see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.values.headers import Headers

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HiddenHeader", "PageHeaders"]


class HiddenHeader(KeyError):  # noqa: N818 - it is what the page meets
    """
    The response has the header, but the page does not see it; the message says how it would.

    Attributes:
        name: The header, as it was asked for.
        why: Why the page does not see it, and how it would.
    """

    __module__ = "browsercors"  # where its users find it

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name = name
        self.why = why

    def __str__(self) -> str:
        return f"the page does not see the header {self.name!r}: {self.why}"


class PageHeaders(Headers):
    """
    The headers that a page sees. `headers[name]` of one that is there and hidden raises `HiddenHeader`.

    Args:
        headers: What the page sees.
        why_hidden: Returns why the page does not see the header of a name; empty if there is none.
    """

    __slots__ = ("_why_hidden",)

    def __init__(self, headers: list[tuple[bytes, bytes]], why_hidden: Callable[[str], str]) -> None:
        super().__init__(headers)
        self._why_hidden = why_hidden

    def __getitem__(self, name: str) -> str:
        __tracebackhide__ = True
        try:
            return super().__getitem__(name)
        except KeyError:
            why = self._why_hidden(name) if isinstance(name, str) else ""
            if why:
                raise HiddenHeader(name, why) from None
            raise
