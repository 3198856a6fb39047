"""
What audits of applications in this process cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from browsercors import Policy, audit
from browsercors.policy.reference_server import ReferenceServer

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["audits"]

PAGE: Final = "https://app.example.com"
PATHS: Final = ("/", "/me", "/items/7", "/items/8", "/items/9")


def begins(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """
    Allow what begins like the page that is meant: most of what an audit tries then reads.
    """
    origin = environ.get("HTTP_ORIGIN", "")
    allowed = [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
    start_response("200 OK", allowed if origin.startswith(PAGE) else [])
    return [b"hello"]


def _flask() -> Any:
    import flask
    import flask_cors

    app = flask.Flask("example")
    app.get("/")(dict)
    flask_cors.CORS(app, origins=[PAGE])
    return app


def audits() -> dict[str, Callable[[], int]]:
    """
    Return what is measured, by name; each gives the number of requests that the application got.
    """
    sound = ReferenceServer(Policy(origins=[PAGE], credentials=True))
    flask_app = _flask()

    def told(target: Any, **arguments: Any) -> Callable[[], int]:
        return lambda: audit(target, **arguments).requests

    return {
        "a bare WSGI application, sound": told(sound, allowed_origins=[PAGE]),
        "the same, without saying who is meant": told(sound),
        "the same, five paths": told(sound, allowed_origins=[PAGE], paths=PATHS),
        "a bare WSGI application that allows what begins alike": told(begins, allowed_origins=[PAGE]),
        "a small Flask application with flask-cors": told(flask_app, allowed_origins=[PAGE]),
    }
