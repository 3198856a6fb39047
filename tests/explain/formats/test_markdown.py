"""
Markdown: it says what the report says, and a parser finds nothing in it that was not meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given, settings, strategies as st
from markdown_it import MarkdownIt

from browsercors.explain.formats.markdown import report_as_markdown
from browsercors.explain.report import BrowserName, Excerpt, Report, Rule
from browsercors.explain.words import labels
from browsercors.explain.words.sanitise import printable
from tests.explain.reports import API, ATTACKS, BLOCKED, CHECK, OPAQUE, PAGE, READABLE, REPORTS, hostile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

KINDS = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)

# Text that GitHub makes more of: links without brackets, mentions, references, emoji, mathematics.
TELLING = re.compile(r"://|www\.|[@#$~]|:\w+:|[^\s\w]_|_[^\s\w]")

KINDS_OF_ENTRIES = "|".join(map(re.escape, labels.KINDS.values()))
FOLDS = re.compile(rf"<details><summary>(\d+\. ({KINDS_OF_ENTRIES})|Every rule that was applied)</summary>|</details>")


def tokens_of(markdown: str) -> Iterator[Token]:
    """
    Parse as GitHub does, and return blocks and what is in them.
    """
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        yield token
        yield from token.children or ()


def html_of(markdown: str) -> list[str]:
    return [token.content.strip() for token in tokens_of(markdown) if token.type in {"html_block", "html_inline"}]


def links_of(markdown: str) -> list[str]:
    return [str(token.attrs["href"]) for token in tokens_of(markdown) if token.type == "link_open"]


def texts_of(markdown: str) -> list[str]:
    return [token.content for token in tokens_of(markdown) if token.type == "text"]


class TestContent:
    """
    What the text says.
    """

    def test_a_blocked_request_reads_well(self) -> None:
        text = report_as_markdown(BLOCKED)

        assert text.startswith(
            "## ✕ Blocked: `allow-origin-wildcard-with-credentials` (Chromium)\n"
            "\n"
            f"`{PAGE}` may not send PUT `{API}/items/7`: the preflight response allows any origin (`*`), but the "
            "request was made with credentials.\n"
            "\n"
            "### What the page tried\n"
        )
        assert (
            "```\n"
            f"OPTIONS {API}/items/7 -> 200 OK\n"
            "Access-Control-Allow-Origin: *\n"
            f"                             ^ has to be exactly: {PAGE}\n"
            "(Access-Control-Allow-Credentials is missing)\n"
            "^ has to be: true\n"
            "```\n"
            "\n"
            f"**Rule:** A wildcard does not match a request made with credentials. ([CORS check, step 4]({CHECK}))\n"
        ) in text
        assert f"| Firefox | CORSNotSupportingCredentials | `{API}/items/7` |\n" in text
        assert (
            "```http\n"
            "HTTP status 204\n"
            "Access-Control-Allow-Methods: PUT\n"
            "```\n"
            "\n"
            "- without Access-Control-Allow-Credentials, which is now: True\n"
            "\n"
            "The page's call needs:\n"
            "\n"
            '- Send no cookies. `credentials`: `"include"` becomes `"omit"`\n'
        ) in text
        assert "```mermaid\nsequenceDiagram\n" in text
        assert "| WebKit | Readable |  | This browser sent no preflight: it still remembered one. |\n" in text

    def test_a_readable_response_reads_well(self) -> None:
        text = report_as_markdown(READABLE)

        assert text.startswith("## ✓ Readable (Firefox)\n")
        assert "| Firefox | 86,400 s (1 day) |\n" in text
        assert "- Hidden headers: `x-total-count`, `etag`\n" in text
        assert "**`header-hidden`** X-Total-Count came, and the page does not see it. Expose it by name.\n" in text

    def test_sections_without_content_are_left_out(self) -> None:
        titles = re.findall("^### (.*)$", report_as_markdown(attrs.evolve(OPAQUE, advice="")), re.MULTILINE)

        assert ["What the page tried", "The preflight", "Exchanges"] == titles

    @pytest.mark.parametrize(
        ("excerpt", "lines"),
        [
            (Excerpt("A: b", 3, 4, "c"), "A: b\n   ^ c\n"),
            (Excerpt("A: bcd", 3, 6, "e"), "A: bcd\n   ^^^ e\n"),
            (Excerpt("A: b", 3, 4), "A: b\n   ^\n"),
            (Excerpt("A: b", remark="c"), "A: b\n^ c\n"),
            (Excerpt("A: b"), "A: b\n"),
            (Excerpt("A:\x00b", 3, 4, "c"), "A:\\x00b\n      ^ c\n"),
            (Excerpt("A: ```b"), "A: ```b\n"),
        ],
    )
    def test_the_part_of_a_line_that_matters_is_pointed_at(self, excerpt: Excerpt, lines: str) -> None:
        text = report_as_markdown(attrs.evolve(OPAQUE, evidence=(excerpt,)))
        blocks = [token.content for token in tokens_of(text) if token.type == "fence"]

        assert lines == blocks[0]


@pytest.mark.untraced  # under the tracer it takes ten times as long
class TestForeignText:
    """
    Whatever a server or a page wrote is shown, and does nothing.
    """

    @pytest.mark.parametrize("attack", [*ATTACKS, " ".join(ATTACKS)])
    def test_it_is_text_wherever_it_stands(self, attack: str) -> None:
        text = report_as_markdown(hostile(attack))
        every = list(tokens_of(text))

        assert [] == [html for html in html_of(text) if not FOLDS.fullmatch(html)]
        assert [] == links_of(text)
        assert [] == [token.type for token in every if token.type in {"image", "s_open", "em_open", "blockquote_open"}]
        assert [] == [content for content in texts_of(text) if TELLING.search(content)]
        assert {"h2", "h3"} == {token.tag for token in every if token.type == "heading_open"}

    @pytest.mark.parametrize("attack", [*ATTACKS, " ".join(ATTACKS)])
    def test_it_stays_in_its_cell(self, attack: str) -> None:
        report = attrs.evolve(OPAQUE, names=(BrowserName(attack, attack, attack), BrowserName("webkit", "x")))
        types = [token.type for token in tokens_of(report_as_markdown(report))]

        assert (1, 3, 6) == (types.count("table_open"), types.count("tr_open"), types.count("td_open"))

    @pytest.mark.parametrize("attack", [*ATTACKS, " ".join(ATTACKS)])
    def test_a_block_holds_it_unchanged(self, attack: str) -> None:
        text = report_as_markdown(attrs.evolve(OPAQUE, evidence=(Excerpt(attack),)))
        blocks = [token.content for token in tokens_of(text) if token.type == "fence"]

        assert f"{printable(attack)}\n" == blocks[0]

    @given(st.text(st.characters(exclude_categories=()), max_size=40) | st.text("`|\\ <a.*_[]()#@:/~-1", max_size=40))
    @settings(max_examples=150, deadline=None)
    def test_any_text_at_all_does_nothing(self, attack: str) -> None:
        text = report_as_markdown(hostile(attack))

        text.encode("utf-8")
        assert [] == [char for char in set(text) if not char.isprintable() and char != "\n"]
        assert [] == [html for html in html_of(text) if not FOLDS.fullmatch(html)]
        assert [] == [url for url in links_of(text) if not url.startswith(CHECK)]
        assert [] == [content for content in texts_of(text) if TELLING.search(content)]

    @pytest.mark.parametrize("url", [f"{CHECK})<b>", f"{CHECK}) [x](https://evil.example", "http://x/", "javascript:a"])
    def test_only_what_is_a_whole_https_url_becomes_a_link(self, url: str) -> None:
        report = attrs.evolve(OPAQUE, rule=Rule("A rule.", "an algorithm", "1", url))

        assert [] == links_of(report_as_markdown(report))

    @KINDS
    def test_the_bytes_hold_nothing_that_is_not_seen(self, report: Report) -> None:
        text = report_as_markdown(report).encode("utf-8").decode("utf-8")

        assert [] == [char for char in set(text) if not char.isprintable() and char != "\n"]
