"""
What a module imports statically: the module specifiers of its `import` and `export ... from` declarations.

https://tc39.es/ecma262/#sec-imports

The text is cut into tokens and nothing is parsed beyond that: strings, templates, comments and regular expressions are
skipped as a whole, so an `import` within one of them imports nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from browsercors.values.expressions import compiled_late

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ModuleKind", "StaticImport", "static_imports"]

ModuleKind: TypeAlias = Literal["script", "json", "style"]


class StaticImport(NamedTuple):
    """
    One module that is imported.

    Attributes:
        specifier: As the module writes it.
        kind: What it is imported as, by its `type` attribute.
    """

    specifier: str
    kind: ModuleKind


class _Token(NamedTuple):
    """
    One token: a word, a string (with its quotes), a sign, or something whose text means nothing here.
    """

    kind: str
    text: str


TOKEN = compiled_late(
    r"""
    (?P<blank>[\s\ufeff]+)
  | (?P<comment>//[^\n\r\u2028\u2029]*|/\*.*?(?:\*/|\Z))
  | (?P<string>"(?:[^"\\\n\r]|\\(?:\r\n|.))*+"|'(?:[^'\\\n\r]|\\(?:\r\n|.))*+')
  # NB: one without an end is taken to the end of its line, so that nothing is read twice.
  | (?P<other>"(?:[^"\\\n\r]|\\(?:\r\n|.))*+|'(?:[^'\\\n\r]|\\(?:\r\n|.))*+)
  | (?P<word>[\w$#@\\]+)
  | (?P<sign>.)
    """,
    re.DOTALL | re.VERBOSE,
)
REGULAR_EXPRESSION = compiled_late(r"/(?:[^/\\\[\n\r]|\\.|\[(?:[^\]\\\n\r]|\\.)*+\])++/\w*")
ESCAPE = compiled_late(r"\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r\n|.))", re.DOTALL)
SIMPLE_ESCAPES: Final = {
    **dict(zip("nrtbfv0", "\n\r\t\b\f\v\0", strict=True)),
    "\n": "",
    "\r\n": "",
}

# A slash behind one of these begins a regular expression; behind anything else it divides.
BEFORE_EXPRESSION: Final[frozenset[str]] = frozenset("(,=:[!&|?{};+-*%<>~^") | {
    "",
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "delete",
    "void",
    "throw",
    "new",
    "else",
    "do",
    "await",
    "yield",
    "instanceof",
}
LONGEST_EXPRESSION: Final = 4096
MOST_UNENDED: Final = 16
"""After how many slashes that begin no regular expression all others divide; each costs a look at what follows."""

LONGEST_TEXT: Final = 1024 * 1024
"""How much of a module is read, in characters; what is imported stands near its beginning."""

KINDS: Final[dict[str, ModuleKind]] = {"json": "json", "css": "style"}
CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


def static_imports(text: str) -> list[StaticImport]:
    """
    Return what a module imports, in order; what is not well-formed is left out.
    """
    if "import" not in text and "export" not in text:
        return []
    tokens = list(_tokens(text[:LONGEST_TEXT]))
    found: list[StaticImport] = []
    depth = 0
    for place, token in enumerate(tokens):
        if token.kind == "sign":
            depth += (token.text in CLOSING) - (token.text in CLOSING.values())
        elif depth == 0 and token.kind == "word" and token.text in {"import", "export"}:
            before = tokens[place - 1].text if place else ""
            if before != ".":
                declaration = _declaration(tokens, place)
                if declaration is not None:
                    found.append(declaration)
    return found


def _declaration(tokens: list[_Token], place: int) -> StaticImport | None:
    """
    Read the declaration whose keyword is at *place*; None if it imports nothing statically.
    """
    position = place + 1
    if tokens[place].text == "import" and _kind(tokens, position) == "string":
        return _import_of(tokens, position)
    # NB: names and braces up to `from`; anything else is another kind of declaration, or `import()` or `import.meta`.
    inside = False
    while position < len(tokens):
        kind, text = tokens[position]
        # NB: no name outside braces is spelled so; another declaration has begun.
        if text in {"import", "export"} and not inside:
            return None
        if text == "from" and not inside and kind == "word" and _kind(tokens, position + 1) == "string":
            return _import_of(tokens, position + 1)
        if text in {"{", "}"}:
            inside = text == "{"
        elif not (kind == "word" or text in {",", "*"} or (inside and kind == "string")):
            return None
        position += 1
    return None


def _import_of(tokens: list[_Token], position: int) -> StaticImport:
    """
    Return the import whose specifier is at *position*, with the attributes behind it.
    """
    kind: ModuleKind = "script"
    following = [token.text for token in tokens[position + 1 : position + 6]]
    if following[:1] in (["with"], ["assert"]) and following[1:2] == ["{"] and following[3:4] == [":"]:
        name, value = following[2].strip("'\""), following[4].strip("'\"") if len(following) > 4 else ""
        if name == "type":
            kind = KINDS.get(value, "script")
    return StaticImport(_value_of(tokens[position].text), kind)


def _kind(tokens: list[_Token], position: int) -> str:
    return tokens[position].kind if position < len(tokens) else ""


def _value_of(literal: str) -> str:
    def unescaped(match: re.Match[str]) -> str:
        number = match[1] or match[2] or match[3]
        if number is None:
            return SIMPLE_ESCAPES.get(match[4], match[4])
        code = int(number, 16)
        return chr(code) if code <= 0x10FFFF else ""

    return ESCAPE.sub(unescaped, literal[1:-1])


def _tokens(text: str) -> Iterator[_Token]:
    """
    Cut *text* into tokens, without blanks and comments.
    """
    position = 0
    before = ""
    unended = 0
    # The nesting of templates: for each one that is open, how many braces are open in its present substitution.
    templates: list[int] = []
    while position < len(text):
        character = text[position]
        if character == "`" or (character == "}" and templates and templates[-1] == 0):
            if character == "}":
                templates.pop()
            position, is_open = _template_end(text, position + 1)
            if is_open:
                templates.append(0)
                before = "("
            else:
                before = "`"
                yield _Token("other", before)
            continue
        may_begin = before in BEFORE_EXPRESSION and unended < MOST_UNENDED
        if character == "/" and may_begin and text[position + 1 : position + 2] not in {"/", "*"}:
            expression = REGULAR_EXPRESSION.match(text, position, position + LONGEST_EXPRESSION)
            if expression is not None:
                position = expression.end()
                before = "/"
                yield _Token("other", before)
                continue
            unended += 1
        match = TOKEN.match(text, position)
        assert match is not None, "the last alternative matches any character"
        position = match.end()
        kind = match.lastgroup or ""
        if kind in {"blank", "comment"}:
            continue
        if templates and kind == "sign":
            templates[-1] += (match[0] == "{") - (match[0] == "}")
        before = match[0] if kind != "string" else '"'
        yield _Token(kind, match[0])


def _template_end(text: str, position: int) -> tuple[int, bool]:
    """
    Return where the text of a template ends, and whether a substitution begins there.
    """
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 2
        elif character == "`":
            return position + 1, False
        elif text.startswith("${", position):
            return position + 2, True
        else:
            position += 1
    return position, False
