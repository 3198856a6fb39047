"""
Requests and responses as people paste them: raw HTTP/1.1, the header lists of DevTools, the output of `curl -v`.

Reading is tolerant of how lines end and of what tools put before them; what cannot be read is named with its line.
"""

from __future__ import annotations

import re
from typing import Final

import attrs

from browsercors.values.headers import HeaderList, is_header_name
from browsercors.values.urls import URL, parse_url
from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

__all__ = ["MessageError", "RequestMessage", "ResponseMessage", "read_request", "read_responses", "wire_bytes"]

REQUEST_LINE = re.compile(r"(?P<method>[!#$%&'*+\-.^_`|~0-9A-Za-z]+) (?P<target>\S+)(?: HTTP/[0-9](?:\.[0-9])?)?\Z")
STATUS_LINE = re.compile(r"HTTP/[0-9](?:\.[0-9])? +(?P<status>[0-9]{3})(?: (?P<reason>.*))?\Z")
PSEUDO_NAMES: Final = frozenset({":authority", ":method", ":path", ":scheme", ":status"})
CURL_NOTES: Final = ("* ", "{ [", "} [", "*\t")
CURL_PROGRESS: Final = re.compile(r"[ \t]*(?:% Total|Dload  Upload|[0-9]{1,3} +[0-9.]+[kMG]? )")
"""How the lines of curl's progress meter begin, which it writes between head and body."""
SCHEME = re.compile(r"https?://", re.IGNORECASE)


class MessageError(ValueError):
    """
    What was given cannot be read as a message; the text names the line.
    """


@attrs.frozen
class _Message:
    headers: tuple[tuple[str, str], ...] = ()

    def values_of(self, name: str) -> list[str]:
        """
        Return the values of the header lines of that name.
        """
        wanted = name.lower()
        return [value for line_name, value in self.headers if line_name.lower() == wanted]

    def value_of(self, name: str) -> str | None:
        """
        Return the values of the header lines of that name, joined by `, `; None if there are none.
        """
        values = self.values_of(name)
        return ", ".join(values) if values else None


@attrs.frozen(kw_only=True)
class RequestMessage(_Message):
    """
    A request as it was recorded.

    Attributes:
        method: The method.
        url: Where it went.
        headers: The header lines, as far as they were recorded, without pseudo headers.
        body: The body; None where there is none.
    """

    method: str
    url: URL
    body: bytes | None = None

    @property
    def is_preflight(self) -> bool:
        """
        Whether it is a CORS-preflight request.
        """
        return self.method == "OPTIONS" and self.value_of("Access-Control-Request-Method") is not None


@attrs.frozen(kw_only=True)
class ResponseMessage(_Message):
    """
    A response as it was recorded.

    Attributes:
        status: The status.
        reason: The reason phrase; HTTP/2 has none.
        headers: The header lines, as far as they were recorded, without pseudo headers.
        body: The body, content codings already undone.
    """

    status: int
    reason: str = ""
    body: bytes = b""

    def answer(self, method: bytes) -> HTTPResponse | TransportFailure:
        """
        Return what a browser gets if this answers a request of that method.
        """
        if self.status < 200:
            detail = f"the recorded status is {self.status}, which no response ends with"
            return TransportFailure(FailureKind.INVALID_RESPONSE, detail)
        headers = HeaderList((wire_bytes(name), wire_bytes(value)) for name, value in self.headers)
        return HTTPResponse(self.status, wire_bytes(self.reason), headers, b"" if method == b"HEAD" else self.body)


