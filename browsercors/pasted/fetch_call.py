"""
A call of `fetch()` as people write it and as browsers copy it ("Copy as fetch", "Copy as fetch (Node.js)").

It is read as text, and never run: literals are taken, and what only a program could tell is named.
"""

from __future__ import annotations

import json
import re
from typing import Final
from urllib.parse import urlencode

import attrs

from browsercors.pasted.drafts import Draft, excerpt
from browsercors.pasted.results import Ignored, PasteError, PasteForm

__all__ = ["FETCH_CALL", "read_fetch_call"]

FETCH_CALL: Final = re.compile(
    r"(?:(?:const|let|var)\s+[\w$]+\s*=\s*|return\s+)?(?:await\s+)?(?:(?:window|globalThis|self)\.)?fetch\s*\("
)
"""How a call begins."""

MOST_NESTED: Final = 60
MOST_TOKENS: Final = 200_000

SPACE: Final = re.compile(r"(?:\s+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+")
NAME: Final = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
NUMBER: Final = re.compile(r"-?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
PLAIN: Final = {
    '"': re.compile(r'[^\\"\n]+'),
    "'": re.compile(r"[^\\'\n]+"),
    "`": re.compile(r"[^\\`$]+"),
}
ESCAPE: Final = re.compile(
    r"\\(?:u\{(?P<code>[0-9A-Fa-f]{1,6})\}|u(?P<u>[0-9A-Fa-f]{4})|x(?P<x>[0-9A-Fa-f]{2})|(?P<c>\r\n|.))", re.DOTALL
)
LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
CONSTANTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "undefined": None}
CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
LONE_SURROGATES: Final = re.compile("[\ud800-\udfff]")


@attrs.frozen
class _Unknown:
    """
    A value that only the program knows.

    Attributes:
        text: How it is written.
    """

    text: str


def read_fetch_call(text: str) -> tuple[Draft, int]:
    """
    Read the call that *text* begins with.

    Returns:
        The request, and where the text goes on behind the call.

    Raises:
        PasteError: It is cut off, or its URL is not written in it.
    """
    match = FETCH_CALL.match(text)
    assert match is not None, "the caller has seen how it begins"
    reader = _Reader(text, match.end())
    arguments = reader.items(")")
    draft = Draft(PasteForm.FETCH)
    url = arguments[0] if arguments else None
    if isinstance(url, str) and not (reader.holes and url.startswith("${")):
        draft.url = url
        draft.understood.append(f"url {url[:80]}")
    else:
        written = url.text if isinstance(url, _Unknown) else _written(url) if url is not None else "nothing"
        raise PasteError(f"the URL is {excerpt(written)}, which only the program knows: write it as text")
    init = arguments[1] if len(arguments) > 1 else {}
    if isinstance(init, dict):
        for name, value in init.items():
            _member(draft, name, value)
    else:
        draft.notes.append(f"the second argument is {excerpt(_written(init))}, which only the program knows")
    # NB: a call that was copied for Node.js has the cookies, and no mode.
    if draft.mode is None and not draft.has_header("cookie"):
        draft.mode = "cors"
        draft.credentials = draft.credentials or "same-origin"
    draft.notes.extend(f"{excerpt(hole)} is left as it is written: only the program knows it" for hole in reader.holes)
    return draft, reader.at


def _member(draft: Draft, name: str, value: object) -> None:
    """
    Take a member of the call's second argument (`RequestInit`).
    """
    if isinstance(value, _Unknown) and name not in {"body", "headers"}:
        draft.ignored.append(Ignored(f"{name}: {value.text[:60]}", "only the program knows its value"))
        return
    if value is None and name != "body":
        return
    draft.understood.append(f"{name}: {_written(value)[:60]}")
    if name == "headers":
        _headers(draft, value)
    elif name == "body":
        _body(draft, value)
    elif name == "method":
        # NB: fetch() puts these four into capitals, and no others, https://fetch.spec.whatwg.org/#concept-method-normalize.
        method = str(value)
        draft.method = (
            method.upper() if method.upper() in {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} else method
        )
    elif name == "referrer":
        if isinstance(value, str) and value not in {"", "about:client"}:
            draft.page_url = value
    elif name in {"mode", "credentials", "cache", "redirect"}:
        setattr(draft, name, str(value))
    elif name == "referrerPolicy":
        draft.referrer_policy = str(value)
    else:
        draft.understood.pop()
        draft.ignored.append(Ignored(f"{name}: {_written(value)[:60]}", "it changes nothing about CORS"))


