"""
The words of a command as a shell would cut them: POSIX shells, cmd and PowerShell.

Nothing is run and nothing is expanded. What a shell would put in the place of a variable or a command stays as it is
written, and is named.
"""

from __future__ import annotations

import re
from typing import Final

import attrs

from browsercors.pasted.results import PasteError

__all__ = ["Command", "Word", "cmd_words", "posix_words", "powershell_words", "words_of"]

MOST_WORDS: Final = 5000
SURROGATE: Final = re.compile("[\ud800-\udfff]")

# https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
LINE_BREAK: Final = re.compile(r"\r?\n")
BACKSLASHES: Final = re.compile(r"\\+")
# A line that goes on behind its end. Spaces behind the backslash or the backtick are a mistake that shells punish.
POSIX_CONTINUED: Final = re.compile(r"\\[ \t]*\r?\n")
CMD_CONTINUED: Final = re.compile(r"\^\r?\n")
POWERSHELL_CONTINUED: Final = re.compile(r"`[ \t]*\r?\n")

POSIX_PLAIN: Final = re.compile(r"""[^\s'"\\$`;&|<>()]+""")
EXPANSION: Final = re.compile(r"\$(?:\{[^{}]*\}|[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!-])")
DOUBLE_QUOTED_PLAIN: Final = re.compile(r'[^"\\$`]+')
ANSI_C_PLAIN: Final = re.compile(r"[^'\\]+")
# https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html
ANSI_C: Final = re.compile(
    r"\\(?:u(?P<u>[0-9A-Fa-f]{1,4})|U(?P<U>[0-9A-Fa-f]{1,8})|x(?P<x>[0-9A-Fa-f]{1,2})|(?P<o>[0-7]{1,3})|(?P<c>.))",
    re.DOTALL,
)
ANSI_C_LETTERS: Final = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip

CMD_VARIABLE: Final = re.compile(r"%[A-Za-z_][A-Za-z0-9_]*%")
# https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_special_characters
POWERSHELL_LETTERS: Final = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
POWERSHELL_PLAIN: Final = re.compile(r"""[^\s'"`$;|()@{},=]+""")
POWERSHELL_ARGUMENT: Final = re.compile(r"""[^\s'"`$;|()]+""")
POWERSHELL_QUOTED_PLAIN: Final = re.compile(r'[^"`$]+')
POWERSHELL_CHARACTER: Final = re.compile(r"\$\(\[char\]\s*(0x[0-9A-Fa-f]{1,6}|[0-9]{1,7})\)", re.IGNORECASE)


@attrs.frozen
class Word:
    """
    A word of a command.

    Attributes:
        text: The word without its quotes.
        expansions: What a shell would have replaced in it.
        is_quoted: Whether a part of it was quoted.
    """

    text: str
    expansions: tuple[str, ...] = ()
    is_quoted: bool = False


@attrs.frozen
class Command:
    """
    A command.

    Attributes:
        words: Its words.
        end: Where the text goes on behind it.
        notes: What was left out, or not expanded.
    """

    words: tuple[Word, ...]
    end: int
    notes: tuple[str, ...] = ()


def words_of(text: str) -> Command:
    """
    Cut a command into words as the shell would that it was written for.

    Raises:
        PasteError: A quote is not closed.
    """
    head = text[:20_000]
    if '^"' in head or CMD_CONTINUED.search(head):
        return cmd_words(text)
    if POWERSHELL_CONTINUED.search(head):
        command = powershell_words(text, are_arguments=True)
        stop = next((place for place, word in enumerate(command.words) if word.text in {"\n", ";", "|"}), None)
        return Command(command.words[:stop], command.end)
    return posix_words(text)


@attrs.define
class _Words:
    """
    The words so far; the last one is still open.
    """

    done: list[Word] = attrs.field(factory=list)
    parts: list[str] = attrs.field(factory=list)
    expansions: list[str] = attrs.field(factory=list)
    is_open: bool = False
    is_quoted: bool = False

    def add(self, text: str, *, quoted: bool = False) -> None:
        self.parts.append(text)
        self.is_open = True
        self.is_quoted = self.is_quoted or quoted

    def expand(self, text: str) -> None:
        self.expansions.append(text)
        self.add(text)

    def close(self) -> None:
        if self.is_open:
            if len(self.done) == MOST_WORDS:
                raise PasteError(f"it has more than {MOST_WORDS} words", tuple(word.text for word in self.done[:5]))
            self.done.append(Word(_joined("".join(self.parts)), tuple(self.expansions), self.is_quoted))
        self.parts, self.expansions, self.is_open, self.is_quoted = [], [], False, False

    def unclosed(self, quote: str) -> PasteError:
        self.close()
        return PasteError(
            f"the quote {quote} is not closed: the end of the command is missing",
            tuple(word.text for word in self.done[:20]),
        )