def wire_bytes(text: str) -> bytes:
    """
    Return recorded text as the bytes that were sent: recorders read them as ISO 8859-1 where that goes, else as UTF-8.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


@attrs.frozen
class _Line:
    """
    A line with its number, counted from 1.
    """

    number: int
    text: str


def read_request(text: str, *, scheme: str = "https") -> RequestMessage:
    """
    Read the request: of several, as `curl -vL` writes them, the first.

    Args:
        text: Raw HTTP, HTTP/2 pseudo headers with one header a line (or name and value on lines of their own, as
            DevTools copies them), or what `curl -v` wrote.
        scheme: What is taken for granted where only `Host` says where the request went.

    Raises:
        MessageError: It cannot be read.
    """
    lines = _lines(text)
    sent = _marked(lines, ">")
    if sent is not None:
        return _request(sent, scheme, body_follows=False)
    if _marked(lines, "<") is not None:
        raise MessageError("there is no request in it: no line begins with `> `, as those of `curl -v` do")
    return _request(_skip_blank(lines), scheme, body_follows=True)


def read_responses(text: str) -> list[ResponseMessage]:
    """
    Read the response, or all in order where `curl -vL` or `curl -iL` wrote several; those of 1xx are left out.

    Raises:
        MessageError: They cannot be read.
    """
    lines = _lines(text)
    received = _received_by_curl(lines)
    if received:
        responses = [
            attrs.evolve(_response_head(head), body="\n".join(line.text for line in body).encode())
            for head, body in received
        ]
    else:
        responses = []
        rest = _skip_blank(lines)
        while not responses or (_is_followed(responses[-1]) and rest and STATUS_LINE.match(rest[0].text)):
            head, rest = _split(rest)
            responses.append(_response_head(head))
        if rest:
            body = "\n".join(line.text for line in rest).encode()
            responses[-1] = attrs.evolve(responses[-1], body=body)
    final = [response for response in responses if response.status >= 200]
    return final or responses[-1:]


def _is_followed(response: ResponseMessage) -> bool:
    """
    Whether another response can come right after the head: after 1xx, a redirect, or a proxy's "connected".
    """
    return response.status < 200 or response.value_of("Location") is not None or not response.headers


def _lines(text: str) -> list[_Line]:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return [_Line(number, line) for number, line in enumerate(text.split("\n"), 1)]


def _skip_blank(lines: list[_Line]) -> list[_Line]:
    first = next((place for place, line in enumerate(lines) if line.text.strip()), None)
    if first is None:
        raise MessageError("there is nothing in it; a message begins with a line such as `GET /me HTTP/1.1`")
    return lines[first:]


def _marked(lines: list[_Line], mark: str) -> list[_Line] | None:
    """
    Return the first block of lines that `curl -v` marks so, without the mark; None if there is none.
    """
    block: list[_Line] = []
    for line in lines:
        if line.text == mark or line.text.startswith(f"{mark} "):
            if line.text[2:].strip():
                block.append(_Line(line.number, line.text[2:]))
            elif block:
                break
        elif block and not line.text.startswith(CURL_NOTES):
            break
    return block or None


def _received_by_curl(lines: list[_Line]) -> list[tuple[list[_Line], list[_Line]]]:
    """
    Return the heads of all responses that `curl -v` wrote, each with its body; none if the text is not its output.
    """
    received: list[tuple[list[_Line], list[_Line]]] = []
    first: _Line | None = None
    is_in_body = False
    for line in lines:
        if line.text == "<" or line.text.startswith("< "):
            text = line.text[2:].strip()
            first = first or line
            if STATUS_LINE.match(text):
                received.append(([], []))
                is_in_body = False
            if received and text:
                received[-1][0].append(_Line(line.number, line.text[2:]))
            elif received:
                is_in_body = True
        elif line.text.startswith((*CURL_NOTES, "> ")):
            # NB: what follows is of another request, or of none.
            is_in_body = is_in_body and not line.text.startswith("> ")
        elif is_in_body and not CURL_PROGRESS.match(line.text):
            received[-1][1].append(line)
    if first is not None and not received:
        text = first.text[2:]
        raise MessageError(f"line {first.number}: {text[:80]!r} is no status line: HTTP/1.1 200 OK")
    return [(head, _without_blank_ends(body)) for head, body in received]


def _without_blank_ends(lines: list[_Line]) -> list[_Line]:
    written = [place for place, line in enumerate(lines) if line.text.strip()]
    return lines[written[0] : written[-1] + 1] if written else []


def _split(lines: list[_Line]) -> tuple[list[_Line], list[_Line]]:
    """
    Split at the first empty line: the head, and what comes after it.
    """
    for place, line in enumerate(lines):
        if not line.text.strip():
            return lines[:place], lines[place + 1 :]
    return lines, []


def _request(lines: list[_Line], scheme: str, *, body_follows: bool) -> RequestMessage:
    head, rest = _split(lines)
    match = REQUEST_LINE.match(head[0].text.strip())
    if match is None and not head[0].text.startswith(":"):
        raise MessageError(
            f"line {head[0].number}: {head[0].text[:80]!r} is no request line: a method, a target and the version, "
            "such as `PUT /items/7 HTTP/1.1`"
        )
    pseudo, headers = _header_lines(head if match is None else head[1:])
    message = RequestMessage(
        method=pseudo.get(":method", "") if match is None else match["method"],
        url=_target_url(match["target"] if match is not None else pseudo.get(":path", "/"), pseudo, headers, scheme),
        headers=headers,
        body="\n".join(line.text for line in rest).encode() if body_follows and rest else None,
    )
    if not is_header_name(wire_bytes(message.method)):
        raise MessageError(f"line {head[0].number}: the request has no method; HTTP/2 has it in `:method: PUT`")
    if message.body is not None and not message.body.strip(b"\n"):
        return attrs.evolve(message, body=None)
    return message


def _target_url(target: str, pseudo: dict[str, str], headers: tuple[tuple[str, str], ...], scheme: str) -> URL:
    """
    Return where the request went: the target itself if it is absolute, else the authority or the host and the target.
    """
    hosts = [value for name, value in headers if name.lower() == "host"]
    host = pseudo.get(":authority") or (hosts[0] if hosts else "")
    if not SCHEME.match(target):
        if not host:
            raise MessageError(
                f"the request does not say where it went: {target[:80]!r} is no whole URL, and there is no Host line"
            )
        target = f"{pseudo.get(':scheme', scheme)}://{host}{target if target.startswith('/') else '/'}"
    url = parse_url(target)
    if url is None or not url.is_http:
        raise MessageError(f"the request went to {target[:80]!r}, which is no http(s) URL")
    return url


def _response_head(lines: list[_Line]) -> ResponseMessage:
    first = lines[0]
    match = STATUS_LINE.match(first.text.strip())
    if match is None and not first.text.startswith(":"):
        raise MessageError(f"line {first.number}: {first.text[:80]!r} is no status line: HTTP/1.1 200 OK")
    pseudo, headers = _header_lines(lines if match is None else lines[1:])
    status = pseudo.get(":status", "") if match is None else match["status"]
    if not (status.isascii() and status.isdigit() and len(status) == 3):
        raise MessageError(f"line {first.number}: the response has no status; HTTP/2 has it in `:status: 200`")
    return ResponseMessage(status=int(status), reason="" if match is None else match["reason"] or "", headers=headers)


def _header_lines(lines: list[_Line]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """
    Return pseudo headers and headers.
    """
    pseudo: dict[str, str] = {}
    headers: list[tuple[str, str]] = []
    for line in _in_one_line(lines):
        if line.text[0] in " \t" and headers:
            # NB: a line folded into two, https://www.rfc-editor.org/rfc/rfc9112#section-5.2.
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.text.strip()}".strip())
            continue
        is_pseudo = line.text.startswith(":")
        name, colon, value = line.text[is_pseudo:].partition(":")
        if not colon or not is_header_name(wire_bytes(name)):
            raise MessageError(
                f"line {line.number}: {line.text[:80]!r} is no header line: a name, a colon and a value; a body comes "
                "after an empty line"
            )
        if is_pseudo:
            pseudo[f":{name.lower()}"] = value.strip()
        else:
            headers.append((name, value.strip(" \t")))
    return pseudo, tuple(headers)


def _in_one_line(lines: list[_Line]) -> list[_Line]:
    """
    Join names and values that stand on lines of their own, as DevTools copies them.
    """
    if not lines or lines[0].text.strip().removesuffix(":") not in PSEUDO_NAMES:
        return lines
    names, values = lines[::2], lines[1::2]
    joined = [
        _Line(name.number, f"{name.text.strip().removesuffix(':')}: {value.text}")
        for name, value in zip(names, values, strict=False)
    ]
    if len(names) > len(values):
        raise MessageError(f"line {names[-1].number}: the value of {names[-1].text.strip()[:80]!r} is missing")
    return joined