def _headers(draft: Draft, value: object) -> None:
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        pairs = [(pair[0], pair[1]) for pair in value]
    else:
        draft.notes.append(f"the headers are {excerpt(_written(value))}, which only the program knows")
        return
    for name, content in pairs:
        draft.headers.append((str(name), content.text if isinstance(content, _Unknown) else _string(content)))
        if isinstance(content, _Unknown):
            draft.notes.append(f"the value of {name} is {excerpt(content.text)}, which only the program knows")


def _body(draft: Draft, value: object) -> None:
    if value is None:
        return
    if isinstance(value, _Unknown):
        draft.notes.append(f"the body is {excerpt(value.text)}, which only the program knows: it is left empty")
        draft.body = b""
        kind = _type_of_object(value.text)
    elif isinstance(value, _Form):
        draft.body = urlencode([(name, _string(content)) for name, content in value.pairs]).encode()
        kind = "application/x-www-form-urlencoded;charset=UTF-8"
    else:
        draft.body = LONE_SURROGATES.sub("\ufffd", _string(value)).encode()
        kind = "text/plain;charset=UTF-8"
    # https://fetch.spec.whatwg.org/#concept-bodyinit-extract
    if kind:
        draft.add_header("Content-Type", kind)


def _type_of_object(written: str) -> str:
    if written.startswith("new FormData"):
        return "multipart/form-data; boundary=----WebKitFormBoundary"
    if written.startswith("new URLSearchParams"):
        return "application/x-www-form-urlencoded;charset=UTF-8"
    return ""


@attrs.frozen
class _Form:
    pairs: tuple[tuple[str, object], ...]


