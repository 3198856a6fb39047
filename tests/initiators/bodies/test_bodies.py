"""
Request extract.
"""

from __future__ import annotations

import io
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, strategies as st

from browsercors.initiators.bodies import extract, form_data
from browsercors.initiators.bodies.blob import Blob, utf8_encode
from browsercors.initiators.bodies.extract import Body, extract_body
from browsercors.initiators.bodies.form_data import FormData, FormDataEntry
from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.initiators.bodies.url_search_params import URLSearchParams

PREFIX = "----WebKitFormBoundary"
TEXT_TYPE = b"text/plain;charset=UTF-8"
URLENCODED_TYPE = b"application/x-www-form-urlencoded;charset=UTF-8"

EXTRACT_CASES = [
    ("", b"", TEXT_TYPE),
    ("né", b"n\xc3\xa9", TEXT_TYPE),
    ("a\ud800b", b"a\xef\xbf\xbdb", TEXT_TYPE),
    ("\udc00", b"\xef\xbf\xbd", TEXT_TYPE),
    ("\ud83d\ude00", "😀".encode(), TEXT_TYPE),
    ("\ud83d", b"\xef\xbf\xbd", TEXT_TYPE),
    (b"\xff", b"\xff", None),
    (bytearray(b"ab"), b"ab", None),
    (memoryview(b"abcd")[::2], b"ac", None),
    (Blob(b"ab"), b"ab", None),
    (Blob("né", "Text/Plain"), b"n\xc3\xa9", b"text/plain"),
    (Blob(b"", "text/\xe9"), b"", None),
    (URLSearchParams({"a": "b c"}), b"a=b+c", URLENCODED_TYPE),
    (URLSearchParams(), b"", URLENCODED_TYPE),
]


@pytest.mark.parametrize(("init", "data", "content_type"), EXTRACT_CASES)
def test_each_kind_of_body_has_its_bytes_and_its_type(
    init: extract.BodyInit, data: bytes, content_type: bytes | None
) -> None:
    body, actual_type = extract_body(init, PREFIX)

    assert Body(data) == body
    assert content_type == actual_type
    assert len(data) == body.length


def test_a_stream_has_no_source_and_no_length() -> None:
    body, content_type = extract_body(ReadableStream([b"a", bytearray(b"b"), memoryview(b"c")]), PREFIX)  # type: ignore[list-item]

    assert Body(b"abc", source_is_null=True) == body
    assert body.length is None
    assert content_type is None


def test_a_stream_is_read_when_it_is_extracted_and_only_once() -> None:
    stream = ReadableStream(iter([b"a"]))

    assert not stream.disturbed
    extract_body(stream, PREFIX)
    assert stream.disturbed
    with pytest.raises(TypeError, match="read before"):
        extract_body(stream, PREFIX)


def test_a_stream_does_not_outlive_its_page() -> None:
    with pytest.raises(TypeError, match="keepalive"):
        extract_body(ReadableStream([b"a"]), PREFIX, keepalive=True)
    assert extract_body("a", PREFIX, keepalive=True)[0].data == b"a"


@pytest.mark.parametrize("chunks", ["text", b"bytes", bytearray(b"x"), memoryview(b"x"), 7])
def test_a_stream_is_made_of_an_iterable_of_bytes(chunks: Any) -> None:
    with pytest.raises(TypeError, match=f"chunks has to be an iterable of bytes, not {type(chunks).__name__}"):
        ReadableStream(chunks)


