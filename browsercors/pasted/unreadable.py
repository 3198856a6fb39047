"""
What no reader is for, and pieces of what is read: told from the rest, with what to paste in their place.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["COPY_IT", "OTHER_CALLS", "PIECES"]

# What no reader is for, and what to do in its place.
OTHER_CALLS: Final = (
    (re.compile(r"(?:(?:const|let|var)\s+\S+\s*=\s*)?(?:await\s+)?axios\b[.(]"), "an axios call"),
    (re.compile(r"(?:\$|jQuery)\.(?:ajax|get|post)\("), "a jQuery call"),
    (re.compile(r"wget\b"), "a wget command"),
    (re.compile(r"(?:import requests|requests\.\w+\()"), "Python code"),
    (re.compile(r"<(?:!doctype|html)\b", re.IGNORECASE), "an HTML page"),
)
COPY_IT: Final = 'copy the request from the network panel of DevTools ("Copy as cURL")'

# What is a piece of something that is read, and what to paste in its place.
PIECES: Final = (
    (
        re.compile(r"\AAccess to \S+ at \S+|\ACross-Origin Request Blocked:"),
        "this is the beginning of a line of the console, and its end says why",
        "Paste the whole line.",
    ),
    (
        re.compile(r"\A(?:curl|fetch|fetch\(|http|https|Invoke-WebRequest)\s*\Z"),
        "this is the beginning of a command or a call, without a URL",
        f"Paste all of it, or {COPY_IT}.",
    ),
    (
        re.compile(r"\A(?:-H|-X|-d|-b|--[a-z][a-z-]+)[ \t]"),
        "these are options of curl without the command and the URL",
        f"Paste all of it, or {COPY_IT}.",
    ),
    (
        re.compile(r"(?:^|[\s;|&(])curl[ \t]", re.MULTILINE),
        "this is a shell script with a curl command in it, and no shell runs here",
        "Paste the curl command alone, with the values of its variables.",
    ),
)
