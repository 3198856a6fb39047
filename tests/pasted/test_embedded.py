"""
Exchanges that stand between sentences are found, and sentences are not taken for parts of them.
"""

# ruff: noqa: E501 - texts stand as people write them

from __future__ import annotations

import pytest

from browsercors.pasted.embedded import ASSUMED_LINE, exchange_in
from browsercors.pasted.reader import read_pasted
from browsercors.pasted.results import PastedExchange, PastedRequest, PastedResponse

RESPONSE = "HTTP/1.1 200 OK\nServer: a\nDate: Mon, 01 Jan 2024 00:00:00 GMT"
PREFLIGHT = (
    "OPTIONS https://api.example.com/x HTTP/1.1\nOrigin: https://app.example.com\nAccess-Control-Request-Method: PUT"
)

FOUND = {
    "a response in a fence": (f"It returns\n\n```\n{RESPONSE}\n```\nwhy?", RESPONSE),
    "a response that is set in": ("I get:\n\n    HTTP/1.1 200 OK\n    Server: a\n\nwhy?", "HTTP/1.1 200 OK\nServer: a"),
    "a request and its response": (f"Call\n```http\n{PREFLIGHT}\n```\nand\n```\n{RESPONSE}\n```", f"{PREFLIGHT}\n\n{RESPONSE}"),
    "a request without a version": ("Call\n```\nGET /x\nHost: a.example\n```", "GET /x HTTP/1.1\nHost: a.example"),
    "a body in a fence": (f"so:\n```\n{RESPONSE}\n\nyo\n```\nThanks", f"{RESPONSE}\n\nyo"),
    "header lines alone": ("Here it is:\n\nServer: a\nDate: b\nVary: c\n", f"{ASSUMED_LINE}\nServer: a\nDate: b\nVary: c"),
    "arrows of Postman": ("says\n```\nServer →a\nDate →b\nVary →c\n```", f"{ASSUMED_LINE}\nServer: a\nDate: b\nVary: c"),
    "a prompt": ("I ran\n```\nme@host:~$ curl -i https://a.example/\nHTTP/1.1 200 OK\n```", "curl -i https://a.example/\nHTTP/1.1 200 OK"),
    "a quotation": ("Logs:\n\n> HTTP/1.1 200 OK\n> Allow: POST\n\nNo more.", "HTTP/1.1 200 OK\nAllow: POST"),
    "sentences": ("It does not work.\nWhy: because.\nThanks: you", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "inner"), FOUND.values(), ids=list(FOUND))
def test_an_exchange_is_found_between_sentences(text: str, inner: str) -> None:
    assert inner == exchange_in(text)


def test_what_a_second_command_printed_is_left_out() -> None:
    text = "see\n```\n$ curl -i https://a.example/\nHTTP/1.1 403 Forbidden\n\n$ curl https://a.example/\nok\n```"

    assert exchange_in(text) == "curl -i https://a.example/\nHTTP/1.1 403 Forbidden"


def test_a_request_and_its_response_are_one_exchange() -> None:
    pasted = read_pasted(f"Call it:\n```\n{PREFLIGHT}\n```\n\nInstead, this happened:\n```\n{RESPONSE}\n```\n")

    assert isinstance(pasted, PastedExchange)
    assert "PUT" == pasted.request.method


def test_a_status_that_is_not_there_is_said_to_be_assumed() -> None:
    pasted = read_pasted(
        "The response from staging:\n\nServer:AmazonS3\nAge:1\nVia:1.0 x.cloudfront.net (CloudFront)\n"
    )

    assert isinstance(pasted, PastedResponse)
    assert any("assumed" in note for note in pasted.notes)


def test_an_options_request_that_is_no_preflight_is_named() -> None:
    command = "curl -i -X OPTIONS -H 'Origin: https://app.example.com' https://api.example.com/"
    named = "this is no preflight"

    plain = read_pasted(command)
    preflight = read_pasted(f"{command} -H 'Access-Control-Request-Method: PUT'")

    assert isinstance(plain, PastedRequest)
    assert isinstance(preflight, PastedRequest)
    assert any(named in note for note in plain.notes)
    assert not any(named in note for note in preflight.notes)
