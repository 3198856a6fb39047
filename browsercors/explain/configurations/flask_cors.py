"""
Flask, by flask-cors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.explain.configurations.configuration_text import (
    ONE_PATH,
    ConfigurationText,
    asked_methods,
    decoded,
    python_pattern,
    python_quoted,
)
from browsercors.explain.words.templates import Template

if TYPE_CHECKING:
    from browsercors.explain.report import Needs

__all__ = ["flask_cors"]

TAKEN_FOR_A_PATTERN: Final = re.compile(r"[*\\\]?$^\[()]")
"""What makes flask-cors read an origin, a path or a header as a regular expression."""

WHERE: Final = (
    "It goes below the line that makes the application. Flask answers the preflight: what refuses requests before they "
    "reach a view, as for want of authentication, has to let OPTIONS pass."
)

VARY: Final = Template(
    """

@app.after_request
def vary_by_origin(response):
    # flask-cors leaves Vary out where one origin is allowed, and on answers to all others.
    if request.path == {path}:
        response.vary.add("Origin")
    return response
"""
)


def flask_cors(needs: Needs) -> ConfigurationText:
    """
    Write *needs* as a call of `CORS`.
    """
    is_for_all = needs.origin == "*"
    # NB: flask-cors decodes the path that Flask has decoded already.
    lines = [
        f"    resources=[{_exactly(decoded(decoded(needs.path)))}],",
        '    origins="*",' if is_for_all else f"    origins=[{_exactly(needs.origin)}],",
        *(["    send_wildcard=True,"] if is_for_all else []),
        f"    methods={python_quoted(asked_methods(needs))},",
        f"    allow_headers=[{', '.join(map(_exactly, needs.headers))}],",
        *([f"    expose_headers={python_quoted(needs.expose)},"] if needs.expose else []),
        *(["    supports_credentials=True,"] if needs.credentials else []),
        # NB: the number 0 would be left out; the text "0" is not.
        *([f"    max_age={needs.max_age or python_quoted('0')},"] if needs.max_age is not None else []),
    ]
    text = "\n".join(["from flask_cors import CORS", "", "CORS(", "    app,", *lines, ")", ""])
    if not is_for_all:
        text = f"from flask import request\n{text}{VARY.fill({'path': python_quoted(decoded(needs.path))})}"
    notes = [WHERE, ONE_PATH]
    if "+" in decoded(decoded(needs.path)):
        notes.append(
            "flask-cors before 6.0 takes the + of a path for a blank, and does not cover this path: update it."
        )
    if any(method != method.upper() for method in needs.methods):
        notes.append("flask-cors writes methods in upper case: one in lower case cannot be allowed.")
    return ConfigurationText((("app.py", "python", text),), tuple(notes))


def _exactly(text: str) -> str:
    return python_pattern(text) if TAKEN_FOR_A_PATTERN.search(text) else python_quoted(text)
