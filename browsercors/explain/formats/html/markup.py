"""
The only place where HTML is put together: text is escaped unless it is `Markup`.

The children of an `element` are `Markup`, which is taken as it is, or text, which is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.explain.words.sanitise import escaped, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Markup", "element", "joined", "link", "void_element"]

SAFE_SCHEME = "https://"


class Markup(str):
    """
    Text that is HTML already.
    """

    __slots__ = ()

    def __add__(self, other: str) -> Markup:
        return joined((self, other))


def element(name: str, /, *children: str, **attributes: str | int) -> Markup:
    """
    Return an element.

    Args:
        name: Its name.
        children: What stands in it, in order: HTML if it is `Markup`, otherwise text of whatever origin.
        attributes: Its attributes, with `_` for `-`, and one at the end where Python has the word for itself; values
            are text of whatever origin.
    """
    return Markup(f"{_start(name, attributes)}>{joined(children)}</{name}>")


def void_element(name: str, /, **attributes: str | int) -> Markup:
    """
    Return an element without content: without an end tag in HTML, self-closing in SVG.
    """
    return Markup(f"{_start(name, attributes)}/>")


def _start(name: str, attributes: dict[str, str | int]) -> str:
    if not attributes:
        return f"<{name}"
    written = [
        f'{key.rstrip("_").replace("_", "-")}="{value if isinstance(value, int) else escaped(value)}"'
        for key, value in attributes.items()
    ]
    return f"<{name} {' '.join(written)}"


def joined(children: Iterable[str], between: str = "") -> Markup:
    """
    Return children one after the other, escaped where they are text.
    """
    return Markup(between.join([child if isinstance(child, Markup) else escaped(child) for child in children]))


def link(url: str, text: str, /, **attributes: str | int) -> Markup:
    """
    Return a link that sends no referrer; only *text* if the URL is not an https URL.
    """
    if url.startswith(SAFE_SCHEME) and url == printable(url) and not any(char in " \"'<>`" for char in url):
        return element("a", text, href=url, rel="noreferrer", **attributes)
    return joined((text,))
