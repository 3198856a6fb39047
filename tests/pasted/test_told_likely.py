"""
What is likely by a URL is said as likely, with the question that decides, and not where something is shown.
"""

from __future__ import annotations

import pytest

from browsercors.pasted.told_likely import likely_of
from browsercors.values.urls import parse_url
from tests.pasted.test_told import MISSING, line, message_of

PAGE = "https://app.example.com"


@pytest.mark.parametrize(
    ("url", "who"),
    [
        ("http://localhost:8000/api", "Django"),
        ("http://127.0.0.1:8080/api", "Spring"),
        ("http://localhost:3000/api", "Express"),
        ("https://api.example.com/chat/negotiate?v=1", "SignalR"),
        ("https://api.example.com/graphql", "GraphQL"),
    ],
)
def test_it_is_marked_as_likely_and_asks(url: str, who: str) -> None:
    asked = parse_url(url)
    assert asked is not None

    said = likely_of(asked, PAGE)

    assert said.startswith("Likely, by ")
    assert who in said
    assert said.endswith("?")


@pytest.mark.parametrize("url", ["https://api.example.com:8000/", "http://localhost:9/", "https://api.example.com/"])
def test_a_url_of_nobody_makes_nothing_likely(url: str) -> None:
    asked = parse_url(url)
    assert asked is not None

    assert likely_of(asked, PAGE) == ""


def test_what_a_configuration_shows_takes_the_place_of_what_is_likely() -> None:
    asked = line(MISSING, "http://localhost:3000/x")

    assert "Likely" in " ".join(message_of(asked).told)
    assert "Likely" not in " ".join(message_of(f"{asked}\nadd_header Access-Control-Allow-Origin *;").told)
