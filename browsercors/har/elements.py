"""
How a page loads what a recorded request of an element or a style sheet asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CROSSORIGIN", "ELEMENTS", "Element"]


class Element(NamedTuple):
    """
    How a page loads what a request of some destination asks for.

    Attributes:
        method: The method of `Page`, and the name of the load in a `PageCall`.
        attributes: What the method is called with.
        has_crossorigin: Whether an attribute decides whether and how it uses CORS.
        load: The name of the load in a `PageCall`, if that is another one.
    """

    method: str
    attributes: Mapping[str, str] = {}
    has_crossorigin: bool = True
    load: str = ""


ELEMENTS: Final[Mapping[str, Element]] = {
    "audio": Element("media", {"element": "audio"}),
    "event-source": Element("event_source", has_crossorigin=False),
    "font": Element("font", has_crossorigin=False),
    "image": Element("image"),
    "manifest": Element("manifest"),
    "script": Element("script"),
    "style": Element("stylesheet"),
    "track": Element("track"),
    "video": Element("media", {"element": "video"}),
    "sharedworker": Element("import_module", has_crossorigin=False, load="module"),
    "worker": Element("import_module", has_crossorigin=False, load="module"),
}
"""
By the destination, but for an event source. A module asks as a script with crossorigin does.

NB: with CORS and the destination of a worker, a module worker asks for what it imports. The script of a worker itself
is of the page's own origin.
"""
CROSSORIGIN: Final[Mapping[str, str]] = {
    "same-origin": "anonymous",
    "omit": "anonymous",
    "include": "use-credentials",
}
