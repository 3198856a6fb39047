"""
What a visitor allows and forbids.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.permissions import PERMISSIONS, Permissions, PermissionState, named_permissions

GRANTED: Final = "granted"
DENIED: Final = "denied"
PROMPT: Final = "prompt"
APP, OTHER = "https://app.example.com", "https://other.example.com"


@pytest.mark.parametrize(
    ("settings", "app", "other"),
    [
        pytest.param([], PROMPT, PROMPT, id="nothing was said"),
        pytest.param([("local-network", APP, GRANTED)], GRANTED, PROMPT, id="one origin has it"),
        pytest.param([("loopback-network", APP, GRANTED)], PROMPT, PROMPT, id="it has another permission"),
        pytest.param([("local-network-access", APP, GRANTED)], GRANTED, PROMPT, id="it has both, by their alias"),
        pytest.param([("local-network", None, DENIED)], DENIED, DENIED, id="nobody has it"),
        pytest.param(
            [("local-network", None, GRANTED), ("local-network", APP, DENIED)],
            DENIED,
            GRANTED,
            id="all but one",
        ),
        pytest.param(
            [("local-network", APP, DENIED), ("local-network", None, GRANTED)], GRANTED, GRANTED, id="then all have it"
        ),
        pytest.param(
            [("local-network", APP, DENIED), ("local-network", APP, GRANTED)],
            GRANTED,
            PROMPT,
            id="the last word",
        ),
        pytest.param(
            [("local-network", "HTTPS://APP.example.com:443/", GRANTED)],
            GRANTED,
            PROMPT,
            id="written otherwise",
        ),
    ],
)
def test_the_state_of_a_permission(
    settings: list[tuple[str, str | None, PermissionState]], app: PermissionState, other: PermissionState
) -> None:
    permissions = Permissions()
    for permission, origin, state in settings:
        permissions.set_state(permission, origin, state)

    assert (app, other) == (permissions.state("local-network", APP), permissions.state("local-network", OTHER))


def test_a_question_is_as_old_as_it_was_first_asked() -> None:
    permissions = Permissions()

    assert permissions.ask("local-network", APP, 10.0) == 0
    assert permissions.ask("local-network", APP, 25.0) == 15
    assert permissions.ask("local-network", OTHER, 25.0) == 0


def test_an_answer_ends_the_question() -> None:
    permissions = Permissions()
    permissions.ask("local-network", APP, 10.0)
    permissions.set_state("local-network", APP, PROMPT)

    assert permissions.ask("local-network", APP, 400.0) == 0


@pytest.mark.parametrize("permission", ["camera", "", "LOCAL-NETWORK", None, 1, ["local-network"]])
def test_a_permission_that_does_not_exist_is_refused(permission: Any) -> None:
    with pytest.raises(
        ArgumentValueError,
        match="permission has to be one of 'local-network', 'loopback-network', 'local-network-access', not ",
    ):
        Permissions().set_state(permission, None, GRANTED)


@pytest.mark.parametrize("origin", ["app.example.com", "https://app.example.com/page", "null", "data:,x", ""])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(ArgumentValueError, match=r"origin has to be an origin such as 'https://app.example.com'"):
        Permissions().set_state("local-network", origin, GRANTED)


def test_a_pattern_is_no_origin_since_no_page_would_have_it() -> None:
    with pytest.raises(ArgumentValueError, match=r"'https://\*\.example\.com' is a pattern"):
        Permissions().set_state("local-network", "https://*.example.com", GRANTED)


def test_what_is_no_text_is_no_origin() -> None:
    with pytest.raises(ArgumentTypeError, match="origin has to be an origin"):
        Permissions().set_state("local-network", b"https://app.example.com", GRANTED)  # type: ignore[arg-type]


def test_an_alias_stands_for_all() -> None:
    assert named_permissions("local-network-access") == PERMISSIONS
    assert named_permissions("local-network") == {"local-network"}
    assert named_permissions("camera") == frozenset()


def test_what_is_set_is_shown() -> None:
    permissions = Permissions()
    assert repr(permissions) == "<Permissions none>"

    permissions.set_state("local-network", APP, DENIED)
    assert repr(permissions) == "<Permissions local-network for https://app.example.com denied>"
