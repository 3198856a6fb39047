"""
What an audit says of WebSockets that any site may open, with the cookies of the visitor.
"""

from __future__ import annotations

from fastapi import FastAPI, WebSocket as ServerSide
from fastapi.middleware.cors import CORSMiddleware

from browsercors import Policy, audit, find_violations

PAGE = "https://app.example.com"


def application(*, checks: bool) -> FastAPI:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=[PAGE], allow_credentials=True)

    @app.websocket("/ws")
    async def talk(socket: ServerSide) -> None:
        if checks and socket.headers.get("origin") != PAGE:
            await socket.close(1008)
            return
        await socket.accept()
        await socket.send_text("secret")

    return app


def codes(app: FastAPI) -> list[str]:
    report = audit(app, allowed_origins=[PAGE], cookies=["id=1; SameSite=None; Secure"])
    return [finding.code for finding in report.findings]


def test_a_socket_of_any_origin_is_found() -> None:
    assert "websocket-hijacking" in codes(application(checks=False))


def test_a_socket_that_checks_the_origin_is_not() -> None:
    assert "websocket-hijacking" not in codes(application(checks=True))


def test_the_finding_names_the_remedy_of_the_framework() -> None:
    report = audit(application(checks=False), allowed_origins=[PAGE], cookies=["id=1; SameSite=None; Secure"])
    finding = next(each for each in report.findings if each.code == "websocket-hijacking")

    assert "origin" in str(finding.fix).lower()
    assert "/ws" in str(finding.paths)
    assert finding.proof


def test_a_policy_is_broken_by_it_as_well() -> None:
    policy = Policy(origins=[PAGE], credentials=True)

    found = {
        checks: [str(each) for each in find_violations(application(checks=checks), policy, untried="ignore")]
        for checks in (False, True)
    }

    assert any("reads the messages of /ws with credentials" in each for each in found[False])
    assert not any("/ws" in each for each in found[True])
