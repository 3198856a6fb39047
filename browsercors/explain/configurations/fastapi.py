"""
FastAPI and Starlette, by their CORSMiddleware.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.configurations.configuration_text import ConfigurationText, asked_methods, python_quoted

if TYPE_CHECKING:
    from browsercors.explain.report import Needs

__all__ = ["fastapi"]

VARY: Final = (
    "Starlette before 1.7 leaves Vary: Origin out of responses to other origins: update it, or let no shared cache "
    "store them."
)


def fastapi(needs: Needs) -> ConfigurationText:
    """
    Write *needs* as middleware: around everything if errors have to carry the headers, otherwise added to the rest.
    """
    arguments = [
        f"    allow_origins=[{python_quoted(needs.origin)}],",
        f"    allow_methods={python_quoted(asked_methods(needs))},",
        *([f"    allow_headers={python_quoted(needs.headers)},"] if needs.headers else []),
        *([f"    expose_headers={python_quoted(needs.expose)},"] if needs.expose else []),
        *(["    allow_credentials=True,"] if needs.credentials else []),
        "    max_age=5,  # as browsers do where nothing is said; the default is 600"
        if needs.max_age is None
        else f"    max_age={needs.max_age},",
    ]
    if needs.on_errors:
        call = ["app = CORSMiddleware(", "    app,"]
        where = (
            "It goes to the end of the module, below the routes: the answer to an unhandled exception is made outside "
            "of all that add_middleware adds, and from these lines on app is the middleware around it."
        )
    else:
        call = ["app.add_middleware(", "    CORSMiddleware,"]
        where = (
            "It goes below the line that makes the application, and below other middleware, which it then surrounds."
        )
    text = "\n".join(["from fastapi.middleware.cors import CORSMiddleware", "", *call, *arguments, ")", ""])
    notes = (
        where,
        "The middleware cannot be limited to a path: it is for all of the application.",
        "It always allows the header Content-Type with any value.",
        *(() if needs.origin == "*" else (VARY,)),
    )
    return ConfigurationText((("main.py", "python", text),), notes)
