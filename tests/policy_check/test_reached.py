"""
What a check could not reach, and what it says about that.
"""

from __future__ import annotations

from typing import Any

import flask
import pytest

from browsercors import Policy, policy_report

APP = "https://app.example.com"
POLICY = Policy(origins=[APP], methods=["GET", "PUT"], headers=["Content-Type"])


def app_with(path: str, view: Any, methods: tuple[str, ...] = ("GET",)) -> flask.Flask:
    """
    Return an application with `/me` and one more route, which allows our page everything.
    """
    app = flask.Flask("shop")
    app.add_url_rule("/me", "me", lambda: "Ada")
    app.add_url_rule(path, "view", view, methods=methods)

    @app.after_request
    def allow(response: flask.Response) -> flask.Response:
        if flask.request.headers.get("Origin") == APP:
            response.headers["Access-Control-Allow-Origin"] = APP
            response.headers["Access-Control-Allow-Methods"] = "GET, PUT"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        return response

    return app


def not_found(number: int) -> Any:
    """
    Find nothing.
    """
    return str(number), 404


CASES = [
    # the route, what answers, what is said
    pytest.param(
        "/items/<int:number>",
        not_found,
        "GET /items/7 is answered with 404: nothing is there. It was assumed that number is '7'.",
        id="a number that nobody has",
    ),
    pytest.param(
        "/secret", lambda: ("", 401), "GET /secret is answered with 401: nothing behind it was seen. Give", id="a login"
    ),
    pytest.param("/boom", lambda: ("", 503), "GET /boom is answered with 503: the application fails", id="an error"),
    pytest.param(
        "/away",
        lambda: flask.redirect("/login"),
        "GET /away leads to /login: nothing behind it",
        id="a redirect",
    ),
    pytest.param("/ok", lambda: "", None, id="a response"),
    pytest.param("/slash/", lambda: "", None, id="a path with a slash"),
]


@pytest.mark.parametrize(("path", "view", "said"), CASES)
def test_what_was_not_reached_is_said_with_the_reason(path: str, view: Any, said: str | None) -> None:
    report = policy_report(app_with(path, view), POLICY, browsers=["chromium"], max_examples=0, budget=400)

    assert (said is not None) == bool(report.unreachable)
    if said is not None:
        assert report.unreachable[0].startswith(said)
        assert f"Not reached: {said}" in str(report)
