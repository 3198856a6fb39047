"""
`data:` URLs: what they answer, and the decoders behind them.
"""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, strategies as st

from browsercors.values.formats.data_urls import data_url_processor, forgiving_base64_decode, percent_decode
from browsercors.values.formats.mime_types import serialize_mime_type
from browsercors.values.urls import URL, parse_url

US_ASCII = "text/plain;charset=US-ASCII"


def data_url(text: str) -> URL:
    url = parse_url(text)
    assert url is not None
    return url


PROCESSOR_CASES = [
    # 2. the fragment does not count
    ("data:,a#b", US_ASCII, b"a"),
    # 5.-7. up to the comma
    ("data:", None, None),
    ("data:text/html", None, None),
    ("data:text/html;base64", None, None),
    ("data: text/html ,a", "text/html", b"a"),
    # 9.-10. the body
    ("data:,", US_ASCII, b""),
    ("data:,a,b c%20%FF%zz", US_ASCII, b"a,b c \xff%zz"),
    ("data:,é", US_ASCII, "é".encode()),
    # 11. Base64
    ("data:;base64,YQ==", US_ASCII, b"a"),
    ("data:;base64,YQ", US_ASCII, b"a"),
    ("data:;BASE64,Y%20Q%3D%3D", US_ASCII, b"a"),
    ("data:text/html;base64 ,YQ", "text/html", b"a"),
    ("data:text/html;  base64,YQ", "text/html", b"a"),
    ("data:text/html;base64;base64,YQ", "text/html", b"a"),
    ("data:text/html;base64,Y", None, None),
    ("data:text/html;base64,%FF", None, None),
    ("data:text/htmlbase64,YQ", "text/htmlbase64", b"YQ"),
    ("data:text/html;base64x,YQ", "text/html", b"YQ"),
    ("data:text/html;%62ase64,YQ", "text/html", b"YQ"),
    # 12. parameters alone
    ("data:;charset=utf-8,a", "text/plain;charset=utf-8", b"a"),
    ("data:;charset=utf-8;base64,YQ", "text/plain;charset=utf-8", b"a"),
    # 13.-14. the MIME type
    ("data:Text/HTML;Charset=UTF-8,a", "text/html;charset=UTF-8", b"a"),
    ("data:x,a", US_ASCII, b"a"),
    ('data:text/html;a=",",b', 'text/html;a=""', b'",b'),
    ("data://host/,a", US_ASCII, b"a"),
]


@pytest.mark.parametrize(("text", "mime_type", "body"), PROCESSOR_CASES)
def test_each_step_of_the_processor_decides_as_the_standard_says(
    text: str, mime_type: str | None, body: bytes | None
) -> None:
    result = data_url_processor(data_url(text))

    if result is None:
        assert mime_type is None
    else:
        assert (mime_type, body) == (serialize_mime_type(result.mime_type), result.body)


@given(st.binary(max_size=40))
def test_any_bytes_go_through_a_data_url(data: bytes) -> None:
    encoded = base64.b64encode(data).decode()
    in_base64 = data_url_processor(data_url(f"data:image/png;base64,{encoded}"))
    percent_encoded = data_url_processor(data_url("data:image/png," + "".join(f"%{byte:02x}" for byte in data)))

    assert in_base64 is not None
    assert percent_encoded is not None
    assert data == in_base64.body
    assert data == percent_encoded.body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", b""),
        ("YWI=", b"ab"),
        ("YWI", b"ab"),
        ("YQ==", b"a"),
        ("YQ", b"a"),
        ("YQ=", None),
        ("YWJj", b"abc"),
        ("YWJj=", None),
        ("YWJj====", None),
        (" Y\tW\nJ\fj\r ", b"abc"),
        ("Y\x0bWJj", None),
        ("Y\xa0WJj", None),
        ("Y", None),
        ("YWJjY", None),
        ("====", None),
        ("=", None),
        ("Y=WI", None),
        ("-_", None),
        ("/+==", b"\xff"),
        ("/z", b"\xff"),
        ("YQ\n", b"a"),
    ],
)
def test_base64_is_forgiving_about_whitespace_padding_and_spare_bits(text: str, expected: bytes | None) -> None:
    assert expected == forgiving_base64_decode(text)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"abc", b"abc"),
        (b"%41%6a%6A", b"Ajj"),
        (b"%", b"%"),
        (b"%4", b"%4"),
        (b"%4g%%41", b"%4g%A"),
        (b"%2541", b"%41"),
    ],
)
def test_only_whole_percent_encoded_bytes_are_decoded(data: bytes, expected: bytes) -> None:
    assert expected == percent_decode(data)


@pytest.mark.parametrize(
    "text",
    [
        "data:," + "%41" * 333_333,
        "data:," + "%" * 1_000_000,
        "data:;base64," + "A" * 1_000_000,
        "data:;base64," + "=" * 1_000_000,
        "data:" + ";" * 1_000_000 + "base64,",
        "data:;" + " " * 1_000_000 + "base64,",
        "data:" + "a" * 1_000_000,
    ],
    ids=["encoded", "percent signs", "base64", "padding", "semicolons", "blanks", "no comma"],
)
def test_a_megabyte_of_data_url_is_processed_in_no_time(text: str) -> None:
    data_url_processor(data_url(text))