def _string(value: object) -> str:
    """
    Return what JavaScript's String() makes of a literal.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, _Unknown):
        return value.text
    if isinstance(value, (dict, list)):
        return _json(value)
    return {True: "true", False: "false", None: "null"}[value] if value in (True, False, None) else str(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_string)


def _written(value: object) -> str:
    return value if isinstance(value, str) else _string(value) if not isinstance(value, _Form) else "a form"


class _Reader:
    """
    Reads literals of JavaScript; a step for each token, and no way back.

    Attributes:
        at: How far it has come.
        holes: What of template literals only the program knows.
    """

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.holes: list[str] = []
        self._depth = 0
        self._tokens = 0

    def items(self, close: str) -> list[object]:
        """
        Read the items up to the closing bracket.
        """
        found: list[object] = []
        while not self._is_next(close):
            if self.text.startswith("...", self.at):
                self.at += 3
            found.append(self.value())
            if not self._is_next(","):
                self._expect(close)
                break
        return found

    def value(self) -> object:
        """
        Read a value: a literal, a known call, several that are joined by `+`, or what only the program knows.
        """
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise self._error(f"brackets are nested more than {MOST_NESTED} deep")
        self._skip()
        start = self.at
        value = self._one()
        while self._skip_to() == "+":
            self.at += 1
            self._skip()
            value = self._joined(value, self._one())
        if self._skip_to() not in {",", ")", "]", "}", ":", ";", ""}:
            # NB: an expression: a condition, a call, an index.
            self._skip_expression()
            value = _Unknown(self.text[start : self.at].strip())
        self._depth -= 1
        return value

    def _joined(self, left: object, right: object) -> object:
        """
        Join two values; what is unknown behind a text is a hole in it, as in a template literal.
        """
        if isinstance(left, _Unknown):
            return _Unknown(f"{left.text} + {_written(right)}")
        if isinstance(right, _Unknown):
            self.holes.append(f"${{{right.text}}}")
            return f"{_written(left)}${{{right.text}}}"
        return _written(left) + _written(right)

    def _one(self) -> object:
        self._tokens += 1
        if self._tokens > MOST_TOKENS:
            raise self._error(f"it has more than {MOST_TOKENS:,} values")
        char = self.text[self.at : self.at + 1]
        if char in PLAIN and char:
            return self._string(char)
        if char == "{":
            self.at += 1
            return self._object()
        if char == "[":
            self.at += 1
            return self.items("]")
        number = NUMBER.match(self.text, self.at)
        if number is not None:
            self.at = number.end()
            return _number(number[0])
        name = NAME.match(self.text, self.at)
        if name is None:
            if not char:
                raise self._error("the call is cut off")
            start = self.at
            self._skip_expression()
            if self.at == start:
                raise self._error(f"{excerpt(self.text[start : start + 20])} is not understood")
            return _Unknown(self.text[start : self.at].strip())
        return self._named(name)

    def _named(self, name: re.Match[str]) -> object:
        """
        Read a name: a constant, `JSON.stringify(...)`, `new Headers(...)`, or what only the program knows.
        """
        self.at = name.end()
        if name[0] in CONSTANTS:
            return CONSTANTS[name[0]]
        word, start = name[0], name.start()
        if word == "new":
            self._skip()
            created = NAME.match(self.text, self.at)
            if created is not None:
                self.at = created.end()
                word = f"new {created[0]}"
        if self._skip_to() != "(" or word not in {"JSON.stringify", "new Headers", "new URLSearchParams", "new URL"}:
            self._skip_expression()
            return _Unknown(self.text[start : self.at].strip())
        self.at += 1
        arguments = self.items(")")
        first = arguments[0] if arguments else {}
        if isinstance(first, _Unknown):
            return _Unknown(self.text[start : self.at])
        if word == "JSON.stringify":
            return _json(first)
        if word == "new URLSearchParams" and isinstance(first, dict):
            return _Form(tuple(first.items()))
        if word == "new URL" and len(arguments) > 1:
            return _Unknown(self.text[start : self.at])
        return first

    def _object(self) -> dict[str, object]:
        found: dict[str, object] = {}
        while not self._is_next("}"):
            start = self.at
            if self.text.startswith("...", self.at):
                self.at += 3
                spread = self.value()
                if isinstance(spread, dict):
                    found.update(spread)
                else:
                    self.holes.append(f"...{_written(spread)}")
            else:
                name = self._key()
                if self._is_next(":"):
                    found[name] = self.value()
                elif self._skip_to() in {",", "}"}:
                    # NB: `{method}` is short for `{method: method}`.
                    found[name] = _Unknown(name)
                else:
                    self.at = start
                    raise self._error(f"{excerpt(self.text[start : start + 20])} is no member of an object")
            if not self._is_next(","):
                self._expect("}")
                break
        return found

    def _key(self) -> str:
        char = self.text[self.at : self.at + 1]
        if char in PLAIN and char:
            return self._string(char)
        match = NAME.match(self.text, self.at) or NUMBER.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
            return match[0]
        if char == "[":
            self.at += 1
            name = self.value()
            self._expect("]")
            return _written(name)
        raise self._error("the call is cut off" if not char else f"{excerpt(char)} is no name of a member")

    def _string(self, quote: str) -> str:
        self.at += 1
        parts: list[str] = []
        text = self.text
        while self.at < len(text):
            plain = PLAIN[quote].match(text, self.at)
            if plain is not None:
                parts.append(plain[0])
                self.at = plain.end()
                continue
            char = text[self.at]
            if char == quote:
                self.at += 1
                # NB: two escapes may be the halves of one character.
                return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            if char == "\\":
                escape = ESCAPE.match(text, self.at)
                if escape is None:
                    break
                parts.append(_unescaped(escape))
                self.at = escape.end()
            elif text.startswith("${", self.at):
                start = self.at
                self.at += 2
                self._skip_expression()
                self._is_next("}")
                self.holes.append(text[start : self.at])
                parts.append(text[start : self.at])
            elif quote == "`":
                parts.append(char)
                self.at += 1
            else:
                break
        raise self._error(f"a string that begins with {quote} does not end")

    def _skip_expression(self) -> None:
        """
        Skip to the comma or the bracket that ends an expression.
        """
        open_brackets: list[str] = []
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char in PLAIN:
                holes = len(self.holes)
                self._depth += 1
                if self._depth > MOST_NESTED:
                    raise self._error(f"brackets are nested more than {MOST_NESTED} deep")
                self._string(char)
                self._depth -= 1
                del self.holes[holes:]
                continue
            if char in CLOSING:
                open_brackets.append(CLOSING[char])
            elif open_brackets:
                if char == open_brackets[-1]:
                    open_brackets.pop()
            elif char in ",)]};":
                return
            self.at += 1

    def _skip(self) -> None:
        space = SPACE.match(self.text, self.at)
        if space is not None:
            self.at = space.end()

    def _skip_to(self) -> str:
        """
        Skip spaces and comments; return the character behind them.
        """
        self._skip()
        return self.text[self.at : self.at + 1]

    def _is_next(self, char: str) -> bool:
        """
        Take *char* if it comes next.
        """
        if self._skip_to() != char:
            return False
        self.at += 1
        return True

    def _expect(self, char: str) -> None:
        if not self._is_next(char):
            found = self._skip_to()
            raise self._error(f"{char} is missing before {excerpt(found)}" if found else "the call is cut off")

    def _error(self, problem: str) -> PasteError:
        line = self.text.count("\n", 0, self.at) + 1
        return PasteError(f"line {line} of the call: {problem}")


def _number(text: str) -> object:
    if len(text) > 300:
        return text
    value = float(int(text, 16)) if text.lower().startswith("0x") else float(text)
    return int(value) if value.is_integer() else value


def _unescaped(escape: re.Match[str]) -> str:
    if escape["c"] is not None:
        return LETTERS.get(escape["c"], escape["c"])
    code = int(escape["code"] or escape["u"] or escape["x"], 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
