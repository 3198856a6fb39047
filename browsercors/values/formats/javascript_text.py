"""
Whether a text can be a classic script, as far as that shows without a parser of JavaScript.

Its tokens are read, and what follows what. That refuses HTML, JSON of several lines, prose and tables, and lets through
scripts; some of what is no script passes as well.

https://tc39.es/ecma262/#sec-ecmascript-language-lexical-grammar
"""

from __future__ import annotations

import re
from typing import Final

from browsercors.values.expressions import compiled_late

__all__ = ["could_be_javascript"]

LONGEST_READ: Final = 2**16
"""How many characters are read; what comes behind them is taken on trust."""

# What separates tokens. An HTML-like comment is one in scripts.
SPACE = compiled_late(
    r"(?:[\t\v\f \xa0\ufeff\u1680\u2000-\u200a\u202f\u205f\u3000]++|(?://|<!--)[^\n\r\u2028\u2029]*+)++"
)
BREAK = compiled_late(r"[\n\r\u2028\u2029]\s*+(?:-->[^\n\r\u2028\u2029]*+)?")
# NB: to its first end, or none.
COMMENT = compiled_late(r"/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/")
HASHBANG = compiled_late(r"#![^\n\r\u2028\u2029]*+")
NAME = compiled_late(r"#?(?:[$\w\u200c\u200d]|\\u(?:[0-9A-Fa-f]{4}|\{[0-9A-Fa-f]++\}))++")
NUMBER = compiled_late(
    r"(?:0[xXoObB][0-9A-Fa-f_]++|(?:[0-9][0-9_]*+\.?[0-9_]*+|\.[0-9][0-9_]*+)(?:[eE][+-]?[0-9_]++)?)n?"
)
STRING = compiled_late(r"'(?:[^'\\\n\r]|\\(?:\r\n|.))*+'|\"(?:[^\"\\\n\r]|\\(?:\r\n|.))*+\"", re.DOTALL)
TEMPLATE_PART = compiled_late(r"(?:[^`\\$]|\\.|\$(?!\{))*+(`|\$\{)", re.DOTALL)
REGULAR_EXPRESSION = compiled_late(r"/(?![*/])(?:[^/\\\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*+\])++/[A-Za-z]*+")
MOST_UNENDED: Final = 16
"""After how many slashes that begin no regular expression all others divide; each costs a look at what follows."""

PUNCTUATOR = compiled_late(
    r">>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?![0-9])|\+\+|--|\+=|-=|\*=|"
    r"/=|%=|&=|\|=|\^=|<<|>>|\*\*|[{}()\[\];,<>+\-*/%&|^!~?:=.]"
)

KEYWORDS: Final = frozenset(
    {
        "accessor", "as", "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger",
        "default", "delete", "do", "else", "export", "extends", "finally", "for", "from", "function", "get", "if",
        "import", "in", "instanceof", "let", "new", "of", "return", "set", "static", "super", "switch", "this", "throw",
        "try", "typeof", "using", "var", "void", "while", "with", "yield",
    }
)  # fmt: skip
"""Words beside which another one may stand; some of them are names elsewhere."""
VALUES: Final = frozenset({"this", "super"})

CLOSERS: Final = {")": "(", "]": "[", "}": "{"}
BINARY: Final = frozenset(
    {
        "<", ">", "<=", ">=", "==", "!=", "===", "!==", "=", "+=", "-=", "*=", "/=", "%=", "**=", "&=", "|=", "^=",
        "<<=", ">>=", ">>>=", "&&=", "||=", "??=", "&&", "||", "??", "&", "|", "^", "<<", ">>", ">>>", "%", "**", ".",
        "?.", "?", "=>",
    }
)  # fmt: skip
"""What stands behind an operand, and before another one."""
STATEMENT_STARTS: Final = frozenset({"", ";", ")", "}", "block", "=>", "else", "do", "try", "finally"})
"""Behind these tokens a brace opens a block, not an object."""

BEFORE_CONDITIONS: Final = frozenset({"if", "while", "for", "with"})
"""Behind the parenthesis that follows one of these words a statement begins."""

OPERAND, STRING_OPERAND, WORD = "operand", "string", "word"


def could_be_javascript(text: str) -> bool:
    """
    Whether *text* can be a classic script; the empty text is one.
    """
    is_whole = len(text) <= LONGEST_READ
    return _Reading(text[:LONGEST_READ], is_whole=is_whole).ends_well()


