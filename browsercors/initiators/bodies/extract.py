"""
Request bodies as pages write them: text, bytes, forms, blobs and streams.

https://fetch.spec.whatwg.org/#bodyinit-unions
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from browsercors.initiators.bodies.blob import Blob, utf8_encode
from browsercors.initiators.bodies.readable_stream import ReadableStream

if TYPE_CHECKING:
    from browsercors.initiators.bodies.form_data import FormData
    from browsercors.initiators.bodies.url_search_params import URLSearchParams

__all__ = ["FORM_TYPE", "Body", "BodyInit", "BodyWithType", "extract_body"]

FORM_TYPE: Final = b"application/x-www-form-urlencoded;charset=UTF-8"
# NB: a string, since forms are imported when a page sends one; most pages never do.
BodyInit: TypeAlias = "str | bytes | bytearray | memoryview | Blob | FormData | URLSearchParams | ReadableStream"


class Body(NamedTuple):
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


BodyWithType: TypeAlias = "tuple[Body, bytes | None]"
"""
A body with type (https://fetch.spec.whatwg.org/#body-with-type): the body, and the `Content-Type` that goes with it.
"""


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
        return Body(utf8_encode(init)), b"text/plain;charset=UTF-8"
    if isinstance(init, (bytes, bytearray, memoryview)):
        return Body(bytes(init)), None
    if isinstance(init, Blob):
        return Body(init.data), init.type.encode("ascii") or None
    if isinstance(init, ReadableStream):
        if keepalive:
            raise TypeError("a ReadableStream cannot be the body of a keepalive request")
        return Body(init.read_all_bytes(), source_is_null=True), None
    return _extract_form(init, multipart_boundary_prefix)


def _extract_form(init: FormData | URLSearchParams, multipart_boundary_prefix: str) -> BodyWithType:
    from browsercors.initiators.bodies.form_data import FormData, multipart_form_data_encode
    from browsercors.initiators.bodies.url_search_params import URLSearchParams, urlencoded_serializer

    if isinstance(init, FormData):
        data, boundary = multipart_form_data_encode(init, multipart_boundary_prefix)
        return Body(data), b"multipart/form-data; boundary=" + boundary
    if isinstance(init, URLSearchParams):
        return Body(urlencoded_serializer(init).encode("ascii")), FORM_TYPE
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
