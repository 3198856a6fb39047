"""
Where the recordings are, and how they are written.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import attrs

__all__ = ["RECORDED", "Recording", "written"]

RECORDED: Final = Path(__file__).parent.parent / "samples" / "recorded"


@attrs.frozen
class Recording:
    """
    What a recorder made of the page.

    Attributes:
        har: The HAR file.
        copies: What it copies for other tools, by form and by the name of the request.
    """

    har: dict[str, Any]
    copies: dict[str, dict[str, str]] = attrs.field(factory=dict)


def written(har: dict[str, Any]) -> str:
    """
    Write a HAR file with a line for each entry, so that it is small and a difference is easy to see.
    """
    entries = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in har["log"]["entries"])
    rest = {name: value for name, value in har["log"].items() if name != "entries"}
    head = json.dumps({"log": {**rest, "entries": []}}, separators=(",", ":"))
    start, end = head.rsplit("[]", 1)
    return f"{start}[\n{entries}\n]{end}\n"
