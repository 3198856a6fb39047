"""
`FormData`, and its encoding as multipart/form-data.

https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.initiators.bodies.blob import Blob, utf8_encode
from browsercors.initiators.bodies.pairs import pairs_of
from browsercors.values.arguments import checked_text
from browsercors.values.expressions import compiled_late

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["FormData", "FormDataEntry", "multipart_form_data_encode"]

LINE_BREAK = compiled_late(r"\r\n|\r|\n")
# https://html.spec.whatwg.org/#multipart-form-data
NAME_ESCAPES: Final = str.maketrans({"\n": "%0A", "\r": "%0D", '"': "%22"})

BOUNDARY_LENGTH: Final = 16


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
        for name, value in pairs_of(fields, "fields"):
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
        for argument, text in (("filename", filename), ("content_type", content_type)):
            if text is not None:
                checked_text(argument, text, "a.txt" if argument == "filename" else "text/plain")
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
