"""
`browsercors reason`: explain a failure by its code, a browser's name for it, or a line of the console.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

import click

from browsercors.cli.exit_status import CommandError, bad_value, stdin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.resources.abc import Traversable

    from browsercors.explain.catalogue.find import ReasonPage
    from browsercors.explain.causes.sign import Sign
    from browsercors.explain.formats.text import Line
    from browsercors.pasted.results import Pasted, PastedMessage
    from browsercors.pasted.topic import Topic

__all__ = ["lines_about", "reason"]

WIDTH: Final = 80
FENCE: Final = "```"
LINK: Final = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
VERDICTS: Final = {"= blocked": "blocked", "= readable": "readable", "= opaque": "opaque"}

LONGEST_NAME: Final = 80
"""What is longer is no misspelt name; comparing it would take long."""

MOST_BYTES: Final = 1_000_000
"""How much is read from stdin."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("text", nargs=-1)
@click.pass_context
def reason(context: click.Context, /, *, text: tuple[str, ...]) -> None:
    """
    Explain what a failure means, why it happens, and how to fix it.

    TEXT is a code, a browser's name for the failure, a line of the console, an exception, the name of a header, a
    topic such as preflight, a product such as cloudflare, or what a server answered; - reads it from stdin. Without
    TEXT, all codes are listed. The exit status is 2 if nothing matches TEXT.

    \b
    browsercors reason allow-origin-missing
    browsercors reason PreflightMissingAllowOriginHeader
    browsercors reason "Preflight response is not successful. Status code: 401"
    """  # noqa: D301 - click wants the backspace itself
    from browsercors.cli.terminal import write
    from browsercors.explain.catalogue.find import grouped

    pages = _pages()
    asked = " ".join(text)
    if asked == "-":
        typed = stdin("TEXT").read(MOST_BYTES + 1)
        asked = typed[:MOST_BYTES].decode("utf-8", "replace")
        if len(typed) > MOST_BYTES:
            click.echo(f"Note: only the first {MOST_BYTES:,} bytes were read", err=True)
    elif not text:
        write([*_list(grouped(pages)), *_names()])
        context.exit(0)
    write(_answer(asked, pages))
    context.exit(0)


def _pages() -> list[ReasonPage]:
    """
    Read the pages, in the order of the codes.
    """
    from browsercors.explain.catalogue.find import CODES, parse_page

    directory = _directory()
    try:
        return [parse_page((directory / f"{code}.md").read_text("utf-8")) for code in CODES]
    except OSError as error:
        raise CommandError(f"the pages of the catalogue cannot be read: {error}") from None


def _directory() -> Traversable:
    """
    Return where the pages are: in the installed package, or in the source tree.
    """
    from importlib.resources import files
    from pathlib import Path

    package = files("browsercors")
    installed = package / "reasons"
    return installed if installed.is_dir() else Path(str(package)).parent / "spec_notes" / "reasons"


def _answer(asked: str, pages: Sequence[ReasonPage]) -> Iterable[Line]:
    """
    Return the lines that explain *asked*.
    """
    from browsercors.explain.catalogue.find import CODES, find, grouped
    from browsercors.explain.words.sanitise import shown
    from browsercors.pasted.reader import read_pasted
    from browsercors.pasted.results import PastedHeader, PastedMessage, PastedTopic

    found = find(asked, pages)
    pasted = read_pasted(asked)
    is_name = isinstance(pasted, PastedHeader) or (isinstance(pasted, PastedTopic) and pasted.name not in CODES)
    # NB: one word is what a browser calls a failure; a line says more than a name in it.
    if is_name or (isinstance(pasted, PastedMessage) and not (found.pages and len(asked.split()) == 1)):
        lines = list(lines_about(pasted, pages))
        if lines:
            return lines
    if not found.pages:
        if found.hint:
            raise CommandError(found.hint)
        names = found.near_misses or _near_topics(asked)
        near = f"; did you mean {' or '.join(names)}?" if names else ""
        rest = "" if near else "; without TEXT, all codes are listed"
        raise bad_value("TEXT", f"nothing matches {shown(asked.strip())}{near}{rest}")
    if len(found.pages) == 1:
        return _page(found.pages[0], found.hint)
    return _candidates(grouped(found.pages), found.hint)


def _near_topics(asked: str) -> Sequence[str]:
    """
    Return the topics whose names are written much the same.
    """
    import difflib

    from browsercors.pasted.topics import TOPICS

    return difflib.get_close_matches(asked.strip().casefold(), TOPICS, n=3) if len(asked) <= LONGEST_NAME else ()


