"""
MIME types: parsed, written and found out as browsers do, which is not as RFC 9110 does.

https://mimesniff.spec.whatwg.org/
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.expressions import compiled_late
from browsercors.values.formats.mime_groups import JAVASCRIPT_ESSENCES
from browsercors.values.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.values.headers import HeaderList

__all__ = [
    "MIMEType",
    "extract_a_mime_type",
    "is_javascript_mime_type",
    "is_javascript_mime_type_essence_match",
    "parse_mime_type",
    "serialize_mime_type",
    "serialize_mime_type_to_bytes",
    "utf8_decode",
]

HTTP_WHITESPACE: Final = "\t\n\r "

# https://mimesniff.spec.whatwg.org/#http-token-code-point
HTTP_TOKEN = compiled_late(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
# https://mimesniff.spec.whatwg.org/#http-quoted-string-token-code-point
HTTP_QUOTED_STRING_TOKEN = compiled_late(r"[\t -~\x80-\xff]*\Z")
PARAMETER_NAME = compiled_late(r"[^;=]*")
# NB: possessive, so that a megabyte of backslashes costs no more than a megabyte of letters. Without a closing quote
# the string runs to the end, where a last single backslash stands for itself.
QUOTED_STRING = compiled_late(r'"((?:[^"\\]++|\\.)*+)(?:"|(\\?)\Z)', re.DOTALL)
ESCAPED = compiled_late(r"\\(.)", re.DOTALL)
NEEDS_ESCAPE = compiled_late(r'(["\\])')

LONGEST_REMEMBERED: Final = 256


def _read_only(parameters: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(parameters))


@attrs.frozen(repr=False)
class MIMEType(Record):
    """
    A MIME type record (https://mimesniff.spec.whatwg.org/#mime-type).

    Attributes:
        type: Lower-case, as in `text`.
        subtype: Lower-case, as in `html`.
        parameters: In order; names are lower-case, values as written, without quotes.
    """

    type: str
    subtype: str
    parameters: Mapping[str, str] = attrs.field(factory=dict, converter=_read_only, hash=False)

    @property
    def essence(self) -> str:
        """
        Type and subtype, as in `text/html` (https://mimesniff.spec.whatwg.org/#mime-type-essence).
        """
        return f"{self.type}/{self.subtype}"

    def __str__(self) -> str:
        return serialize_mime_type(self)


def parse_mime_type(text: str) -> MIMEType | None:
    """
    Parse a MIME type.

    Returns:
        The MIME type, or None for failure.

    https://mimesniff.spec.whatwg.org/#parse-a-mime-type
    """
    # NB: the few types that servers send are remembered; a hostile one of a megabyte is not.
    return _parse_remembered(text) if len(text) <= LONGEST_REMEMBERED else _parse(text)


def _parse(text: str) -> MIMEType | None:
    # 1.-2. Start behind leading whitespace, end before trailing whitespace.
    text = text.strip(HTTP_WHITESPACE)

    # 3.-6. The type is a token before a slash.
    main, has_slash, rest = text.partition("/")
    if not has_slash or HTTP_TOKEN.match(main) is None:
        return None

    # 7.-9. The subtype is a token before a semicolon or the end.
    subtype, has_parameters, _ = rest.partition(";")
    subtype_end = len(main) + 1 + len(subtype)
    subtype = subtype.rstrip(HTTP_WHITESPACE)
    if HTTP_TOKEN.match(subtype) is None:
        return None

    # 10.-12. Both in lower case, with what parameters there are.
    parameters = _parse_parameters(text, subtype_end) if has_parameters else {}
    return MIMEType(main.lower(), subtype.lower(), parameters)


_parse_remembered = lru_cache(maxsize=1024)(_parse)


def _parse_parameters(text: str, position: int) -> dict[str, str]:
    """
    Collect the parameters from the semicolon at *position* on (step 11 of parsing).
    """
    parameters: dict[str, str] = {}
    while position < len(text):
        # 11.1.-2. Skip the semicolon and the whitespace behind it.
        # NB: whitespace is skipped by taking it off the name, which cannot hold any.
        # 11.3. The name ends at a semicolon or an equals sign.
        match = PARAMETER_NAME.match(text, position + 1)
        assert match is not None, "the pattern also matches nothing"
        name = match.group().lstrip(HTTP_WHITESPACE)
        position = match.end()

        # 11.5. At a semicolon there is no value: go on with the next parameter.
        # 11.6. At the end there is none either.
        if not text.startswith("=", position):
            continue
        position += 1
        if position == len(text):
            break

        # 11.8.-9. The value is quoted, with anything up to the next semicolon ignored, or runs to that semicolon.
        if text[position] == '"':
            value, position = _collect_http_quoted_string(text, position)
            position = _find_or_end(text, position)
        else:
            end = _find_or_end(text, position)
            value = text[position:end].rstrip(HTTP_WHITESPACE)
            position = end
            if not value:
                continue

        # 11.10. A well-formed parameter counts, and the first of its name only.
        # NB: lower-cased (11.4) when known to be ASCII: Python lower-cases more than the standard does.
        if HTTP_TOKEN.match(name) is not None and HTTP_QUOTED_STRING_TOKEN.match(value) is not None:
            parameters.setdefault(name.lower(), value)
    return parameters


def _collect_http_quoted_string(text: str, position: int) -> tuple[str, int]:
    """
    Collect the value of the HTTP quoted string that opens at *position*, and say where it ended.

    https://fetch.spec.whatwg.org/#collect-an-http-quoted-string
    """
    match = QUOTED_STRING.match(text, position)
    assert match is not None, "a quotation mark stands at the position"
    value, last_backslash = match.groups()
    return ESCAPED.sub(r"\1", value) + (last_backslash or ""), match.end()


def _find_or_end(text: str, position: int) -> int:
    end = text.find(";", position)
    return len(text) if end < 0 else end


def serialize_mime_type(mime_type: MIMEType) -> str:
    """
    Serialize a MIME type (https://mimesniff.spec.whatwg.org/#serialize-a-mime-type).
    """
    # 1. Type, slash, subtype.
    serialization = [mime_type.essence]
    # 2. Each parameter; a value that is no token is quoted.
    for name, value in mime_type.parameters.items():
        if HTTP_TOKEN.match(value) is None:
            escaped = NEEDS_ESCAPE.sub(r"\\\1", value)
            serialization.append(f'{name}="{escaped}"')
        else:
            serialization.append(f"{name}={value}")
    # 3. Return it.
    return ";".join(serialization)


def serialize_mime_type_to_bytes(mime_type: MIMEType) -> bytes:
    """
    Serialize a MIME type to bytes (https://mimesniff.spec.whatwg.org/#serialize-a-mime-type-to-bytes).
    """
    return serialize_mime_type(mime_type).encode("latin-1")


def is_javascript_mime_type(mime_type: MIMEType) -> bool:
    """
    Whether *mime_type* is a JavaScript MIME type (https://mimesniff.spec.whatwg.org/#javascript-mime-type).
    """
    return mime_type.essence in JAVASCRIPT_ESSENCES


def is_javascript_mime_type_essence_match(text: str) -> bool:
    """
    Whether *text*, as in a script's `type`, is a JavaScript MIME type without parameters.

    https://mimesniff.spec.whatwg.org/#javascript-mime-type-essence-match
    """
    return text.isascii() and text.lower() in JAVASCRIPT_ESSENCES


def extract_a_mime_type(headers: HeaderList) -> MIMEType | None:
    """
    Extract a MIME type from the `Content-Type` headers: the last one that parses counts.

    Returns:
        The MIME type, or None for failure.

    https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
    """
    # 1.-3. Start with nothing.
    charset: str | None = None
    essence: str | None = None
    mime_type: MIMEType | None = None

    # 4.-5. Without the header there is no type.
    values = headers.get_decode_and_split(b"content-type")
    if values is None:
        return None

    # 6. Take the values one by one.
    for value in values:
        # 6.1.-2. What does not parse, or says nothing, is skipped.
        temporary_mime_type = parse_mime_type(value)
        if temporary_mime_type is None or temporary_mime_type.essence == "*/*":
            continue
        # 6.3. The last one wins.
        mime_type = temporary_mime_type
        # 6.4. A new essence brings its own charset, or none.
        if mime_type.essence != essence:
            charset = mime_type.parameters.get("charset")
            essence = mime_type.essence
        # 6.5. The same essence again keeps the charset, unless it names one.
        elif "charset" not in mime_type.parameters and charset is not None:
            mime_type = attrs.evolve(mime_type, parameters={**mime_type.parameters, "charset": charset})

    # 7.-8. Return the last one, if there was any.
    return mime_type


def utf8_decode(data: bytes) -> str:
    """
    UTF-8 decode *data*: drop a byte order mark, and put U+FFFD where the bytes are no UTF-8.

    https://encoding.spec.whatwg.org/#utf-8-decode
    """
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
