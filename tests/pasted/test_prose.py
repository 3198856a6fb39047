"""
What people say in words of their own is understood where it tells something, and else it is not.
"""

# ruff: noqa: E501 - texts stand as people write them

from __future__ import annotations

import pytest

from browsercors.pasted.prose import read_prose

SAID = {
    "a status of OPTIONS": ("We get a 401 for the OPTIONS request\nof the page", "preflight-status-not-ok", "401 to the preflight"),
    "a preflight with a status": ("The preflight returns 405\nand nothing else", "preflight-status-not-ok", "405 to the preflight"),
    "a preflight that fails": ("my preflight fails\nwhy?", "preflight-status-not-ok", "It is the preflight that failed"),
    "a header that came twice": ("Two of them:\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Origin: *", "allow-origin-repeated", "two layers add it"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "told"), SAID.values(), ids=list(SAID))
def test_words_tell_of_a_failure(text: str, code: str, told: str) -> None:
    message = read_prose(text)

    assert message is not None
    assert [code] == [meaning.name for meaning in message.meanings]
    assert told in " ".join(message.told)


@pytest.mark.parametrize(
    "text",
    [
        "It does not work at all.\nPlease help",
        "The server has 404 options to choose from",
        "First:\nAccess-Control-Allow-Origin: *\nand then, of another request, it says\nAccess-Control-Allow-Origin: *",
    ],
)
def test_other_words_tell_nothing(text: str) -> None:
    assert read_prose(text) is None
