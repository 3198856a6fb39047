"""
What a policy check loads as elements, what it finds by that, and what it does not ask for again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import ANY_ORIGIN, Answer, Ignored, Load, Policy, ScriptedServer, policy_report
from browsercors.policy.plan import Stage
from tests.policy_check.elements.test_laws import APP, accepts, destination, server

if TYPE_CHECKING:
    from browsercors import CheckReport
    from browsercors.values.wire import HTTPRequest

MEANT: Final = Policy(origins=[APP], credentials=True)
CLOSED: Final = Policy(origins=[APP], credentials=True, paths={"/": None})
EVERYBODY: Final = Policy(origins=ANY_ORIGIN)


def reported(app: Any, policy: Policy = MEANT, **options: Any) -> CheckReport:
    given = {"browsers": ["chromium"], "max_examples": 0, "unknown_path": False, "methods": ["GET"], **options}
    return policy_report(app, policy, **given)


def answering(content_type: str, body: bytes, **headers: str) -> ScriptedServer:
    """
    Make a server that allows one origin, and always has the same to say.
    """
    lines = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(request: HTTPRequest) -> Answer:
        allowed = {"Access-Control-Allow-Origin": APP, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
        is_allowed = request.headers.get(b"origin") == APP.encode()
        return Answer(200, {"Content-Type": content_type, **lines, **(allowed if is_allowed else {})}, body)

    return ScriptedServer({"OPTIONS *": Answer(204), "*": answer})


JSONP: Final = answering("text/javascript", b'cb({"name": "Ada"});')
TIMED: Final = answering("application/json", b'{"name": "Ada"}', Timing_Allow_Origin="*")
PIXELS: Final = b"\x89PNG\r\n\x1a\n" + bytes(25)

FOUND: list[tuple[str, Any, Policy, dict[str, Any], set[tuple[str, str]]]] = [
    # what is wrong, the server, the policy, options; what is found by an element
    ("nothing, image", server("image/png"), MEANT, {}, set()),
    ("nothing, script", server("text/javascript"), MEANT, {}, set()),
    (
        "images are let through",
        server("image/png", destination("image")),
        MEANT,
        {},
        {("credentialed-read", "any"), ("read", "any")},
    ),
    (
        "scripts are let through by Accept",
        server("text/css", accepts("text/css")),
        MEANT,
        {},
        {("credentialed-read", "any"), ("read", "any")},
    ),
    (
        "images are refused",
        ScriptedServer(
            default=lambda request: Answer(
                200,
                {"Content-Type": "image/png", "Vary": "Origin", "Access-Control-Allow-Credentials": "true"}
                | ({} if destination("image")(request) else {"Access-Control-Allow-Origin": APP}),
                PIXELS,
            )
        ),
        MEANT,
        {},
        {("refused", "allow-origin-missing")},
    ),
    ("data in a script", JSONP, MEANT, {}, {("credentialed-read", "script-inclusion")}),
    ("data in a script, closed", JSONP, CLOSED, {}, {("credentialed-read", "script-inclusion")}),
    ("data in a script, but known", JSONP, MEANT, {"ignore": [Ignored("script-inclusion", reason="public")]}, set()),
    ("data in a script, but not asked about", JSONP, MEANT, {"kinds": ["breaks"]}, set()),
    ("data in a script, for everybody", JSONP, EVERYBODY, {"kinds": ["opens"]}, set()),
    ("JSON", answering("application/json", b'{"name": "Ada"}'), MEANT, {}, set()),
    ("timing, where images may be anything", TIMED, MEANT, {"browsers": ["chromium", "webkit"]}, {("timing-read", "")}),
    ("timing of what may not be loaded", TIMED, MEANT, {}, set()),
    ("timing of an image", answering("image/png", PIXELS, Timing_Allow_Origin="*"), MEANT, {}, {("timing-read", "")}),
    ("timing without cookies", TIMED, MEANT, {"cookies": {}, "browsers": ["webkit"]}, set()),
    (
        "known timing",
        TIMED,
        MEANT,
        {"browsers": ["webkit"], "ignore": [Ignored("timing-read", reason="ads")]},
        set(),
    ),
]


@pytest.mark.parametrize(
    ("app", "policy", "options", "expected"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND]
)
def test_what_is_found(app: Any, policy: Policy, options: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    found = [each for each in reported(app, policy, **options).violations if isinstance(each.session.steps[-1], Load)]

    assert expected == {(each.kind.value, each.code) for each in found}
    for violation in found:
        with pytest.raises(AssertionError):
            exec(violation.snippet, {"app": app})  # noqa: S102


HEADLINES = [
    (server("image/png", destination("image")), "Any page on the web can read the response to GET / as an image"),
    (JSONP, "Any page on the web can read the data in / by running it as a script."),
    (answering("image/png", PIXELS, Timing_Allow_Origin="*"), "Any page on the web learns how large the answer of /"),
]


@pytest.mark.parametrize(("app", "headline"), HEADLINES)
def test_a_headline_says_who_gains_what(app: Any, headline: str) -> None:
    assert any(each.headline.startswith(headline) for each in reported(app).violations)


def loaded(report: CheckReport) -> list[tuple[str, str, bool]]:
    return [(cell.origin, cell.initiator, cell.credentials) for cell in report.tried if cell.stage is Stage.ELEMENTS]


ASKED: list[tuple[str, Any, list[tuple[str, str, bool]]]] = [
    # what came, the server, what is loaded
    ("JSON", server("application/json"), []),
    (
        "an image",
        server("image/png"),
        [("stranger", "image", False), ("stranger", "image", True), ("allowed", "image", True)],
    ),
    (
        "a style sheet",
        server("text/css"),
        [("stranger", "stylesheet", False), ("stranger", "stylesheet", True), ("allowed", "stylesheet", True)],
    ),
    ("a font", answering("font/woff2", b"wOF2" + bytes(30)), [("allowed", "font", False)]),
    ("an error", ScriptedServer(default=Answer(404, {"Content-Type": "image/png"}, PIXELS)), []),
]


@pytest.mark.parametrize(("app", "expected"), [case[1:] for case in ASKED], ids=[case[0] for case in ASKED])
def test_only_what_an_element_has_a_use_for_is_loaded(app: Any, expected: list[tuple[str, str, bool]]) -> None:
    assert expected == loaded(reported(app))


def test_the_plan_says_so() -> None:
    told: list[str] = []
    reported(server("image/png"), explain_plan=told.append)

    assert "Elements: what turns out to be an image, a script, a style sheet" in told[0]
    assert "is not asked for again" in told[0]


def test_what_a_budget_leaves_is_counted() -> None:
    report = reported(server("image/png"), budget=40)

    assert "the budget of 40 page requests is spent" == report.ended_early
