"""
MIME types: the parser, the serialiser, and the type of a response.
"""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from browsercors.values.formats.mime_types import (
    MIMEType,
    extract_a_mime_type,
    is_javascript_mime_type,
    is_javascript_mime_type_essence_match,
    parse_mime_type,
    serialize_mime_type,
    serialize_mime_type_to_bytes,
    utf8_decode,
)
from browsercors.values.headers import HeaderList

PARSE_CASES = [
    # 1. whitespace around
    (" \t\r\ntext/html\n ", "text/html"),
    ("\x0ctext/html", None),
    # 4.-5. the type
    ("", None),
    ("/html", None),
    ("text", None),
    ("te xt/html", None),
    ("text /html", None),
    ("\u0100/html", None),
    # 7.-9. the subtype
    ("text/", None),
    ("text/ ", None),
    ("text/;charset=utf-8", None),
    ("text/html/x", None),
    ("text/html(;charset=utf-8", None),
    ("text/html \t;charset=utf-8", "text/html;charset=utf-8"),
    # 10. lower case
    ("TEXT/HTML;CharSet=UTF-8", "text/html;charset=UTF-8"),
    # 11.2 whitespace before a name
    ("text/html; \t charset=utf-8", "text/html;charset=utf-8"),
    # 11.6 names without values
    ("text/html;", "text/html"),
    ("text/html;;;charset=utf-8", "text/html;charset=utf-8"),
    ("text/html;a;charset=utf-8", "text/html;charset=utf-8"),
    ("text/html;a", "text/html"),
    # 11.7 nothing behind the equals sign
    ("text/html;a=", "text/html"),
    # 11.9 quoted values
    ('text/html;charset="utf-8"', "text/html;charset=utf-8"),
    ('text/html;charset="utf-8"ignored;a=b', "text/html;charset=utf-8;a=b"),
    ('text/html;charset="utf-8', "text/html;charset=utf-8"),
    (r'text/html;a="\"\\\x"', r'text/html;a="\"\\x"'),
    ('text/html;a="\\', r'text/html;a="\\"'),
    ('text/html;a=";b=c"', 'text/html;a=";b=c"'),
    ('text/html;a=""', 'text/html;a=""'),
    # 11.10 unquoted values
    ("text/html;a=;b=c", "text/html;b=c"),
    ("text/html;a= ;b=c", "text/html;b=c"),
    ("text/html;a= b ;c=d", 'text/html;a=" b";c=d'),
    ("text/html;a=b=c", 'text/html;a="b=c"'),
    ('text/html;a=b"', r'text/html;a="b\""'),
    # 11.11 what counts
    ("text/html;=b;c=d", "text/html;c=d"),
    ("text/html;a b=c;d=e", "text/html;d=e"),
    ("text/html;\u212a=c;d=e", "text/html;d=e"),
    ("text/html;a=\u0100;b=c", "text/html;b=c"),
    ("text/html;a=\x7f;b=c", "text/html;b=c"),
    ("text/html;a=\xff", 'text/html;a="\xff"'),
    ("text/html;a=b;A=c", "text/html;a=b"),
]


@pytest.mark.parametrize(("text", "expected"), PARSE_CASES)
def test_each_step_of_the_parser_decides_as_the_standard_says(text: str, expected: str | None) -> None:
    mime_type = parse_mime_type(text)

    assert expected == (None if mime_type is None else serialize_mime_type(mime_type))


def test_the_parts_of_a_parsed_type_can_be_read() -> None:
    mime_type = parse_mime_type("Text/Plain;Charset=UTF-8")

    assert mime_type is not None
    assert mime_type.type == "text"
    assert mime_type.subtype == "plain"
    assert mime_type.essence == "text/plain"
    assert dict(mime_type.parameters) == {"charset": "UTF-8"}


def test_a_type_can_be_shared_because_its_parameters_cannot_be_changed() -> None:
    mime_type = MIMEType("text", "plain", {"charset": "utf-8"})

    with pytest.raises(TypeError):
        mime_type.parameters["charset"] = "gbk"  # type: ignore[index]
    assert mime_type == parse_mime_type("text/plain;charset=utf-8")
    assert hash(mime_type) == hash(parse_mime_type("text/plain;charset=utf-8"))


def test_a_type_prints_as_it_is_serialised() -> None:
    assert str(MIMEType("text", "plain", {"a": ""})) == 'text/plain;a=""'
    assert serialize_mime_type_to_bytes(MIMEType("text", "plain", {"a": "\xe9"})) == b'text/plain;a="\xe9"'


