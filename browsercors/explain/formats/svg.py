"""
A sequence diagram as inline SVG. Each exchange in it is a link to that exchange on the page.

Colours and letters come from the page's style sheet; the drawing scales, and is as wide as it has lifelines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.formats.html.markup import Markup, element, joined, void_element
from browsercors.explain.words.labels import VERDICTS
from browsercors.explain.words.sanitise import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.explain.formats.sequence_diagram import Diagram, Lifeline, Message

__all__ = ["diagram_as_svg"]

MARGIN: Final = 88
PITCH: Final = 232
BOX_WIDTH: Final = 168
BOX_HEIGHT: Final = 44
TOP: Final = 8
ROW: Final = 40
CHARACTER: Final = 7.3
SIZES: Final = ((2, 1.3, "narrow"), (3, 1.2, "wide"))
"""The scale of the drawing and the class for its least width, by the most lifelines that they are for."""

OTHER_SIZE: Final = (0.84, "wider")
"""The scale and the class of a drawing with more lifelines, which scrolls if there is no room."""


def diagram_as_svg(diagram: Diagram, targets: Sequence[str], labels: Sequence[str], name: str) -> Markup:
    """
    Return a diagram as an SVG element.

    Args:
        diagram: What to draw.
        targets: The `id` of the element that shows each entry of the timeline, in order.
        labels: What each entry of the timeline is called, in order.
        name: Begins the `id`s of the drawing; no other drawing of the page may have it.
    """
    count = len(diagram.lifelines)
    height = _y(len(diagram.messages)) + ROW
    width = 2 * MARGIN + PITCH * (count - 1)
    scale, class_ = next(((scale, class_) for most, scale, class_ in SIZES if count <= most), OTHER_SIZE)
    return element(
        "svg",
        element("title", "Sequence diagram", id=f"{name}-title"),
        element("desc", _description(diagram), id=f"{name}-desc"),
        *(_lifeline(number, lifeline, height) for number, lifeline in enumerate(diagram.lifelines)),
        *_groups(diagram, targets, labels, width),
        _ending(diagram, _y(len(diagram.messages))),
        viewBox=f"0 0 {width} {height + TOP}",
        width=round(width * scale),
        height=round((height + TOP) * scale),
        role="group",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
        class_=class_,
    )


def _description(diagram: Diagram) -> str:
    who = ", ".join(f"{lifeline.role} {lifeline.name}".rstrip() for lifeline in diagram.lifelines)
    return f"Between {who}. {diagram.ending}. Each link leads to an exchange below."


def _x(number: int) -> int:
    return MARGIN + PITCH * number


def _y(row: int) -> int:
    return TOP + BOX_HEIGHT + 8 + ROW * row


def _lifeline(number: int, lifeline: Lifeline, height: int) -> Markup:
    x = _x(number)
    return element(
        "g",
        element("title", f"{lifeline.role} {lifeline.name}"),
        void_element("line", x1=x, y1=TOP + BOX_HEIGHT, x2=x, y2=height, class_="life"),
        void_element("rect", x=x - BOX_WIDTH // 2, y=TOP, width=BOX_WIDTH, height=BOX_HEIGHT, rx=7, class_="box"),
        element("text", lifeline.role, x=x, y=TOP + 18, class_="role"),
        element("text", _cut(lifeline.name, BOX_WIDTH), x=x, y=TOP + 35, class_="who"),
    )


def _groups(diagram: Diagram, targets: Sequence[str], labels: Sequence[str], width: int) -> list[Markup]:
    """
    Draw the messages, those of one entry of the timeline as one link.
    """
    groups: list[Markup] = []
    rows = list(enumerate(diagram.messages))
    while rows:
        entry = rows[0][1].entry
        size = next((number for number, row in enumerate(rows) if row[1].entry != entry), len(rows))
        group, rows = rows[:size], rows[size:]
        arrows = joined([_message(row, message) for row, message in group])
        if entry is None:
            groups.append(element("g", arrows))
            continue
        hit = void_element(
            "rect", x=2, y=_y(group[0][0]) + 4, width=width - 4, height=ROW * size - 4, rx=6, class_="hit"
        )
        title = element("title", labels[entry])
        groups.append(element("a", title, hit, arrows, href=f"#{targets[entry]}", aria_label=labels[entry]))
    return groups


def _message(row: int, message: Message) -> Markup:
    start, end = _x(message.source), _x(message.target)
    ahead = 1 if end > start else -1
    y = _y(row) + 30
    tip = end - ahead * 2
    if message.style in {"refused", "lost"}:
        tip -= ahead * 10
        head = void_element("path", d=f"M{tip - 5} {y - 5}l10 10m0 -10l-10 10", class_="arrow cross")
    else:
        head = void_element("path", d=f"M{tip} {y}l{-8 * ahead} -4.5v9z", class_="head")
    # NB: both ends of a URL matter, but only the beginning of a sentence.
    text = _cut(message.text, abs(end - start) - 20, behind=3 if message.style == "request" else 0)
    return element(
        "g",
        element("text", text, x=(start + end) // 2, y=y - 8, class_="said"),
        void_element("path", d=f"M{start + ahead * 2} {y}H{tip}", class_="arrow"),
        head,
        class_=message.style,
    )


def _ending(diagram: Diagram, y: int) -> Markup:
    sign = VERDICTS[diagram.verdict][0]
    text = _cut(f"{sign} {diagram.ending}", PITCH + BOX_WIDTH - 20)
    width = max(BOX_WIDTH, round(len(text) * CHARACTER) + 24)
    x = MARGIN - BOX_WIDTH // 2
    return element(
        "g",
        void_element("rect", x=x, y=y + 8, width=width, height=26, rx=13, class_="ending"),
        element("text", text, x=x + width // 2, y=y + 25, class_="verdict-text"),
    )


def _cut(text: str, width: int, *, behind: int = 0) -> str:
    """
    Return as much of a text as there is room for; if *behind* is n, an nth of that comes from its end.
    """
    whole = printable(text)
    room = int(width / CHARACTER)
    if len(whole) <= room:
        return whole
    tail = whole[-(room // behind) :] if behind else ""
    return f"{whole[: room - len(tail) - 1]}…{tail}"
