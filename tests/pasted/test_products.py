"""
Products as topics, and words of servers that people paste.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsercors.explain.causes.describe import described
from browsercors.explain.causes.table import SIGNS
from browsercors.explain.causes.unsigned import UNSIGNED, UnsignedProduct
from browsercors.explain.fixes.advice import SILENT
from browsercors.pasted.products import PRODUCT_TOPICS, SIGN_TOPICS, signs_said_in
from browsercors.pasted.reader import read_pasted
from browsercors.pasted.results import PastedMessage, PastedTopic
from browsercors.pasted.topics import TOPICS, topic_named

if TYPE_CHECKING:
    from browsercors.explain.causes.sign import Sign


@pytest.mark.parametrize("sign", SIGNS, ids=[sign.code for sign in SIGNS])
def test_a_row_is_found_by_each_product_and_by_its_code(sign: Sign) -> None:
    assert PastedTopic(sign.code) == read_pasted(sign.code)
    for product in sign.products:
        topic = topic_named(product)

        assert topic is not None
        assert sign in topic.signs
        assert PastedTopic(topic.name) == read_pasted(product)


@pytest.mark.parametrize("row", UNSIGNED, ids=[row.products[0] for row in UNSIGNED])
def test_a_product_without_a_sign_is_found_too(row: UnsignedProduct) -> None:
    for product in row.products:
        topic = topic_named(product)

        assert topic is not None
        assert row.meaning in topic.meaning
        assert row.remedy == topic.remedy


@pytest.mark.parametrize("sign", SIGNS, ids=[sign.code for sign in SIGNS])
def test_a_row_says_in_words_by_what_it_is_known(sign: Sign) -> None:
    words = described(sign)

    assert words.endswith(".")
    assert all(str(status) in words for status in sign.status)
    assert all(name in words and value in words for name, value in (*sign.headers, *sign.exactly))
    assert all(host in words for host in sign.host)
    assert sign.reason in words


def test_the_layers_that_send_an_empty_403_are_those_that_can_be_looked_up() -> None:
    silent = [
        row.products[0] for row in UNSIGNED if "empty 403" in row.meaning or "answers 403 to pages" in row.meaning
    ]

    assert [] == [product for product in silent if product not in SILENT]
    assert ["gin-contrib/cors", "Ktor", "Micronaut", "Elasticsearch", "Ollama"] == silent


def test_names_of_products_hide_no_other_topic() -> None:
    assert {"preflight", "vary", "credentials"} <= set(TOPICS) - set(PRODUCT_TOPICS) - set(SIGN_TOPICS)


SAME = {code for code in SIGN_TOPICS if code in PRODUCT_TOPICS}
"""Products of one row that is called as they are."""


@pytest.mark.parametrize("code", sorted(SAME))
def test_a_product_and_a_row_of_one_name_are_about_the_same(code: str) -> None:
    assert code in [sign.code for sign in PRODUCT_TOPICS[code].signs]


SAID = [
    ("RBAC: access denied", ["envoy-rbac"]),
    ("Disallowed CORS origin, headers", ["starlette-origin", "starlette-headers"]),
    ('{"message":"Missing Authentication Token"}', ["api-gateway-no-method"]),
    ("<Error><Message>CORSResponse: CORS is not enabled for this bucket.</Message></Error>", ["s3-no-rules"]),
    ("HTTP/1.1 403 CORS Rejected - Invalid origin", ["vertx-origin", "vertx-origin-body"]),
]


@pytest.mark.parametrize(("text", "codes"), SAID, ids=[codes[0] for _, codes in SAID])
def test_words_of_a_server_name_its_rows(text: str, codes: list[str]) -> None:
    assert codes == [sign.code for sign in signs_said_in(text)]


@pytest.mark.parametrize("text", ["Internal Server Error", "404 Not Found", "Forbidden", '{"error":"no"}'])
def test_words_of_everybody_name_nobody(text: str) -> None:
    assert () == signs_said_in(text)


def test_a_pasted_line_of_a_server_is_a_message_with_its_rows() -> None:
    message = read_pasted("RBAC: access denied")

    assert isinstance(message, PastedMessage)
    assert "Envoy or Istio" == message.said_by
    assert [("envoy-rbac", True)] == [(meaning.name, meaning.is_topic) for meaning in message.meanings]