def _joined(text: str) -> str:
    """
    Return *text* with its surrogates joined: Firefox, WebKit and Chromium escape a character as two of them.
    """
    if SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def posix_words(text: str) -> Command:
    """
    Cut as sh, bash and zsh do.

    Raises:
        PasteError: A quote is not closed.
    """
    words, notes, at, end = _Words(), [], 0, len(text)
    while at < end:
        char = text[at]
        plain = POSIX_PLAIN.match(text, at)
        if plain is not None and not (char == "#" and not words.is_open):
            words.add(plain[0])
            at = plain.end()
        elif char == "\\":
            newline = POSIX_CONTINUED.match(text, at)
            if newline is not None:
                at = newline.end()
            else:
                words.add(text[at + 1 : at + 2], quoted=True)
                at += 2
        elif char == "'":
            close = text.find("'", at + 1)
            if close < 0:
                raise words.unclosed("'")
            words.add(text[at + 1 : close], quoted=True)
            at = close + 1
        elif text.startswith("$'", at):
            at = _ansi_c(text, at + 2, words)
        elif char == '"' or text.startswith('$"', at):
            at = _double_quoted(text, at + (2 if char == "$" else 1), words)
        elif char in "$`":
            at = _expansion(text, at, words)
        elif char in "\n;&|<>()" or char == "#":
            # NB: an empty line ends a command, and so does a single one: going on takes a backslash.
            if char == "&" and not words.is_quoted and words.parts and "://" in "".join(words.parts):
                notes.append("a shell ends the command at the & that is not quoted: put the URL in quotes")
            words.close()
            stop = _stop(text, at)
            if words.done or char not in "\n#":
                rest = text[at:stop].strip()
                if rest:
                    notes.append(f"{rest[:60]!r} is left out: it is the shell's, and no shell runs here")
                return Command(tuple(words.done), stop, tuple(notes))
            at = stop + 1
        else:
            words.close()
            at += 1
    words.close()
    return Command(tuple(words.done), at, tuple(notes))


def _stop(text: str, at: int) -> int:
    """
    Return where what follows an operator ends: at the line's end, or right behind a `;`.
    """
    if text[at] == ";":
        return at + 1
    newline = text.find("\n", at)
    return len(text) if newline < 0 else newline


def _ansi_c(text: str, at: int, words: _Words) -> int:
    parts: list[str] = []
    while at < len(text):
        if text[at] == "'":
            words.add("".join(parts), quoted=True)
            return at + 1
        plain = ANSI_C_PLAIN.match(text, at)
        if plain is not None:
            parts.append(plain[0])
            at = plain.end()
            continue
        escape = ANSI_C.match(text, at)
        if escape is None:
            break
        parts.append(_ansi_c_character(escape))
        at = escape.end()
    raise words.unclosed("$'")


