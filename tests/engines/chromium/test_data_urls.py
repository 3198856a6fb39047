"""
The type that Chromium states for a `data:` URL, as recorded in `data-urls`.
"""

from __future__ import annotations

import pytest

from browsercors.engines.chromium.profile import CHROMIUM
from tests.fetch.engine import PROFILES, Simulation

CASES = [
    pytest.param('text/plain;a="b"', 'text/plain;a="b"', id="quotes stay"),
    pytest.param('text/plain;a="b', 'text/plain;a="b"', id="and are closed"),
    pytest.param('text/plain;a="', 'text/plain;a=""', id="one quote alone"),
    pytest.param('text/plain;a="b;c";d=e', 'text/plain;a="b";d=e', id="a semicolon within quotes ends the parameter"),
    pytest.param('text/plain;a="b"c', 'text/plain;a="b"c"', id="what follows the quotes stays within"),
    pytest.param('text/plain;a=b"c', 'text/plain;a=b"c', id="a quote inside"),
    pytest.param("text/plain;a=b=c", "text/plain;a=b=c", id="a second equals sign needs no quotes"),
    pytest.param("text/plain;a= b", "text/plain;a= b", id="nor does a blank"),
    pytest.param("text/plain;a=b;a=c", "text/plain;a=b;a=c", id="a name twice"),
    pytest.param("TEXT/Plain;A=B", "text/plain;A=B", id="names keep their case"),
    pytest.param("text/plain;a=;b;=c;d =e; f=g ", "text/plain;a=;f=g", id="no name, no value, blanks"),
    pytest.param("text/plain;charset=utf-8;a=b", "text/plain;a=b;charset=utf-8", id="charset goes to the end"),
    pytest.param("text/plain;CHARSET=x;charset=y", "text/plain;charset=x", id="the first charset counts"),
    pytest.param("text/plain;charset=;charset=y", "text/plain;charset=y", id="unless it is empty"),
    pytest.param('text/plain;charset="utf-8"', "text/plain;charset=utf-8", id="quotes of charset go"),
    pytest.param("text/plain;charset= utf-8", 'text/plain;charset=" utf-8"', id="a blank before charset"),
    pytest.param('text/plain;charset="utf-8', None, id="charset with an open quote"),
    pytest.param("text/plain;charset=a/b", None, id="charset that is no token"),
    pytest.param('text/plain;charset=""', None, id="charset with quotes alone"),
    pytest.param(';a="b"', 'text/plain;a="b"', id="no type"),
    pytest.param("", "text/plain;charset=US-ASCII", id="nothing"),
    pytest.param("a/b/c;d=e", "text/plain;charset=US-ASCII", id="no such type"),
]


@pytest.mark.parametrize(("written", "expected"), CASES)
@pytest.mark.parametrize("coding", ["", ";base64"])
def test_the_type_of_a_data_url(written: str, coding: str, expected: str | None) -> None:
    fetched = Simulation(CHROMIUM).fetch(f"data:{written}{coding},eA==")

    if expected is None:
        assert fetched.reason == "data-url-invalid"
    else:
        assert fetched.response.header_list.get(b"content-type") == expected.encode()


def test_only_chromium_keeps_the_quotes() -> None:
    types = [Simulation(each).fetch('data:text/plain;a="b",x').response.header_list for each in PROFILES]

    assert [each.get(b"content-type") for each in types] == [
        b"text/plain;a=b",
        b'text/plain;a="b"',
        b"text/plain;a=b",
        b"text/plain;a=b",
    ]
