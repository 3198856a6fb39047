"""
`Invoke-WebRequest` and `Invoke-RestMethod`, as people write them and as browsers copy them ("Copy as PowerShell").

https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/invoke-webrequest
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.pasted.drafts import Draft, excerpt
from browsercors.pasted.results import Ignored, PasteError, PasteForm
from browsercors.pasted.shell_words import powershell_words

if TYPE_CHECKING:
    from browsercors.pasted.shell_words import Word

__all__ = ["POWERSHELL_START", "read_powershell"]

POWERSHELL_START: Final = re.compile(
    r"(?:\$session\s*=\s*New-Object|(?:\$\w+\s*=\s*)?(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\b)", re.IGNORECASE
)
"""How such a command begins."""

COMMANDS: Final = frozenset({"invoke-webrequest", "invoke-restmethod", "iwr", "irm"})
TAKEN: Final = frozenset(
    {"-uri", "-method", "-custommethod", "-headers", "-contenttype", "-body", "-useragent", "-infile"}
)
SWITCHES: Final = frozenset(
    """
        -usebasicparsing -skipcertificatecheck -disablekeepalive -passthru -resume -usedefaultcredentials
        -skiphttperrorcheck -preserveauthorizationonredirect -skipheadervalidation
        -allowunencryptedauthentication
    """.split()  # noqa: SIM905 - easier to read
)
OPENING: Final = frozenset("({")
CLOSING: Final = frozenset(")}")


@attrs.define
class _Reader:
    words: tuple[Word, ...]
    draft: Draft
    cookies: list[tuple[str, str]] = attrs.field(factory=list)
    place: int = 0

    def text(self, ahead: int = 0) -> str:
        """
        Return the word that many places ahead; empty behind the last one.
        """
        place = self.place + ahead
        return self.words[place].text if place < len(self.words) else ""

    def value(self) -> str:
        """
        Take the value of a parameter: a word, or of brackets the last text in them.
        """
        if self.text() not in OPENING:
            self._say_expansions()
            self.place += 1
            return self.words[self.place - 1].text if self.place <= len(self.words) else ""
        depth, last = 0, ""
        while self.place < len(self.words):
            word = self.words[self.place]
            self.place += 1
            depth += (word.text in OPENING and not word.is_quoted) - (word.text in CLOSING and not word.is_quoted)
            if word.is_quoted:
                last = word.text
            if not depth:
                break
        return last

    def table(self) -> list[tuple[str, str]]:
        """
        Take a hash table, `@{"name"="value"; ...}`.
        """
        pairs: list[tuple[str, str]] = []
        if self.text() == "@" and self.text(1) == "{":
            self.place += 2
        else:
            self.draft.notes.append(f"the headers are {excerpt(self.text())}: a variable is not expanded")
            self.place += 1
            return pairs
        while self.place < len(self.words) and not (self.text() == "}" and not self.words[self.place].is_quoted):
            if self.text() in {"\n", ";"}:
                self.place += 1
                continue
            name = self.value()
            if self.text() != "=":
                raise PasteError(f"the header {excerpt(name)} has no value: = is missing", tuple(self.draft.understood))
            self.place += 1
            pairs.append((name, self.value()))
        if self.place >= len(self.words):
            raise PasteError("the headers are cut off: } is missing", tuple(self.draft.understood))
        self.place += 1
        return pairs

    def _say_expansions(self) -> None:
        for expansion in self.words[self.place].expansions if self.place < len(self.words) else ():
            self.draft.notes.append(f"{excerpt(expansion)} is a variable of the shell: it is not expanded")


def read_powershell(text: str) -> tuple[Draft, int]:
    """
    Read the command, with the session that is set up before it.

    Returns:
        The request, and where the text goes on behind it.

    Raises:
        PasteError: It is cut off, or there is no command in it.
    """
    command = powershell_words(text)
    reader = _Reader(command.words, Draft(PasteForm.POWERSHELL))
    while reader.place < len(reader.words) and reader.text().lower() not in COMMANDS:
        _set_up(reader)
        reader.place += 1
    if reader.place >= len(reader.words):
        raise PasteError("Invoke-WebRequest is missing: the paste ends before it", tuple(reader.draft.understood))
    reader.place += 1
    # NB: a line break that no backtick escapes ends the command, but for those in brackets, which are taken with them.
    while reader.place < len(reader.words) and reader.text() not in {"\n", ";", "|"}:
        _parameter(reader)
    if reader.cookies and not reader.draft.has_header("cookie"):
        reader.draft.headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in reader.cookies)))
    return reader.draft, command.end


def _set_up(reader: _Reader) -> None:
    """
    Take what is set up of a session: its cookies and its `User-Agent`.
    """
    name = reader.text().lower()
    if name.endswith("system.net.cookie") and reader.text(1) == "(":
        words = []
        for word in reader.words[reader.place + 2 : reader.place + 12]:
            if word.text == ")":
                break
            if word.text != ",":
                words.append(word.text)
        if len(words) >= 2:
            reader.cookies.append((words[0], words[1]))
            reader.draft.understood.append(f"the cookie {words[0]}")
    elif name.endswith(".useragent") and reader.text(1) == "=":
        reader.draft.add_header("User-Agent", reader.text(2))


def _parameter(reader: _Reader) -> None:
    draft, written = reader.draft, reader.text()
    reader.place += 1
    name, colon, joined = written.lower().partition(":")
    if not written.startswith("-"):
        if not draft.url:
            draft.url = written
            draft.understood.append(written[:80])
        return
    if name in SWITCHES:
        draft.ignored.append(Ignored(written, "it is about PowerShell's own client"))
        return
    if name in {"-websession", "-sessionvariable"}:
        # NB: what the session holds was taken where it was set up.
        reader.place += 1
        return
    if name == "-headers":
        draft.headers.extend(reader.table())
    elif name not in TAKEN:
        value = joined if colon and joined else reader.value()
        draft.ignored.append(Ignored(f"{written} {value}"[:80], "it is about PowerShell's own client"))
        return
    elif reader.place >= len(reader.words):
        raise PasteError(f"the value of {written} is missing: the paste ends there", tuple(draft.understood))
    elif name == "-body" and reader.text() == "@":
        draft.notes.append("the body is a table, which PowerShell sends as a form")
        pairs = reader.table()
        draft.body = "&".join(f"{key}={value}" for key, value in pairs).encode()
        draft.add_header("Content-Type", "application/x-www-form-urlencoded")
    else:
        _take(draft, name, reader.value())
    draft.understood.append(written)


def _take(draft: Draft, name: str, value: str) -> None:
    if name == "-uri":
        draft.url = value
    elif name in {"-method", "-custommethod"}:
        draft.method = value.upper()
    elif name == "-contenttype":
        draft.add_header("Content-Type", value)
    elif name == "-useragent":
        draft.add_header("User-Agent", value)
    elif name == "-infile":
        draft.notes.append(f"the file {excerpt(value)} is not read: paste its content in its place")
        draft.body = b""
    else:
        draft.body = value.encode("utf-8", "surrogateescape")