def _ansi_c_character(escape: re.Match[str]) -> str:
    if escape["c"] is not None:
        return ANSI_C_LETTERS.get(escape["c"], escape["c"])
    code = int(escape["o"], 8) if escape["o"] else int(escape["u"] or escape["U"] or escape["x"], 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _double_quoted(text: str, at: int, words: _Words) -> int:
    words.add("", quoted=True)
    while at < len(text):
        char = text[at]
        if char == '"':
            return at + 1
        plain = DOUBLE_QUOTED_PLAIN.match(text, at)
        if plain is not None:
            words.add(plain[0])
            at = plain.end()
        elif char == "\\":
            escaped = text[at + 1 : at + 2]
            # NB: before others the backslash stands for itself.
            words.add("" if escaped == "\n" else escaped if escaped in '$`"\\' else f"\\{escaped}")
            at += 2
        else:
            at = _expansion(text, at, words)
    raise words.unclosed('"')


def _expansion(text: str, at: int, words: _Words) -> int:
    """
    Take what a shell would replace as it is written; return where it ends.
    """
    if text[at] == "`":
        close = text.find("`", at + 1)
        stop = len(text) if close < 0 else close + 1
    elif text.startswith("$(", at):
        stop = _closing(text, at + 2)
    else:
        match = EXPANSION.match(text, at)
        if match is None:
            words.add("$")
            return at + 1
        stop = match.end()
    words.expand(text[at:stop])
    return stop


PARENTHESES: Final = re.compile(r"[()]")


def _closing(text: str, at: int) -> int:
    """
    Return the place behind the parenthesis that closes the one before *at*.
    """
    depth = 1
    for match in PARENTHESES.finditer(text, at):
        depth += 1 if match[0] == "(" else -1
        if not depth:
            return match.end()
    return len(text)


def cmd_words(text: str) -> Command:
    """
    Cut as cmd and then a program of the C runtime do; `^` escapes as Chromium and Firefox write it.

    https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments

    Raises:
        PasteError: A quote is not closed.
    """
    uncareted, stop = _without_carets(text)
    words, at, is_inside = _Words(), 0, False
    notes = tuple(
        f"{variable} is a variable of the shell: it is not expanded"
        for variable in CMD_VARIABLE.findall(uncareted[:100_000])[:20]
    )
    while at < len(uncareted):
        char = uncareted[at]
        if char == "\\":
            run = len(BACKSLASHES.match(uncareted, at)[0])  # type: ignore[index]
            if uncareted[at + run : at + run + 1] == '"':
                words.add("\\" * (run // 2))
                if run % 2:
                    words.add('"')
                    run += 1
            else:
                words.add("\\" * run)
            at += run
        elif char == '"':
            if is_inside and uncareted.startswith('""', at):
                words.add('"')
                at += 2
                continue
            is_inside = not is_inside
            words.add("", quoted=True)
            at += 1
        elif char.isspace() and not is_inside:
            words.close()
            at += 1
        else:
            words.add(char)
            at += 1
    if is_inside:
        raise words.unclosed('"')
    words.close()
    return Command(tuple(words.done), stop, notes)


def _without_carets(text: str) -> tuple[str, int]:
    """
    Return the command without its carets, and where it ends: at a line's end without one, or at a bare `&`.
    """
    parts: list[str] = []
    at, end, quotes = 0, len(text), 0
    while at < end:
        char = text[at]
        if char == "^":
            newline = CMD_CONTINUED.match(text, at)
            if newline is None:
                parts.append(text[at + 1 : at + 2])
                at += 2
                continue
            # NB: the escaped line break is dropped; the one behind it is a line break of the value.
            at = newline.end()
            again = LINE_BREAK.match(text, at)
            if again is not None:
                parts.append("\n")
                at = again.end()
            continue
        if char in "\n&|" and quotes % 2 == 0:
            if "".join(parts).strip():
                break
            at += 1
            continue
        quotes += char == '"'
        parts.append(char)
        at += 1
    return "".join(parts), min(at + 1, end)


def powershell_words(text: str, *, are_arguments: bool = False) -> Command:
    """
    Cut as PowerShell does: backticks escape, quotes are doubled, and line breaks, brackets and `;` are words.

    Args:
        text: The text.
        are_arguments: Whether they are arguments of a program, in which `@`, `=`, `,` and braces are plain letters.

    Raises:
        PasteError: A quote is not closed.
    """
    words, at, end = _Words(), 0, len(text)
    letters = POWERSHELL_ARGUMENT if are_arguments else POWERSHELL_PLAIN
    while at < end:
        char = text[at]
        plain = letters.match(text, at)
        if plain is not None:
            words.add(plain[0])
            at = plain.end()
        elif char == "`":
            newline = POWERSHELL_CONTINUED.match(text, at)
            if newline is None:
                words.add(POWERSHELL_LETTERS.get(text[at + 1 : at + 2], text[at + 1 : at + 2]), quoted=True)
                at += 2
            else:
                words.close()
                at = newline.end()
        elif char == "'":
            at = _powershell_single(text, at + 1, words)
        elif char == '"':
            at = _powershell_double(text, at + 1, words)
        elif char == "$":
            at = _powershell_expansion(text, at, words)
        elif char.isspace():
            words.close()
            if char == "\n":
                words.add("\n")
                words.close()
            at += 1
        else:
            words.close()
            words.add(char)
            words.close()
            at += 1
    words.close()
    return Command(tuple(words.done), at)


def _powershell_single(text: str, at: int, words: _Words) -> int:
    while True:
        close = text.find("'", at)
        if close < 0:
            raise words.unclosed("'")
        words.add(text[at:close], quoted=True)
        if not text.startswith("''", close):
            return close + 1
        words.add("'")
        at = close + 2


def _powershell_double(text: str, at: int, words: _Words) -> int:
    words.add("", quoted=True)
    while at < len(text):
        char = text[at]
        plain = POWERSHELL_QUOTED_PLAIN.match(text, at)
        if plain is not None:
            words.add(plain[0])
            at = plain.end()
        elif char == '"':
            if not text.startswith('""', at):
                return at + 1
            words.add('"')
            at += 2
        elif char == "`":
            words.add(POWERSHELL_LETTERS.get(text[at + 1 : at + 2], text[at + 1 : at + 2]))
            at += 2
        else:
            at = _powershell_expansion(text, at, words)
    raise words.unclosed('"')


def _powershell_expansion(text: str, at: int, words: _Words) -> int:
    character = POWERSHELL_CHARACTER.match(text, at)
    if character is not None:
        code = int(character[1], 0)
        words.add(chr(code) if code <= 0x10FFFF else "\ufffd")
        return character.end()
    return _expansion(text, at, words)