TOKENS = st.text("!#$%&'*+-.^_`|~09azAZ", min_size=1, max_size=8)
VALUES = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]) | st.just("\t"), max_size=8)


@given(TOKENS, TOKENS, st.dictionaries(TOKENS.map(str.lower), VALUES, max_size=4))
def test_what_is_serialised_parses_to_the_same_type(main: str, subtype: str, parameters: dict[str, str]) -> None:
    mime_type = MIMEType(main.lower(), subtype.lower(), parameters)

    assert mime_type == parse_mime_type(serialize_mime_type(mime_type))


@given(st.text(alphabet='ab/;="\\, \t\n\x0b\u0100', max_size=30))
def test_serialising_what_was_parsed_is_stable(text: str) -> None:
    mime_type = parse_mime_type(text)

    assert mime_type is None or mime_type == parse_mime_type(serialize_mime_type(mime_type))


@pytest.mark.untraced
@pytest.mark.parametrize(
    "text",
    [
        "text/html;a=" + '"' * 1_000_000,
        'text/html;a="' + "\\" * 1_000_000,
        "text/html;" + ";" * 1_000_000,
        "text/html;" + "a=b;" * 250_000,
        'text/html;a="' + '";b="' * 200_000,
        "text/html" + " " * 1_000_000 + "x",
        "text/html;a=b" + " " * 1_000_000 + "c",
        "/" * 1_000_000,
    ],
    ids=["quotes", "backslashes", "semicolons", "parameters", "quoted parameters", "blanks", "blank value", "slashes"],
)
def test_a_megabyte_of_hostile_text_is_parsed_in_no_time(text: str) -> None:
    parse_mime_type(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("text/javascript", True),
        ("TEXT/JavaScript", True),
        ("application/x-ecmascript", True),
        ("text/javascript1.5", True),
        ("text/javascript1.6", False),
        ("application/json", False),
    ],
)
def test_javascript_types_are_those_of_the_list(text: str, expected: bool) -> None:
    mime_type = parse_mime_type(f"{text};charset=utf-8")

    assert mime_type is not None
    assert expected == is_javascript_mime_type(mime_type)
    assert expected == is_javascript_mime_type_essence_match(text)


@pytest.mark.parametrize("text", ["text/javascript;charset=utf-8", " text/javascript", "", "text/\u017favascript"])
def test_an_essence_match_has_no_parameters_and_is_ascii(text: str) -> None:
    assert not is_javascript_mime_type_essence_match(text)


# The examples of https://fetch.spec.whatwg.org/#example-extract-a-mime-type, and the steps that they leave out.
EXTRACT_CASES = [
    ([b"text/plain;charset=gbk, text/html"], "text/html"),
    ([b"text/html;charset=gbk;a=b, text/html;x=y"], "text/html;x=y;charset=gbk"),
    ([b"text/html;charset=gbk;a=b", b"text/html;x=y"], "text/html;x=y;charset=gbk"),
    ([b"text/html;charset=gbk", b"x/x", b"text/html;x=y"], "text/html;x=y"),
    ([b"text/html", b"cannot-parse"], "text/html"),
    ([b"text/html", b"*/*"], "text/html"),
    ([b"text/html", b""], "text/html"),
    ([], None),
    ([b""], None),
    ([b"*/*"], None),
    ([b"text/html;charset=gbk", b"text/html;charset=utf-8"], "text/html;charset=utf-8"),
    ([b"text/html", b"text/html;a=b"], "text/html;a=b"),
    ([b'text/html;a="', b'b/c"'], 'text/html;a=", b/c"'),
]


@pytest.mark.parametrize(("values", "expected"), EXTRACT_CASES)
def test_the_last_content_type_that_says_something_counts(values: list[bytes], expected: str | None) -> None:
    headers = HeaderList((b"Content-Type", value) for value in values)
    mime_type = extract_a_mime_type(headers)

    assert expected == (None if mime_type is None else serialize_mime_type(mime_type))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfa", "a"),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa"),
        (b"\xef\xbb", "\ufffd"),
        (b"a\xffb", "a\ufffdb"),
        (b"\xe2\x82", "\ufffd"),
        (b"\xf0\x80\x80a", "\ufffd\ufffd\ufffda"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
        (b"\xff\xfea\x00", "\ufffd\ufffda\x00"),
        ("é€😀".encode(), "é€😀"),
    ],
)
def test_text_is_decoded_as_the_encoding_standard_says(data: bytes, expected: str) -> None:
    assert expected == utf8_decode(data)
