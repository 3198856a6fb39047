"""
Which violations a check leaves out.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors.policy.ignored import Ignored

EVERYWHERE = Ignored("header", reason="the proxy removes it")
LEGACY = Ignored("any", path="/legacy/*", reason="public until May")

CASES = [
    (EVERYWHERE, "header", "/", True),
    (EVERYWHERE, "header", "/items?full", True),
    (EVERYWHERE, "method", "/", False),
    (LEGACY, "any", "/legacy/items?x", True),
    (LEGACY, "any", "/legacy", False),
    (LEGACY, "null", "/legacy/items", False),
]


@pytest.mark.parametrize(("ignored", "code", "path", "expected"), CASES)
def test_a_violation_is_ignored_by_code_and_place(ignored: Ignored, code: str, path: str, expected: bool) -> None:
    assert expected == ignored.matches(code, path)


def test_it_is_written_as_the_python_that_makes_it() -> None:
    assert "Ignored('any', reason='public until May', path='/legacy/*')" == repr(LEGACY)


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"code": "any", "reason": " "}, ValueError, "reason is empty; say why"),
    ({"code": "any", "reason": "x", "path": "legacy"}, ValueError, "path 'legacy' is not a path; write '/me'"),
    ({"code": None, "reason": "x"}, TypeError, "code has to be a str, not None"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), WRONG)
def test_what_cannot_be_ignored_is_refused(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        Ignored(**arguments)

    assert str(caught.value).startswith(message)