def lines_about(pasted: Pasted, pages: Sequence[ReasonPage] = ()) -> Iterable[Line]:
    """
    Yield the lines that explain a line of the console, a header or a topic.

    Args:
        pasted: What was pasted.
        pages: The pages of the catalogue; they are read if they are not given.
    """
    from browsercors.pasted.results import PastedHeader, PastedMessage, PastedTopic
    from browsercors.pasted.topics import TOPICS

    pages = pages or _pages()
    if isinstance(pasted, PastedMessage):
        yield from _message(pasted, pages)
    elif isinstance(pasted, (PastedHeader, PastedTopic)):
        name = pasted.topic if isinstance(pasted, PastedHeader) else pasted.name
        page = next((page for page in pages if page.code == name), None)
        if page is not None:
            yield from _page(page, "")
        elif name is not None:
            yield from _topic(TOPICS[name])


def _message(message: PastedMessage, pages: Sequence[ReasonPage]) -> Iterable[Line]:
    """
    Yield what a message may mean, the likeliest first, and how to find out which it is.
    """
    from browsercors.explain.formats.text import Line
    from browsercors.explain.words.sanitise import shown
    from browsercors.pasted.products import SIGN_TOPICS
    from browsercors.pasted.topics import TOPICS

    by_code = {page.code: page for page in pages}
    only = message.meanings[0].name if len(message.meanings) == 1 else ""
    known = [name for name in message.hosted if name in SIGN_TOPICS]
    yield from _hosted(known, ())
    yield from _told(message)
    yield from _hosted([name for name in message.hosted if name not in known], message.usual)
    if only in by_code:
        yield from _page(by_code[only], message.hint)
    else:
        yield from _prose(f"This is a message of {shown(message.said_by)}.", "")
        yield Line()
        yield from _hint(message.hint)
        if only:
            yield from _topic(TOPICS[only])
        else:
            yield from _prose("It can mean one of these, the likeliest first; see browsercors reason NAME.", "")
            for meaning in message.meanings:
                about = by_code[meaning.name].symptom if meaning.name in by_code else TOPICS[meaning.name].meaning
                yield Line(f"  {meaning.name}", "code")
                yield from _prose(about, "      ")
        if message.question:
            yield Line()
            yield from _prose(f"To find out which: {message.question}", "")
    for other in message.further:
        names = " or ".join(meaning.name for meaning in other.meanings[:3])
        yield Line()
        yield from _prose(f"Another line is about {names}: {shown(other.line)}", "")


def _told(message: PastedMessage) -> Iterable[Line]:
    """
    Yield what the line tells of its own case.
    """
    from browsercors.explain.formats.text import Line
    from browsercors.explain.words.sanitise import printable

    if message.told:
        yield Line("What this line tells", "heading")
        yield Line()
        for text in message.told:
            yield from _prose(f"- {printable(text)}", "")
        yield Line()


def _hosted(names: Sequence[str], usual: Sequence[str]) -> Iterable[Line]:
    """
    Yield what the host of the URL in a message tells: the rows that fit, what it is most often, and where to read on.
    """
    from browsercors.explain.causes.table import SIGNS
    from browsercors.explain.formats.text import Line
    from browsercors.pasted.topics import TOPICS

    rows = {sign.code: sign for sign in SIGNS}
    for name in names:
        if name in rows:
            yield from _sign(rows[name])
        elif usual:
            which = "this" if len(usual) == 1 else "one of these"
            yield from _prose(
                f"The URL is on {name}, where such a line is mostly {which}. A response shows whether it is; "
                f"browsercors reason {name} lists what else its responses show.",
                "",
            )
            for code in usual:
                yield from _sign(rows[code])
        elif name in TOPICS and TOPICS[name].remedy:
            # NB: no response shows the product, so what it does is said here.
            yield from _prose(f"The URL looks like one of {name}. {TOPICS[name].meaning}", "")
            yield from _prose(f"What to do: {TOPICS[name].remedy}", "")
        else:
            yield from _prose(f"The URL is on {name}: browsercors reason {name} lists what its responses show.", "")
        yield Line()


def _topic(topic: Topic) -> Iterable[Line]:
    from browsercors.explain.formats.text import Line

    yield Line(topic.name, "heading")
    yield Line()
    yield from _prose(topic.meaning, "")
    if topic.remedy:
        yield Line()
        yield from _prose(f"What to do: {topic.remedy}", "")
    for sign in topic.signs:
        yield Line()
        yield from _sign(sign)
    yield from _loads(topic)
    if topic.codes:
        yield Line()
        yield from _prose(f"More: browsercors reason {', '.join(topic.codes)}", "")
    if not topic.is_simulated:
        yield Line()
        yield from _prose("browsercors does not simulate this.", "")
    if topic.source.startswith("https://"):
        yield Line()
        yield Line(f"<{topic.source}>")
    elif topic.source:
        yield Line()
        yield from _prose(f"Source: {topic.source}", "")


