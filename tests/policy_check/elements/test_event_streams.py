"""
Event streams that never end: checks look at the first event, and who may listen may read.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Load, Policy, audit, find_broken_laws, find_violations

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = "https://app.example.com"


class Streaming:
    """
    Sends events for ever to pages of the origins that it allows.
    """

    def __init__(self, *, is_careless: bool) -> None:
        self.is_careless = is_careless
        self.open = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        origin = environ.get("HTTP_ORIGIN", "")
        headers = [("Content-Type", "text/event-stream"), ("Vary", "Origin")]
        if origin == APP or (self.is_careless and origin):
            headers += [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
        if environ["REQUEST_METHOD"] == "HEAD":
            start_response("200 OK", headers)
            return iter(())
        start_response("200 OK", headers)
        return self.events()

    def events(self) -> Iterator[bytes]:
        self.open += 1
        try:
            for number in itertools.count():
                yield b"data: %d\n\n" % number
        finally:
            self.open -= 1


@pytest.mark.parametrize("is_careless", [False, True])
def test_a_check_finds_who_may_listen(is_careless: bool) -> None:
    app, begun = Streaming(is_careless=is_careless), time.monotonic()
    policy = Policy(origins=[APP], credentials=True)
    found = find_violations(app, policy, paths=["/events"], max_examples=5)

    assert is_careless is bool(found)
    assert app.open == 0
    assert time.monotonic() - begun < 60
    if is_careless:
        asked = {step for violation in found for step in violation.session.steps}
        assert any(not isinstance(step, Load) for step in asked)


def test_laws_and_audits_come_to_an_end() -> None:
    app = Streaming(is_careless=True)

    assert not [
        law for law in find_broken_laws(app, allowed_origins=[APP], paths=["/events"]) if law.kind.value == "no-answer"
    ]
    report = audit(app, allowed_origins=[APP], paths=["/events"])
    assert not [problem for problem in report.problems if problem.code == "no-answer"]
    assert report.findings
    assert app.open == 0