class _Reading:
    """
    One reading of a text: where it is, which brackets are open, and what the last token was.
    """

    def __init__(self, text: str, *, is_whole: bool) -> None:
        self.text = text
        self.is_whole = is_whole
        # NB: each opening bracket; "`" where a template is interrupted, "block" for a brace that opens one.
        self.open: list[str] = []
        self.kind = ""
        self.last = ""
        self.breaks = True
        self.awaits_class_body = False
        self.begins_block = False
        self.unended = 0

    def ends_well(self) -> bool:
        """
        Read to the end.
        """
        text = self.text
        match = HASHBANG.match(text)
        place = 0 if match is None else match.end()
        while place < len(text):
            blank = SPACE.match(text, place) or BREAK.match(text, place) or COMMENT.match(text, place)
            if blank is not None:
                self.breaks = self.breaks or not blank.group().isprintable()
                place = blank.end()
                continue
            end = self._token_at(place)
            if end is None:
                return self._is_cut_at(place)
            place = end
            self.breaks = False
        return not self.is_whole or (not self.open and self.last not in BINARY)

    def _is_cut_at(self, place: int) -> bool:
        """
        Whether what begins at *place* may have its end where the text was cut off.
        """
        return not self.is_whole and (
            self.text.startswith(("`", "/*", "}"), place)
            or (self.text[place] in "'\"/" and "\n" not in self.text[place:])
        )

    def _token_at(self, place: int) -> int | None:
        """
        Take the token at *place*; None if there is none, or none that may stand here.
        """
        text = self.text
        first = text[place]
        if self.text.startswith("/*", place):
            return None
        if first == "`":
            return self._template_from(place + 1)
        if first in "'\"":
            match = STRING.match(text, place)
            return None if match is None or not self._takes_operand(STRING_OPERAND) else match.end()
        match = NUMBER.match(text, place)
        if match is not None:
            return match.end() if self._takes_operand(OPERAND) else None
        match = NAME.match(text, place)
        if match is not None:
            return match.end() if self._takes_word(match.group()) else None
        if first == "/" and not self._follows_operand() and self.unended < MOST_UNENDED:
            match = REGULAR_EXPRESSION.match(text, place)
            if match is not None:
                self._set(OPERAND, "/")
                return match.end()
            self.unended += 1
        match = PUNCTUATOR.match(text, place)
        if match is None or not self._takes_punctuator(match.group()):
            return None
        if match.group() == "}" and self.last == "`":
            return self._template_from(match.end())
        return match.end()

    def _template_from(self, place: int) -> int | None:
        match = TEMPLATE_PART.match(self.text, place)
        if match is None:
            return None
        if match[1] == "`":
            self._set(OPERAND, "")
        else:
            self.open.append("`")
            self._set("", "(")
        return match.end()

    def _set(self, kind: str, last: str) -> None:
        self.kind, self.last = kind, last

    def _follows_operand(self) -> bool:
        return bool(self.kind) or self.last in CLOSERS

    def _takes_operand(self, kind: str) -> bool:
        # NB: two operands need something between them, or a line break.
        if not self.breaks and (self.kind in {OPERAND, STRING_OPERAND, WORD} or self.last == "]"):
            return False
        self.begins_block = kind == STRING_OPERAND and self.last == "block"
        self._set(kind, "")
        return True

    def _takes_word(self, word: str) -> bool:
        if word in KEYWORDS:
            self.awaits_class_body = self.awaits_class_body or word == "class"
            self._set(OPERAND if word in VALUES else "", word)
            return True
        return self._takes_operand(WORD)

    def _takes_punctuator(self, sign: str) -> bool:
        if sign in BINARY and not self._follows_operand() and self.last not in KEYWORDS:
            return False
        # NB: `{"a": 1}` is a block that holds a string, and then a colon.
        if sign == ":" and self.begins_block:
            return False
        if sign in CLOSERS:
            return self._closes(sign)
        if sign in "([{":
            return self._opens(sign)
        if sign == ";" and self.last in BINARY:
            return False
        self._set("", sign)
        return True

    def _opens(self, sign: str) -> bool:
        if sign != "{":
            self.open.append("if" if self.last in BEFORE_CONDITIONS else sign)
            self._set("", sign)
            return True
        if self.awaits_class_body:
            self.awaits_class_body = False
        elif self.kind and not self.breaks:
            # NB: `body {` of a stylesheet.
            return False
        is_block = (self.breaks and bool(self.kind)) or (self.last in STATEMENT_STARTS and not self.kind)
        self.open.append("{")
        self._set("", "block" if is_block else "{")
        return True

    def _closes(self, sign: str) -> bool:
        if not self.open or self.last in BINARY:
            return False
        opened = self.open.pop()
        if sign == "}" and opened == "`":
            self._set("", "`")
            return True
        if sign == ")" and opened == "if":
            self._set("", ";")
            return True
        self._set("", sign)
        return opened == CLOSERS[sign]