def test_a_chunk_that_is_not_bytes_is_refused() -> None:
    with pytest.raises(TypeError, match="chunk of a ReadableStream has to be bytes, not str"):
        extract_body(ReadableStream(["a"]), PREFIX)  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("init", "message"),
    [
        ({"a": 1}, "body cannot be dict: give json= .* URLSearchParams"),
        ([1], "body cannot be list: give json="),
        ((1,), "body cannot be tuple: give json="),
        (io.BytesIO(b"a"), "body cannot be BytesIO: read it first"),
        (7, "body cannot be int: give str, bytes, Blob"),
        (None, "body cannot be NoneType"),
    ],
)
def test_what_is_no_body_is_refused_with_what_would_be_right(init: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        extract_body(init, PREFIX)


class TestBlob:
    def test_its_type_is_lower_case_and_printable_ascii_or_empty(self) -> None:
        assert Blob(b"", "Image/PNG").type == "image/png"
        assert Blob(b"", "image/png\n").type == ""

    def test_it_knows_its_size(self) -> None:
        assert Blob("né").size == 3
        assert Blob(memoryview(b"ab")) == Blob(b"ab")

    def test_it_holds_bytes_or_text_only(self) -> None:
        with pytest.raises(TypeError, match="data of a Blob has to be bytes or str, not int"):
            Blob(7)  # type: ignore[arg-type]


class TestURLSearchParams:
    @pytest.mark.parametrize(
        ("init", "expected"),
        [
            ("", ""),
            ("?a=b&c", "a=b&c="),
            ("??a", "%3Fa="),
            ("a+b=c%20d%zz&&=&%FF=1", "a+b=c+d%25zz&=&%EF%BF%BD=1"),
            ({"a": "1", "b": "2"}, "a=1&b=2"),
            ([("a", "1"), ("a", "2")], "a=1&a=2"),
            ([["a", "1"]], "a=1"),
            ([("*-._~!'()", "\r\n é\ud800")], "*-._%7E%21%27%28%29=%0D%0A+%C3%A9%EF%BF%BD"),
        ],
    )
    def test_it_is_serialised_by_the_url_standard(self, init: Any, expected: str) -> None:
        assert expected == str(URLSearchParams(init))

    def test_it_is_a_list_of_pairs(self) -> None:
        params = URLSearchParams("a=b")
        params.append("c", "d")

        assert list(params) == [("a", "b"), ("c", "d")]
        assert len(params) == 2
        assert repr(params) == "URLSearchParams([('a', 'b'), ('c', 'd')])"

    @pytest.mark.parametrize(
        ("init", "message"),
        [
            (7, "init has to be a mapping or pairs, not int"),
            (b"a=b", "init has to be a mapping or pairs, not bytes"),
            (["ab"], "this is no pair: 'ab'"),
            ([("a",)], "this is no pair"),
            ({"a": 1}, "have to be str, not int: 1"),
            ({1: "a"}, "have to be str, not int: 1"),
        ],
    )
    def test_anything_else_is_refused(self, init: Any, message: str) -> None:
        with pytest.raises(TypeError, match=message):
            URLSearchParams(init)

    @given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=4))
    def test_what_it_sends_is_what_servers_read(self, pairs: list[tuple[str, str]]) -> None:
        params = URLSearchParams(pairs)

        assert pairs == parse_qsl(str(params), keep_blank_values=True)
        assert pairs == list(URLSearchParams(str(params)))


