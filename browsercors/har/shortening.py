"""
Shorten JSON for a parser: long strings are cut, and too deep nesting is an error.

A recording consists mostly of response bodies, which no verdict needs. They are never held in memory.
"""

from __future__ import annotations

import itertools
import re
from typing import Final

__all__ = ["DEEPEST", "LONGEST_STRING", "Shortener", "TooDeep"]

LONGEST_STRING: Final = 64 * 1024
"""How many bytes of a string are kept at least; later blocks of it are left out."""

DEEPEST: Final = 200
"""How deeply arrays and objects may be nested; asynchronous call stacks are the deepest that browsers write."""

# NB: possessive, and one pass over each block: a megabyte of quotes or backslashes costs what a megabyte of text does.
WHOLE_STRINGS_AND_THE_REST = re.compile(rb'(?:[^"]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
WHOLE_CHARACTERS = re.compile(
    rb"""(?:
        [^"\\\x80-\xff]++
        | [\xc0-\xdf][\x80-\xbf] | [\xe0-\xef][\x80-\xbf]{2} | [\xf0-\xf7][\x80-\xbf]{3}
        | \\[^u]
        | \\u(?![Dd][89ABab])[0-9A-Fa-f]{4}
        # The first half of a character comes with its second half, unless something else comes.
        | \\u[Dd][89ABab][0-9A-Fa-f]{2}(?:
            \\u[Dd][C-Fc-f][0-9A-Fa-f]{2}
            | (?=[^\\] | \\[^u] | \\u(?![Dd][C-Fc-f])[0-9A-Fa-f]{4})
        )
    )*+""",
    re.DOTALL | re.VERBOSE,
)
WHOLE_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
NO_BRACKETS = re.compile(rb"[^\[\]{}]+")
STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}

LONGEST_CHARACTER: Final = 12
"""How many bytes a character takes at most: one of two escapes."""


class TooDeep(Exception):  # noqa: N818 - says what is wrong with the JSON
    """
    Arrays and objects are nested too deeply.
    """


class Shortener:
    """
    Passes JSON on, block by block, and cuts long strings.

    Blocks may end anywhere. What is not JSON is passed on; the parser reports it.

    Attributes:
        opened: How many arrays and objects have begun so far.
    """

    def __init__(self) -> None:
        self._in_string = False
        self._length = 0
        self._carry = b""
        self._depth = 0
        self.opened: int = 0

    def feed(self, block: bytes) -> bytes:
        """
        Return the next block, shortened; a character that is cut comes with the block that has its end.

        Raises:
            TooDeep: Arrays and objects are nested too deeply.
        """
        block = self._carry + block
        self._carry = b""
        kept: list[bytes] = []
        place = 0
        while place < len(block):
            read = self._read_in_string if self._in_string else self._read_outside
            place = read(block, place, kept)
        return b"".join(kept)

    def finish(self) -> bytes:
        """
        Return the rest.
        """
        carry, self._carry = self._carry, b""
        return carry

    def _read_outside(self, block: bytes, place: int, kept: list[bytes]) -> int:
        """
        Keep everything up to a string that does not end in this block; return the place behind its quote.
        """
        match = WHOLE_STRINGS_AND_THE_REST.match(block, place)
        assert match is not None, "the pattern matches nothing as well"
        end = match.end()
        self._measure(block[place:end])
        if end < len(block):
            self._in_string = True
            self._length = 0
            end += 1
        kept.append(block[place:end])
        return end

    def _read_in_string(self, block: bytes, place: int, kept: list[bytes]) -> int:
        """
        Keep the string up to its end, unless it is too long already; return where to read on.
        """
        match = WHOLE_CHARACTERS.match(block, place)
        assert match is not None, "the pattern matches nothing as well"
        end = match.end()
        if end < len(block) and block[end] == ord('"'):
            self._in_string = False
        elif len(block) - end < LONGEST_CHARACTER:
            self._carry = block[end:]
        else:
            # No character begins like this: the parser reports it.
            kept.append(block[place : end + 1])
            return end + 1
        if self._length < LONGEST_STRING:
            kept.append(block[place:end])
        self._length += end - place
        if self._in_string:
            return len(block)
        kept.append(b'"')
        return end + 1

    def _measure(self, block: bytes) -> None:
        """
        Track the depth of nesting.
        """
        brackets = NO_BRACKETS.sub(b"", WHOLE_STRING.sub(b"", block))
        if not brackets:
            return
        depths = list(itertools.accumulate(map(STEPS.__getitem__, brackets), initial=self._depth))
        self._depth = depths[-1]
        self.opened += brackets.count(b"[") + brackets.count(b"{")
        if max(depths) > DEEPEST:
            raise TooDeep(f"arrays and objects are nested more than {DEEPEST} deep")