def _loads(topic: Topic) -> Iterable[Line]:
    """
    Yield what browsers send for what the topic is about, and what the page gets.
    """
    from browsercors.explain.formats.text import Line
    from browsercors.pasted.shown_loads import accepts_of, rows_about

    rows = rows_about(topic.name)
    if rows:
        yield Line()
        yield from _prose("From another origin, in the simulation:", "")
    for row in rows:
        yield Line(f"  {row.element}", "code")
        yield from _prose(", ".join(row.browsers), "      ")
        for line in row.sent:
            yield Line(f"      > {line}")
        if not row.sent:
            yield Line("      (nothing is sent)")
        yield from _prose(f"without headers of CORS: {row.refused}; if the page is allowed: {row.allowed}", "      ")
    for browser, accept in accepts_of(topic.name).items():
        if accept != "*/*":
            yield Line(f"  {browser} > Accept: {accept}")


def _sign(sign: Sign) -> Iterable[Line]:
    """
    Yield a row of the table of causes: by which response it is known, what that means, and what to change there.
    """
    from browsercors.explain.causes.describe import described
    from browsercors.explain.words.causes import known_as, who_answered

    yield from _prose(who_answered(sign.who, sign.sure), "  ", "code")
    yield from _prose(f"Sign: {described(sign)}", "      ")
    yield from _prose(f"Meaning: {sign.meaning}", "      ")
    yield from _prose(f"What to do: {sign.remedy}", "      ")
    yield from _prose(f"Known: {known_as(sign.sure)} ({sign.source}); {sign.code}", "      ")


def _candidates(groups: dict[str, list[ReasonPage]], hint: str) -> Iterable[Line]:
    from browsercors.explain.formats.text import Line

    yield Line("This can be one of several failures. For details: browsercors reason CODE")
    yield Line()
    yield from _hint(hint)
    yield from _list(groups)


def _list(groups: dict[str, list[ReasonPage]]) -> Iterable[Line]:
    from browsercors.explain.formats.text import Line

    for number, (heading, pages) in enumerate(groups.items()):
        if number:
            yield Line()
        yield Line(heading, "heading")
        for page in pages:
            yield Line(f"  {page.code}", "code")
            yield from _prose(page.symptom, "      ")


def _names() -> Iterable[Line]:
    """
    Yield what else can be looked up by its name.
    """
    from browsercors.explain.formats.text import Line
    from browsercors.pasted.products import PRODUCT_TOPICS, SIGN_TOPICS
    from browsercors.pasted.topics import TOPICS

    general = [name for name in TOPICS if name not in PRODUCT_TOPICS and name not in SIGN_TOPICS]
    for heading, names in (("Topics", general), ("Products", sorted(PRODUCT_TOPICS))):
        yield Line()
        yield Line(heading, "heading")
        yield from _prose(f"{', '.join(names)}.", "      ")


def _hint(hint: str) -> Iterable[Line]:
    from browsercors.explain.formats.text import Line

    if hint:
        yield from _prose(f"Note: {hint}", "")
        yield Line()


def _page(page: ReasonPage, hint: str) -> Iterable[Line]:
    """
    Yield a page as a terminal shows it: prose wrapped, exchanges as they are, answers set in under their questions.
    """
    from browsercors.explain.formats.text import Line

    yield from _hint(hint)
    paragraph: list[str] = []
    indent = ""
    is_fenced = False
    for line in page.text.splitlines():
        is_fence = line.startswith(FENCE)
        if not is_fenced and paragraph and (not line.strip() or is_fence or line.startswith(("#", "- "))):
            yield from _prose(" ".join(paragraph), indent)
            paragraph = []
        if is_fence:
            is_fenced = not is_fenced
        elif is_fenced:
            yield Line(f"  {line}".rstrip(), next((VERDICTS[v] for v in VERDICTS if line.startswith(v)), "code"))
        elif line.startswith("#"):
            marks, _, heading = line.partition(" ")
            indent = "  " if marks == "###" else ""
            yield from _prose(heading, "", "heading")
        elif line.strip():
            paragraph.append(line.strip())
        else:
            yield Line()
    yield from _prose(" ".join(paragraph), indent)


def _prose(text: str, indent: str, style: str = "plain") -> Iterable[Line]:
    from browsercors.explain.formats.text import Line

    hanging = f"{indent}  " if text.startswith("- ") else indent
    for line in textwrap.wrap(
        _plain(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    ):
        yield Line(line, style)


def _plain(markdown: str) -> str:
    """
    Return a line of Markdown as a terminal shows it: pages by their codes, others by their addresses.
    """

    def target(match: re.Match[str]) -> str:
        return f"{match[1]} <{match[2]}>" if "://" in match[2] else match[1]

    return LINK.sub(target, markdown).replace("`", "")
