"""
Which paths the keys of a policy's `paths` mean.

A key is written as one writes routes: an exact path (`/me`), a prefix (`/api/*`), a suffix (`*.json`), or a template as
Starlette, FastAPI, Litestar and OpenAPI (`/items/{id:int}`), Flask and Django (`/items/<int:id>`) or Express
(`/items/:id`) have it. It means what it means there:

* A path is compared as routers compare it: without its query, percent-decoded, with upper and lower case apart. So
  `/items/{id}` does not match `/items/a%2Fb`, which a router takes for `/items/a/b`.
* A slash at the end counts: `/items/{id}` does not match `/items/7/`. A server that redirects the one to the other
  answers for both, and a policy has to name both.
* A parameter is one segment and never empty, unless its type says otherwise.
* `*` stands for any number of characters, slashes among them; none at all is enough, so `/api/*` matches `/api/`. It
  does not match `/api`.

Of several keys that match a path, the most specific one rules. Segments are compared from the left, as routers do: text
comes before a segment of text and parameters, that before a parameter with a type, that before one without, and that
before `*`. A suffix comes last; of two, the longer text comes first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes

import attrs

from browsercors.policy.routes.example_values import EXAMPLE_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["PathParameter", "PathPattern", "most_specific_first", "path_pattern", "problem_with_path_pattern"]

FORMS: Final = "write '/me', '/api/*', '*.json' or '/items/{id}'"

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NEVER_SENT: Final = frozenset("\\\t\n\r")
DOT_SEGMENTS: Final = frozenset({".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"})
SAFE_IN_SEGMENTS: Final = "~!$&'()*+,;=:@"


class _Unit(NamedTuple):
    """
    What takes one character of a path.

    Attributes:
        accepts: The character itself, or the name of a class in `CLASSES`.
        repeats: Whether it takes further characters.
        skips: How many units, this one first, may be left out together.
    """

    accepts: str
    repeats: bool = False
    skips: int = 0


CLASSES: Final[dict[str, Callable[[str], bool]]] = {
    "any": lambda character: True,  # noqa: ARG005 - of one form with the others
    "segment": lambda character: character != "/",
    "digit": frozenset("0123456789").__contains__,
    "hexadecimal": frozenset("0123456789abcdefABCDEF").__contains__,
    "slug": frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_").__contains__,
}

SEGMENT: Final = (_Unit("segment", repeats=True),)
INT: Final = (_Unit("digit", repeats=True),)
FLOAT: Final = (*INT, _Unit("."), *INT)
FLOAT_OR_INT: Final = (*INT, _Unit(".", skips=2), *INT)
DATE: Final = tuple(_Unit(accepts) for accepts in (*["digit"] * 4, "-", *["digit"] * 2, "-", *["digit"] * 2))


def _uuid(hyphen: _Unit) -> tuple[_Unit, ...]:
    groups = [(_Unit("hexadecimal"),) * length for length in (8, 4, 4, 4, 12)]
    return tuple(unit for group in groups for unit in (*group, hyphen))[:-1]


# https://starlette.dev/routing/#path-parameters and https://docs.litestar.dev/latest/usage/routing/parameters.html
IN_BRACES: Final[dict[str, tuple[_Unit, ...]]] = {
    "str": SEGMENT,
    "int": INT,
    "float": FLOAT_OR_INT,
    "uuid": _uuid(_Unit("-", skips=1)),
    "path": (_Unit("any", repeats=True, skips=1),),
    "decimal": FLOAT_OR_INT,
    "date": DATE,
    "datetime": SEGMENT,
    "time": SEGMENT,
    "timedelta": SEGMENT,
}

# https://werkzeug.palletsprojects.com/en/stable/routing/#built-in-converters
# and https://docs.djangoproject.com/en/stable/topics/http/urls/#path-converters
IN_ANGLES: Final[dict[str, tuple[_Unit, ...]]] = {
    "string": SEGMENT,
    "str": SEGMENT,
    "int": INT,
    "float": FLOAT,
    "uuid": _uuid(_Unit("-")),
    "slug": (_Unit("slug", repeats=True),),
    "path": (_Unit("any", repeats=True),),
}

ANYTHING: Final = (_Unit("any", repeats=True, skips=1),)


@attrs.frozen
class PathParameter:
    """
    A hole in a template.

    Attributes:
        name: As it is written.
        converter: The name of its type, such as "int"; "str" where none is written.
    """

    name: str
    converter: str


class _Hole(NamedTuple):
    """
    A parameter or a `*`, in its segment.
    """

    parameter: PathParameter | None
    units: tuple[_Unit, ...]


Segment = list["str | _Hole"]


class _MalformedPattern(Exception):  # noqa: N818 - control flow of this module
    """
    What is wrong with a pattern, in words that follow it.
    """


@attrs.frozen(repr=False)
class PathPattern:
    """
    The paths that a key of `paths` means; made by `path_pattern`.

    Attributes:
        text: As it is written.
        parameters: Its parameters, in order.
        is_exact: Whether it matches one path only.
        specificity: What it is sorted by: of two patterns, the lesser one is the more specific.
    """

    text: str
    parameters: tuple[PathParameter, ...] = attrs.field(eq=False)
    is_exact: bool = attrs.field(eq=False)
    specificity: tuple[tuple[int, int], ...] = attrs.field(eq=False)
    _parts: tuple[str | _Hole, ...] = attrs.field(eq=False, alias="parts")
    _units: tuple[_Unit, ...] = attrs.field(eq=False, init=False)
    _masks: dict[str, int] = attrs.field(eq=False, init=False)
    _classes: tuple[tuple[Callable[[str], bool], int], ...] = attrs.field(eq=False, init=False)
    _repeating: int = attrs.field(eq=False, init=False)
    _skipping: tuple[tuple[int, int], ...] = attrs.field(eq=False, init=False)

    def __attrs_post_init__(self) -> None:
        units: list[_Unit] = []
        for part in self._parts:
            units.extend(map(_Unit, part) if isinstance(part, str) else part.units)
        masks: dict[str, int] = {}
        for place, unit in enumerate(units):
            masks[unit.accepts] = masks.get(unit.accepts, 0) | 1 << place
        prepared = {
            "_units": tuple(units),
            "_masks": masks,
            "_classes": tuple((accepts, masks[name]) for name, accepts in CLASSES.items() if name in masks),
            "_repeating": sum(1 << place for place, unit in enumerate(units) if unit.repeats),
            "_skipping": tuple((place, unit.skips) for place, unit in enumerate(units) if unit.skips),
        }
        for name, value in prepared.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"path_pattern({self.text!r})"

    def matches(self, path: str) -> bool:
        """
        Whether *path*, as a URL has it, with or without its query, is one of these.

        The time it takes grows with the length of the path, and with nothing else.
        """
        text = _decoded(path.partition("?")[0])
        if self.is_exact:
            return text == "".join(part for part in self._parts if isinstance(part, str))
        # NB: bit n says that what was read so far fits the units before the nth: all ways to match are tried at once.
        fitting = self._skipped(1)
        for character in text:
            accepting = self._masks.get(character, 0)
            for accepts, mask in self._classes:
                if accepts(character):
                    accepting |= mask
            taken = fitting & accepting
            fitting = self._skipped(taken << 1 | taken & self._repeating)
            if not fitting:
                return False
        return bool(fitting >> len(self._units))

    def example(self) -> str:
        """
        Return a path that it matches, as a URL has it: `/items/7` for `/items/{id}`.
        """
        path = ""
        for part in self._parts:
            if isinstance(part, str):
                # NB: a slash in the text of a segment was written `%2F`, and would be a new segment.
                path += part if part == "/" else _encoded(part, safe="/" if self.text.startswith("*") else "")
            elif part.parameter is not None:
                path += _encoded(EXAMPLE_VALUES[part.parameter.converter], safe="/")
            else:
                path += "example" if path else "/example"
        return path

    def means_the_same_as(self, other: PathPattern) -> bool:
        """
        Whether the two match the same paths, whatever their parameters are called: `/items/{id}` and `/items/<item>`.
        """
        return self._units == other._units

    def _skipped(self, fitting: int) -> int:
        """
        Add the units that can be reached by leaving out what may be left out.
        """
        for place, skips in self._skipping:
            if fitting >> place & 1:
                fitting |= 1 << place + skips
        return fitting


def path_pattern(text: str) -> PathPattern:
    """
    Return the pattern that *text* is.

    Raises:
        ValueError: It is malformed; the message says what would be right.
    """
    try:
        segments = _parse(text)
    except _MalformedPattern as malformed:
        raise ValueError(f"path {text!r} {malformed}") from None
    parts: list[str | _Hole] = []
    for place, segment in enumerate(segments):
        # NB: a suffix is one segment, and no slash stands before it.
        if place or text.startswith("/"):
            parts.append("/")
        parts.extend(segment)
    holes = [part for part in parts if isinstance(part, _Hole)]
    rank = _rank if text.startswith("/") else _rank_of_suffix
    return PathPattern(
        text,
        tuple(hole.parameter for hole in holes if hole.parameter is not None),
        not holes,
        tuple(map(rank, segments)),
        tuple(parts),
    )


def problem_with_path_pattern(text: object) -> str | None:
    """
    Say what is wrong with *text* as a pattern of paths, in words that follow it; None if nothing is.
    """
    try:
        _parse(text)
    except _MalformedPattern as malformed:
        return str(malformed)
    return None


def most_specific_first(patterns: Iterable[PathPattern]) -> tuple[PathPattern, ...]:
    """
    Sort *patterns* by how specific they are: the first one that matches a path rules it.
    """
    return tuple(sorted(patterns, key=lambda pattern: (pattern.specificity, pattern.text)))


def _decoded(path: str) -> str:
    # NB: bytes that are no UTF-8 stay apart from each other.
    return unquote_to_bytes(path.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogateescape")


def _encoded(text: str, *, safe: str) -> str:
    return quote(text.encode("utf-8", "surrogateescape"), safe=SAFE_IN_SEGMENTS + safe)


def _rank(segment: Segment) -> tuple[int, int]:
    """
    Return how specific a segment is, the lesser the more.
    """
    literals = -sum(len(part) for part in segment if isinstance(part, str))
    holes = [part for part in segment if isinstance(part, _Hole)]
    if not holes:
        return (0, 0)
    if any(unit.accepts == "any" for hole in holes for unit in hole.units):
        return (4, literals)
    if literals:
        return (1, literals)
    return (3, 0) if holes[0].units == SEGMENT else (2, 0)


def _rank_of_suffix(segment: Segment) -> tuple[int, int]:
    return (5, _rank(segment)[1])


def _parse(text: object) -> list[Segment]:
    """
    Return the segments of a pattern; a suffix is a single one.

    Raises:
        _MalformedPattern: It is none.
    """
    if not isinstance(text, str) or not text.startswith(("/", "*")):
        raise _MalformedPattern(f"is not a path; {FORMS}")
    if text.startswith("*"):
        return [_suffix(text)]
    segments: list[Segment] = [[]]
    names: set[str] = set()
    place = 1
    while place < len(text):
        if text[place] == "/":
            segments.append([])
            place += 1
            continue
        part, place = _part(text, place, segments[-1])
        if isinstance(part, _Hole):
            _check_hole(part, segments[-1], names)
        segments[-1].append(part)
    for segment in segments:
        _check_segment("".join(part if isinstance(part, str) else "{}" for part in segment))
    return [[part if isinstance(part, _Hole) else _decoded(part) for part in segment] for segment in segments]


def _suffix(text: str) -> Segment:
    ending = text[1:]
    if not ending:
        raise _MalformedPattern("is not a path; every path is '/*'")
    if any(mark in ending for mark in "*{}<>"):
        raise _MalformedPattern("begins with '*', so only text can follow; write '*.json'")
    _check_text(ending, text)
    for segment in ending.split("/")[1:]:
        _check_segment(segment)
    return [_Hole(None, ANYTHING), _decoded(ending)]


def _part(text: str, place: int, segment: Segment) -> tuple[str | _Hole, int]:
    """
    Read a hole, or the text up to the next one; return it and where it ends.
    """
    character = text[place]
    if character == "*":
        return _star(text, place, segment)
    if character == "{":
        return _in_braces(text, place)
    if character == "<":
        return _in_angles(text, place)
    if character in "}>":
        opening, right = ("{", "/items/{id}") if character == "}" else ("<", "/items/<id>")
        raise _MalformedPattern(f"has a {character!r} without a {opening!r} before it; write {right!r}")
    if character == ":" and _begins_a_name(segment):
        return _after_colon(text, place)
    end = place + 1
    while end < len(text) and text[end] not in "/*{}<>" and not (text[end] == ":" and text[end - 1] in "-."):
        end += 1
    _check_text(text[place:end], text)
    return text[place:end], end


def _check_text(part: str, text: str) -> None:
    for mark, what in (("?", "a query"), ("#", "a fragment")):
        if mark in part:
            raise _MalformedPattern(f"has {what}, which is not part of a path; write {text.partition(mark)[0]!r}")
    if any("\ud800" <= character <= "\udfff" for character in part):
        raise _MalformedPattern("has half of a character, a lone surrogate, which browsers change; leave it out")
    if not NEVER_SENT.isdisjoint(part):
        raise _MalformedPattern("has a backslash, tab or line break, which browsers change; write '/' or '%5C'")


def _begins_a_name(segment: Segment) -> bool:
    """
    Whether a colon begins a parameter: at the start of a segment, and after `-` or `.` where one stands before.

    NB: `/items:archive` is a path as it stands, `/flights/:from-:to` has two parameters in Express.
    """
    if not segment:
        return True
    last = segment[-1]
    return isinstance(last, str) and last.endswith(("-", ".")) and any(isinstance(part, _Hole) for part in segment)


def _star(text: str, place: int, segment: Segment) -> tuple[_Hole, int]:
    start, rest = text[:place], text[place + 1 :]
    if rest.startswith("*"):
        raise _MalformedPattern(f"has two '*' in a row; '*' stands for slashes too: {start + '*'!r}")
    if segment:
        one = start.rpartition("/")[0] + "/{name}"
        raise _MalformedPattern(f"has a '*' inside a segment; write {start + '/*'!r} for all below, or {one!r}")
    if "/" in rest:
        raise _MalformedPattern(f"has a '*' before its end; one segment is {start + '{name}'!r}")
    if any(mark in rest for mark in "*{}<>"):
        raise _MalformedPattern(f"has a '*' with more than text after it; write {start + '*'!r}")
    return _Hole(None, ANYTHING), place + 1


def _in_braces(text: str, place: int) -> tuple[_Hole, int]:
    depth = 0
    for end in range(place, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if not depth:
            break
    else:
        raise _MalformedPattern("has a '{' without a '}' after it; write '/items/{id}'")
    name, _, converter = text[place + 1 : end].partition(":")
    return _hole(name, converter or "str", IN_BRACES, "{", "}"), end + 1


def _in_angles(text: str, place: int) -> tuple[_Hole, int]:
    end = text.find(">", place)
    if end < 0:
        raise _MalformedPattern("has a '<' without a '>' after it; write '/items/<id>'")
    converter, colon, name = text[place + 1 : end].rpartition(":")
    if "(" in converter:
        bare = converter.partition("(")[0]
        right = f"<{bare}:{name}>" if bare in IN_ANGLES else f"<{name}>"
        raise _MalformedPattern(f"has a type with arguments, {converter!r}, which is not known here; write {right!r}")
    return _hole(name, converter if colon else "str", IN_ANGLES, "<", ">"), end + 1


def _hole(name: str, converter: str, known: dict[str, tuple[_Unit, ...]], opening: str, closing: str) -> _Hole:
    if not NAME.fullmatch(name):
        what = f"{name!r} as the name of a parameter" if name else "a parameter without a name"
        raise _MalformedPattern(f"has {what}; write '/items/{opening}id{closing}'")
    if converter not in known:
        what = f"has the type {converter!r}, which is not known here"
        raise _MalformedPattern(f"{what}; write {opening + name + closing!r}, or one of {', '.join(known)}")
    return _Hole(PathParameter(name, converter), known[converter])


def _after_colon(text: str, place: int) -> tuple[_Hole, int]:
    found = NAME.match(text, place + 1)
    if found is None:
        raise _MalformedPattern("has a ':' without a name after it; write '/items/:id', or '%3A' for a colon")
    after = text[found.end() : found.end() + 1]
    if after in ("?", "*", "+", "("):
        raise _MalformedPattern(
            f"has {after!r} after ':{found[0]}', which is not known here; write ':{found[0]}' alone"
        )
    return _Hole(PathParameter(found[0], "str"), SEGMENT), found.end()


def _check_segment(segment: str) -> None:
    if segment.lower() in DOT_SEGMENTS:
        raise _MalformedPattern(f"is never asked for: browsers resolve the segment {segment!r}")


def _check_hole(hole: _Hole, segment: Segment, names: set[str]) -> None:
    if segment and isinstance(segment[-1], _Hole):
        raise _MalformedPattern("has two parameters with nothing between them; write '/{a}/{b}' or '/{a}-{b}'")
    if hole.parameter is not None:
        if hole.parameter.name in names:
            raise _MalformedPattern(f"has two parameters called {hole.parameter.name!r}; give each a name of its own")
        names.add(hole.parameter.name)