class TestFormData:
    def test_it_is_encoded_as_html_says(self) -> None:
        form = FormData()
        form.append('na"me\r', "line\nline\rline\r\n")
        form.append("file", b"\x00\n\xff", 'a"\n\r.png', "Image/PNG")
        form.append("blob", Blob(b"x"))
        body, content_type = extract_body(form, PREFIX)
        boundary = (content_type or b"").partition(b"boundary=")[2]

        assert content_type is not None
        assert content_type.startswith(b"multipart/form-data; boundary=----WebKitFormBoundary")
        assert len(boundary) == len(PREFIX) + 16
        assert boundary[len(PREFIX) :].isalnum()
        assert body.data == (
            b"--" + boundary + b"\r\n"
            b'Content-Disposition: form-data; name="na%22me%0D%0A"\r\n\r\n'
            b"line\r\nline\r\nline\r\n\r\n"
            b"--" + boundary + b"\r\n"
            b'Content-Disposition: form-data; name="file"; filename="a%22%0A%0D.png"\r\n'
            b"Content-Type: image/png\r\n\r\n"
            b"\x00\n\xff\r\n"
            b"--" + boundary + b"\r\n"
            b'Content-Disposition: form-data; name="blob"; filename="blob"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n"
            b"x\r\n"
            b"--" + boundary + b"--\r\n"
        )

    def test_an_empty_form_is_its_last_boundary(self) -> None:
        body, content_type = extract_body(FormData(), PREFIX)
        boundary = (content_type or b"").partition(b"boundary=")[2]

        assert body.data == b"--" + boundary + b"--\r\n"

    def test_the_boundary_depends_on_the_content_and_on_nothing_else(self) -> None:
        def boundary(*pairs: tuple[str, str]) -> bytes | None:
            return extract_body(FormData(pairs), PREFIX)[1]

        assert boundary(("a", "b")) == boundary(("a", "b"))
        assert boundary(("a", "b")) != boundary(("a", "c"))
        assert boundary(("a", "b")) != boundary(("a", "b"), ("a", "b"))

    def test_the_boundary_is_never_in_the_content(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(form_data, "BOUNDARY_LENGTH", 1)
        digits = "0123456789abcde"
        body, content_type = extract_body(FormData({"a": " ".join(PREFIX + digit for digit in digits)}), PREFIX)

        assert content_type == f"multipart/form-data; boundary={PREFIX}f".encode()
        assert body.data.endswith(f"{PREFIX}f--\r\n".encode())

    def test_entries_can_be_given_and_read(self) -> None:
        fields: dict[str, str | bytes | Blob] = {"a": "b", "c": b"d"}
        form = FormData(fields)
        form.append("e", Blob(b"f", "text/css"), "f.txt", "text/plain")
        form.append("g", Blob(b"h", "text/css"))

        assert list(form) == [
            FormDataEntry("a", "b", None),
            FormDataEntry("c", Blob(b"d"), "blob"),
            FormDataEntry("e", Blob(b"f", "text/plain"), "f.txt"),
            FormDataEntry("g", Blob(b"h", "text/css"), "blob"),
        ]
        assert len(form) == 4
        assert repr(FormData([("a", "b")])) == "FormData([FormDataEntry(name='a', value='b', filename=None)])"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((7, "a"), "name has to be str, not int"),
            (("a", 7), "value of 'a' has to be str, bytes or Blob, not int"),
            (("a", "text", "file.txt"), "value of 'a' has a file name or type, so it has to be bytes or Blob"),
            (("a", "text", None, "text/css"), "value of 'a' has a file name or type"),
        ],
    )
    def test_what_is_no_entry_is_refused(self, arguments: Any, message: str) -> None:
        with pytest.raises(TypeError, match=message):
            FormData().append(*arguments)

    @given(st.lists(st.tuples(st.text("abc", min_size=1), st.binary(max_size=30)), min_size=1, max_size=4))
    def test_any_parser_takes_it_apart_again(self, files: list[tuple[str, bytes]]) -> None:
        body, content_type = extract_body(FormData(files), PREFIX)
        message = message_from_bytes(b"Content-Type: " + (content_type or b"") + b"\r\n\r\n" + body.data)
        parts: Any = message.get_payload()

        assert len(files) == len(parts)
        assert [name for name, _ in files] == [part.get_param("name", header="content-disposition") for part in parts]
        for _, data in files:
            assert b"\r\n\r\n" + data + b"\r\n--" in body.data


@pytest.mark.parametrize(
    "init",
    [
        "\ud800" * 300_000,
        URLSearchParams({"a": "\xe9" * 500_000}),
        URLSearchParams("&" * 1_000_000),
        URLSearchParams("%41=" * 250_000),
        FormData({"a": "\r\n" * 500_000}),
        FormData({'"' * 500_000: "\n"}),
        FormData([("a", b"-" * 1_000_000)]),
        ReadableStream([b"a"] * 300_000),
    ],
    ids=["surrogates", "escapes", "ampersands", "encoded", "line breaks", "quotes", "dashes", "chunks"],
)
def test_a_megabyte_is_extracted_in_no_time(init: extract.BodyInit) -> None:
    extract_body(init, PREFIX)


@given(st.text())
def test_text_without_surrogates_is_plain_utf8(text: str) -> None:
    assert text.encode() == utf8_encode(text)
