"""
Reading HTML again, as strictly as it is written: what stands where, and that all of it is closed.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

INLINE: Final = {"a", "b", "code", "mark", "span", "strong"}
VOID: Final = {"meta", "line", "path", "rect"}


class ReadPage(HTMLParser):
    """
    An HTML page, read.

    Attributes:
        elements: The start tags in order: name and attributes.
        texts: The text of each element by its number in `elements`, with that of all within; blocks end in line breaks.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[int] = []
        self.feed(page)
        self.close()
        assert [] == self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute of {tag} is there twice: {names}"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append("")
        self._open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.elements[self._open.pop()][0]
        if tag not in INLINE:
            self.handle_data("\n")

    def handle_data(self, data: str) -> None:
        if "style" not in (self.elements[number][0] for number in self._open):
            for number in self._open:
                self.texts[number] += data

    def handle_comment(self, data: str) -> None:
        message = f"a comment: {data}"
        raise AssertionError(message)

    def handle_pi(self, data: str) -> None:
        message = f"a processing instruction: {data}"
        raise AssertionError(message)

    def all(self, *names: str) -> list[tuple[dict[str, str], str]]:
        """
        Return attributes and text of all elements of these names, in order.
        """
        return [
            (attributes, text)
            for (name, attributes), text in zip(self.elements, self.texts, strict=True)
            if name in names
        ]

    def texts_of(self, *names: str) -> list[str]:
        return [text for _, text in self.all(*names)]

    def of_class(self, class_: str) -> list[str]:
        """
        Return the text of all elements of a class, in order.
        """
        return [
            text
            for (_, attributes), text in zip(self.elements, self.texts, strict=True)
            if class_ in attributes.get("class", "").split()
        ]
