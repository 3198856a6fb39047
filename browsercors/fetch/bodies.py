"""
Request bodies as pages write them: text, bytes, forms, blobs and streams.

https://fetch.spec.whatwg.org/#bodyinit-unions
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import attrs

from browsercors.values.expressions import compiled_late
from browsercors.values.records import Record

if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "FORM_TYPE",
    "Blob",
    "Body",
    "BodyInit",
    "BodyWithType",
    "FormData",
    "FormDataEntry",
    "ReadableStream",
    "URLSearchParams",
    "extract_body",
    "utf8_encode",
]

LINE_BREAK = compiled_late(r"\r\n|\r|\n")
BLOB_TYPE = compiled_late(r"[ -~]*\Z")

# https://html.spec.whatwg.org/#multipart-form-data
NAME_ESCAPES: Final = str.maketrans({"\n": "%0A", "\r": "%0D", '"': "%22"})

FORM_TYPE: Final = b"application/x-www-form-urlencoded;charset=UTF-8"
# https://url.spec.whatwg.org/#concept-urlencoded-byte-serializer
URLENCODED_SAFE: Final = frozenset(b"*-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
URLENCODED: Final = tuple(chr(byte) if byte in URLENCODED_SAFE else f"%{byte:02X}" for byte in range(256))

BOUNDARY_LENGTH: Final = 16


def utf8_encode(text: str) -> bytes:
    """
    UTF-8 encode *text* as JavaScript's scalar value strings are: a surrogate without its partner becomes U+FFFD.

    https://infra.spec.whatwg.org/#javascript-string-convert
    """
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode("utf-8")


def _bytes_of(data: bytes | bytearray | memoryview | str) -> bytes:
    if isinstance(data, str):
        return utf8_encode(data)
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    raise TypeError(f"the data of a Blob has to be bytes or str, not {type(data).__name__}")


def _blob_type(content_type: str) -> str:
    return content_type.lower() if BLOB_TYPE.match(content_type) is not None else ""


@attrs.frozen(repr=False)
class Blob(Record):
    """
    Bytes with a type (https://w3c.github.io/FileAPI/#blob-section).

    Attributes:
        data: The bytes; text is UTF-8 encoded.
        type: Lower-case; empty for none, which is also what a type with other characters than printable ASCII makes.
    """

    data: bytes = attrs.field(converter=_bytes_of)
    type: str = attrs.field(default="", converter=_blob_type)

    @property
    def size(self) -> int:
        """
        The number of bytes.
        """
        return len(self.data)


class FormDataEntry(NamedTuple):
    """
    One entry of a `FormData`: a field, or a file.

    Attributes:
        name: The field's name.
        value: Text for a field, a blob for a file.
        filename: None for a field.
    """

    name: str
    value: str | Blob
    filename: str | None


class FormData:
    """
    A form, sent as `multipart/form-data` (https://xhr.spec.whatwg.org/#interface-formdata).

    Args:
        fields: A mapping or pairs of names and values; bytes and blobs are files.
    """

    __slots__ = ("_entries",)

    def __init__(
        self,
        fields: Mapping[str, str | bytes | Blob] | Iterable[tuple[str, str | bytes | Blob]] = (),
    ) -> None:
        self._entries: list[FormDataEntry] = []
        for name, value in _pairs(fields, "fields"):
            self.append(name, value)

    def append(
        self, name: str, value: str | bytes | Blob, filename: str | None = None, content_type: str | None = None
    ) -> None:
        """
        Add a field or a file.

        Args:
            name: The field's name.
            value: Text makes a field; bytes or a blob make a file.
            filename: The file's name; `blob`, unless given.
            content_type: The file's type; the blob's, unless given.

        Raises:
            TypeError: For a value of another type, and for text with a file name or type, as in JavaScript.
        """
        if not isinstance(name, str):
            raise TypeError(f"name has to be str, not {type(name).__name__}")
        if isinstance(value, str):
            if filename is not None or content_type is not None:
                raise TypeError(
                    f"the value of {name!r} has a file name or type, so it has to be bytes or Blob, not str"
                )
            self._entries.append(FormDataEntry(name, value, None))
        elif isinstance(value, (bytes, bytearray, memoryview, Blob)):
            blob = value if isinstance(value, Blob) else Blob(value)
            if content_type is not None:
                blob = Blob(blob.data, content_type)
            self._entries.append(FormDataEntry(name, blob, "blob" if filename is None else filename))
        else:
            raise TypeError(f"the value of {name!r} has to be str, bytes or Blob, not {type(value).__name__}")

    def __iter__(self) -> Iterator[FormDataEntry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"FormData({self._entries!r})"


class URLSearchParams:
    """
    A list of names and values, sent as `application/x-www-form-urlencoded`.

    Args:
        init: A query (a leading question mark is dropped), a mapping, or pairs.

    https://url.spec.whatwg.org/#interface-urlsearchparams
    """

    __slots__ = ("_list",)

    def __init__(self, init: str | Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self._list: list[tuple[str, str]] = []
        if isinstance(init, str):
            self._list = urlencoded_parser(utf8_encode(init.removeprefix("?")))
        else:
            for name, value in _pairs(init, "init"):
                self.append(name, value)

    def append(self, name: str, value: str) -> None:
        """
        Add a pair.
        """
        for text in (name, value):
            if not isinstance(text, str):
                raise TypeError(
                    f"names and values of URLSearchParams have to be str, not {type(text).__name__}: {text!r}"
                )
        self._list.append((name, value))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._list)

    def __len__(self) -> int:
        return len(self._list)

    def __str__(self) -> str:
        return urlencoded_serializer(self._list)

    def __repr__(self) -> str:
        return f"URLSearchParams({self._list!r})"


class ReadableStream:
    """
    A body whose length nobody knows beforehand, and which can be read only once.

    Attributes:
        chunks: The bytes, piece by piece; they are read when the request is made.
        disturbed: Whether they were.
    """

    __slots__ = ("chunks", "disturbed")

    def __init__(self, chunks: Iterable[bytes]) -> None:
        if isinstance(chunks, (str, bytes, bytearray, memoryview)) or not isinstance(chunks, Iterable):
            raise TypeError(f"chunks has to be an iterable of bytes, not {type(chunks).__name__}")
        self.chunks: Iterable[bytes] = chunks
        self.disturbed: bool = False

    def read_all_bytes(self) -> bytes:
        """
        Read the stream to its end.

        Raises:
            TypeError: If it was read before, or a chunk is not bytes.
        """
        if self.disturbed:
            raise TypeError("this ReadableStream was read before; make a new one for each request")
        self.disturbed = True
        data = bytearray()
        for chunk in self.chunks:
            if not isinstance(chunk, (bytes, bytearray, memoryview)):
                raise TypeError(f"a chunk of a ReadableStream has to be bytes, not {type(chunk).__name__}")
            data += chunk
        return bytes(data)


BodyInit: TypeAlias = str | bytes | bytearray | memoryview | Blob | FormData | URLSearchParams | ReadableStream


@attrs.frozen(repr=False)
class Body(Record):
    """
    A body (https://fetch.spec.whatwg.org/#concept-body), read to its end.

    Attributes:
        data: The bytes.
        source_is_null: Whether it came from a stream, which cannot be sent a second time.
    """

    data: bytes
    source_is_null: bool = False

    @property
    def length(self) -> int | None:
        """
        The length as far as the browser knows it: None for a stream.
        """
        return None if self.source_is_null else len(self.data)


class BodyWithType(NamedTuple):
    """
    A body with type (https://fetch.spec.whatwg.org/#body-with-type).

    Attributes:
        body: The body.
        type: The `Content-Type` that goes with it, or None.
    """

    body: Body
    type: bytes | None


def extract_body(init: BodyInit, multipart_boundary_prefix: str, *, keepalive: bool = False) -> BodyWithType:
    """
    Extract a body with type from what a page gives as a body.

    Args:
        init: What the page gives.
        multipart_boundary_prefix: What the browser's multipart boundaries begin with.
        keepalive: Whether the request is to outlive the page, which a stream cannot.

    Raises:
        TypeError: For anything that is no body, and for a stream that cannot be read.

    https://fetch.spec.whatwg.org/#concept-bodyinit-extract
    """
    # 1.-9. and 11.-13. NB: streams are read at once; there is nothing to do in parallel.
    # 10. Switch on the object.
    if isinstance(init, str):
        return BodyWithType(Body(utf8_encode(init)), b"text/plain;charset=UTF-8")
    if isinstance(init, (bytes, bytearray, memoryview)):
        return BodyWithType(Body(bytes(init)), None)
    if isinstance(init, Blob):
        return BodyWithType(Body(init.data), init.type.encode("ascii") or None)
    if isinstance(init, FormData):
        data, boundary = multipart_form_data_encode(init, multipart_boundary_prefix)
        return BodyWithType(Body(data), b"multipart/form-data; boundary=" + boundary)
    if isinstance(init, URLSearchParams):
        data = urlencoded_serializer(init).encode("ascii")
        return BodyWithType(Body(data), FORM_TYPE)
    if isinstance(init, ReadableStream):
        if keepalive:
            raise TypeError("a ReadableStream cannot be the body of a keepalive request")
        return BodyWithType(Body(init.read_all_bytes(), source_is_null=True), None)
    raise TypeError(_not_a_body(init))


def _not_a_body(init: object) -> str:
    """
    Say what is wrong with *init*, and what the caller may have meant.
    """
    if isinstance(init, (Mapping, list, tuple)):
        hint = "give json= to send it as JSON, or wrap it in URLSearchParams or FormData to send it as a form"
    elif hasattr(init, "read"):
        hint = "read it first, or wrap it in ReadableStream"
    else:
        hint = "give str, bytes, Blob, FormData, URLSearchParams or ReadableStream"
    return f"body cannot be {type(init).__name__}: {hint}"


def _pairs(init: object, argument: str) -> Iterator[tuple[str, Any]]:
    """
    Iterate over a mapping or pairs.
    """
    if isinstance(init, Mapping):
        yield from init.items()
        return
    if isinstance(init, (str, bytes)) or not isinstance(init, Iterable):
        raise TypeError(f"{argument} has to be a mapping or pairs, not {type(init).__name__}")
    for pair in init:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"{argument} has to be a mapping or pairs; this is no pair: {pair!r}")
        yield pair[0], pair[1]


def urlencoded_serializer(pairs: Iterable[tuple[str, str]]) -> str:
    """
    Serialize as `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#concept-urlencoded-serializer).
    """
    return "&".join(f"{_urlencode(name)}={_urlencode(value)}" for name, value in pairs)


def _urlencode(text: str) -> str:
    return "".join(map(URLENCODED.__getitem__, utf8_encode(text))).replace("%20", "+")


def urlencoded_parser(data: bytes) -> list[tuple[str, str]]:
    """
    Parse `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#concept-urlencoded-parser).
    """
    pairs = []
    for sequence in data.replace(b"+", b" ").split(b"&"):
        if sequence:
            name, _, value = sequence.partition(b"=")
            pairs.append((_utf8_decode_without_bom(name), _utf8_decode_without_bom(value)))
    return pairs


def _utf8_decode_without_bom(data: bytes) -> str:
    from browsercors.fetch.data_urls import percent_decode

    return percent_decode(data).decode("utf-8", "replace")


def multipart_form_data_encode(form: FormData, boundary_prefix: str) -> tuple[bytes, bytes]:
    """
    Encode a form as `multipart/form-data`.

    Returns:
        The body and its boundary, which begins with *boundary_prefix*.

    https://html.spec.whatwg.org/#multipart/form-data-encoding-algorithm
    """
    # 1. Names and texts get CRLF for every line break; the names are escaped then.
    # 2. Each entry becomes a part; one that is no file has no type.
    parts: list[bytes] = []
    for name, value, filename in form:
        disposition = f'Content-Disposition: form-data; name="{_escape(_normalize_newlines(name))}"'
        if isinstance(value, Blob):
            content_type = value.type or "application/octet-stream"
            disposition += f'; filename="{_escape(filename or "")}"\r\nContent-Type: {content_type}'
            data = value.data
        else:
            data = utf8_encode(_normalize_newlines(value))
        parts.append(utf8_encode(disposition) + b"\r\n\r\n" + data + b"\r\n")
    boundary = _multipart_boundary(boundary_prefix, parts)
    delimiter = b"--" + boundary
    return b"".join([*(delimiter + b"\r\n" + part for part in parts), delimiter, b"--\r\n"]), boundary


def _normalize_newlines(text: str) -> str:
    return LINE_BREAK.sub("\r\n", text)


def _escape(text: str) -> str:
    return text.translate(NAME_ESCAPES)


def _multipart_boundary(prefix: str, parts: list[bytes]) -> bytes:
    """
    Make a multipart boundary that is in none of the parts.

    NB: browsers take chance; we take the content, so that the same form is the same bytes again.
    """
    # NB: few fetches need it, and OpenSSL takes its time to load.
    import hashlib

    digest = hashlib.sha256()
    for part in parts:
        # NB: the length keeps apart what the parts alone would not.
        digest.update(b"%d:" % len(part))
        digest.update(part)
    for attempt in itertools.count():
        suffix = hashlib.sha256(digest.digest() + b"%d" % attempt).hexdigest()[:BOUNDARY_LENGTH]
        boundary = f"{prefix}{suffix}".encode("ascii")
        if not any(boundary in part for part in parts):
            return boundary
    raise AssertionError("unreachable: counting does not end")  # pragma: no cover
