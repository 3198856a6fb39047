"""
The HTML page: it is complete and well-formed, can be read by everybody, and nothing foreign in it is more than text.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings, strategies as st

from browsercors.explain.configurations.choose import Configuration, ConfigurationFile
from browsercors.explain.formats.html.page import MOST_OPEN, POLICY, report_as_html
from browsercors.explain.formats.html.style import COLOURS, STYLE
from browsercors.explain.report import Excerpt, Report, Rule
from browsercors.explain.words.sanitise import printable
from tests.explain.reading import ReadPage
from tests.explain.reports import (
    API,
    ATTACKS,
    BLOCKED,
    CHECK,
    HOSTILE,
    OPAQUE,
    PAGE,
    READABLE,
    REMEMBERED,
    REPORTS,
    UNDECIDED,
    UNSENT,
    hostile,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.explain.report import Fix

KINDS = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)

# Every element and attribute that a page has; whatever else turned up would come from foreign text.
ELEMENTS = {
    "a", "article", "body", "code", "b", "dd", "desc", "details", "div", "dl", "dt", "footer", "g", "h1", "h2", "h3",
    "h4", "head", "header", "html", "li", "line", "main", "mark", "meta", "nav", "ol", "p", "path", "pre", "rect",
    "section", "span", "strong", "style", "summary", "svg", "table", "tbody", "td", "text", "th", "thead", "title",
    "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "aria-describedby", "aria-hidden", "aria-label", "aria-labelledby", "charset", "class", "content", "d", "height",
    "href", "http-equiv", "id", "lang", "name", "open", "rel", "role", "rx", "scope", "tabindex", "viewbox", "width",
    "x", "x1", "x2", "y", "y1", "y2",
}  # fmt: skip


def server_configuration(
    label: str, files: tuple[ConfigurationFile, ...], note: str = "", source: str = "", *, is_run: bool = False
) -> Configuration:
    return Configuration("a server", label, files, note, source, is_run)


def read(*reports: Report, **options: Any) -> ReadPage:
    return ReadPage(report_as_html(reports, **options))


def text_of(*reports: Report, **options: Any) -> str:
    """
    Return the text of the page's main part, with runs of white space as one blank.
    """
    return " ".join(read(*reports, **options).texts_of("main")[0].split())


class TestThePage:
    """
    One document that needs nothing else.
    """

    @KINDS
    def test_it_has_one_of_each_part_that_a_reader_looks_for(self, report: Report) -> None:
        page = read(report, title="A title")

        assert ["en"] == [attributes["lang"] for attributes, _ in page.all("html")]
        assert ["A title"] == page.texts_of("h1")
        assert "A title" == page.texts_of("title")[0]
        assert [1, 1, 1] == [len(page.all(name)) for name in ("header", "main", "footer")]
        assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in [
            attributes for attributes, _ in page.all("meta")
        ]

    @KINDS
    def test_headings_go_down_one_level_at_a_time(self, report: Report) -> None:
        levels = [int(name[1]) for name, _ in read(report, report).elements if re.fullmatch("h[1-6]", name)]

        assert 1 == levels[0]
        assert [] == [(one, two) for one, two in itertools.pairwise(levels) if two > one + 1]

    @KINDS
    def test_every_link_inside_leads_to_one_element(self, report: Report) -> None:
        page = read(report, report, report)
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        wanted = {attributes["href"][1:] for attributes, _ in page.all("a") if attributes["href"].startswith("#")}
        named = {
            attributes[name]
            for _, attributes in page.elements
            for name in ("aria-labelledby", "aria-describedby")
            if name in attributes
        }

        assert len(ids) == len(set(ids))
        assert set() == (wanted | named) - set(ids)

    @KINDS
    def test_every_cell_that_heads_others_says_which(self, report: Report) -> None:
        assert {"row", "col"} >= {attributes["scope"] for attributes, _ in read(report, report).all("th")}

    @KINDS
    def test_one_report_needs_no_list_around_it(self, report: Report) -> None:
        assert report_as_html([report]) == report_as_html(report)

    def test_the_first_thing_to_focus_skips_to_the_report(self) -> None:
        page = read(BLOCKED)

        assert "#reports" == page.all("a")[0][0]["href"]
        assert "reports" == page.all("main")[0][0]["id"]

    def test_the_policy_allows_the_one_style_and_nothing_else(self) -> None:
        page = report_as_html([BLOCKED])
        style = re.findall("<style>(.*?)</style>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
        policies = [
            attributes["content"]
            for attributes, _ in ReadPage(page).all("meta")
            if attributes.get("http-equiv") == "Content-Security-Policy"
        ]

        assert [STYLE] == style
        assert [POLICY] == policies
        assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" == POLICY
        assert page.index("Content-Security-Policy") < page.index("<style")

    def test_the_style_loads_nothing_and_ends_where_it_should(self) -> None:
        assert [] == re.findall(r"url\(|@import|@font-face|<", STYLE)

    def test_what_is_there_for_every_report_stays_small(self) -> None:
        assert len(report_as_html([])) < 12_000
        assert len(report_as_html([BLOCKED])) < 24_000


class TestContent:
    """
    What the page says of a report, in the order in which it is read.
    """

    CASES = (
        (
            BLOCKED,
            "✕ Blocked",
            "allow-origin-wildcard-with-credentials",
            "in Chromium",
            BLOCKED.headline,
            "What the page tried",
            f"PUT {API}/items/7",
            "17 bytes",
            "X-Request-Id: 7d1f-44",
            "What decided",
            "Access-Control-Allow-Origin: *",
            f"▲ The marked part has to be exactly: {PAGE}",
            "The rule: A wildcard does not match a request made with credentials. (CORS check, step 4)",
            "Note: Preflights never carry",
            "What each browser calls it",
            f"CORSNotSupportingCredentials with {API}/items/7",
            "Fix 1: Name the page's origin",
            "Proven by replay in Chromium, Firefox, WebKit.",
            "Access-Control-Allow-Credentials: true",
            "instead of Access-Control-Allow-Origin: *",
            "(not recorded; its status is assumed to be 200)",
            "Consider: With credentials",
            "Fix 2: ",
            "Its status: 204",
            "without Access-Control-Allow-Credentials, which is now: True",
            'credentials: "include" becomes "omit"',
            "What would fail next",
            "The answer to the preflight does not allow the method PUT. method-not-allowed",
            "A preflight was sent. It is needed because of:",
            "Content-Type: It is not",
            "In each browser",
            "✓ Readable This browser sent no preflight",
            "Exchanges",
            "OPTIONS /items/7",
            "200 OK",
            "✕ Blocked: allow-origin-wildcard-with-credentials",
            f"1. preflight OPTIONS {API}/items/7 → 200 OK",
            "Sent",
            "Access-Control-Request-Method: PUT",
            "Received",
            "Every rule that was applied",
            "✕ failed CORS check, step 4 the response allows any origin (*)",
        ),
        (
            READABLE,
            "✓ Readable",
            "in Firefox",
            "Firefox 86,400 s (1 day)",
            "WebKit 600 s (10 minutes)",
            "Visible (2):",
            "cache-control",
            "Hidden (2):",
            "x-total-count",
            "X-Total-Count came",
            "header-hidden Expose it by name.",
            "Access-Control-Expose-Headers: X-Total-Count",
            "remember for 86,400 s (1 day)",
            "302 Found",
            "No header lines.",
            "At 0.25 s of simulated time.",
        ),
        (OPAQUE, "○ Opaque", "opaque-response", "null", "Advice", "No preflight:"),
        (UNDECIDED, "? Undecided", "not-mounted", "What decided", "no response: nothing is mounted for this origin"),
        (
            REMEMBERED,
            f"▲ has to be: {PAGE}",
            "(says nothing)",
            "the preflight cache still remembered the response",
            "Preflight cache",
            "DELETE /items/7?",
            "remembered: allowed",
            "500 Internal Server Error",
        ),
        (
            UNSENT,
            "(this request was not sent)",
            "before a preflight could be sent",
            "GET /: not sent",
            "✕ Blocked: mixed-content",
        ),
    )

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].code)
    def test_it_says_what_the_report_says_in_order(self, case: tuple[Any, ...]) -> None:
        text = text_of(case[0])
        position = 0
        for wanted in case[1:]:
            found = text.find(wanted, position)
            assert found >= 0, f"{wanted!r} is missing behind {text[:position][-80:]!r}"
            position = found

    @pytest.mark.parametrize(
        ("excerpt", "marked"),
        [
            (Excerpt("Vary: *", 6, 7, "too much"), ["*"]),
            (Excerpt("Vary: *", 0, 7), ["Vary: *"]),
            (Excerpt("Vary: *", 6, 99), ["*"]),
            (Excerpt("Vary: *", 3, 3), []),
            (Excerpt("Vary: *", 5, 2), []),
            (Excerpt("", 0, 4), []),
        ],
    )
    def test_the_part_of_a_line_that_matters_is_marked(self, excerpt: Excerpt, marked: list[str]) -> None:
        page = read(attrs.evolve(BLOCKED, evidence=(excerpt,)))

        assert marked == page.texts_of("mark")
        assert [excerpt.remark] == [
            remark.strip("▲ ").removeprefix("The marked part ") for remark in page.of_class("remark")
        ] or (not excerpt.remark)
        assert excerpt.line in page.texts_of("code")

    @pytest.mark.parametrize(
        ("line", "start", "indents"),
        [
            ("A: b", 3, [3]),
            ("\x00: b", 3, [6]),
            ("x" * 45, 44, [44]),
            ("x" * 46, 45, []),
            ("x" * 84, 3, [3]),
            ("x" * 85, 3, []),
        ],
    )
    def test_a_remark_stands_below_its_part_where_that_can_be_told(
        self, line: str, start: int, indents: list[int]
    ) -> None:
        page = read(attrs.evolve(BLOCKED, evidence=(Excerpt(line, start, start + 1, "wrong"),)))

        assert indents == [len(indent) for indent in page.of_class("indent")]
        assert bool(indents) is ("▲" in page.of_class("remark")[0])

    def test_a_line_leads_to_the_exchange_that_it_is_from_once(self) -> None:
        page = read(BLOCKED)

        assert ["exchange 1"] == page.of_class("seen")
        assert 1 == len([1 for attributes, _ in page.all("div") if attributes.get("id") == "exchange-1-1"])

    def test_what_can_be_copied_has_a_line_break_behind_each_header(self) -> None:
        assert "Access-Control-Allow-Methods: PUT\n" in read(BLOCKED).texts_of("pre")

    @pytest.mark.parametrize(
        ("url", "href"),
        [
            (CHECK, CHECK),
            ("http://fetch.spec.whatwg.org/", None),
            ("javascript:alert(1)", None),
            (" https://fetch.spec.whatwg.org/", None),
            ("https://x/\u202e", None),
            ('https://x/" onclick="1', None),
            ("", None),
        ],
    )
    def test_only_what_begins_with_https_becomes_a_link(self, url: str, href: str | None) -> None:
        report = attrs.evolve(OPAQUE, rule=Rule("A rule.", "an algorithm", "1", url))
        links = [attributes for attributes, _ in read(report).all("a") if not attributes["href"].startswith("#")]

        assert ([] if href is None else [{"href": href, "rel": "noreferrer"}]) == links

    def test_nothing_is_said_of_what_is_not_there(self) -> None:
        titles = read(attrs.evolve(OPAQUE, advice="", timeline=())).texts_of("h3")

        assert ["What the page tried", "The preflight", "Exchanges"] == titles


class TestConfigurations:
    """
    What a fix looks like in the configuration of a server.
    """

    @staticmethod
    def give(fix: Fix) -> Sequence[Configuration]:
        files = (ConfigurationFile("nginx.conf", "nginx", f"# {fix.where}\nadd_header <x>;"),)
        return [
            server_configuration("nginx", files, "Reload it.", "https://nginx.org/en/docs/", is_run=True),
            server_configuration("Caddy", (), "This server cannot.", source="javascript:alert(1)"),
            server_configuration("Apache", files),
        ]

    def test_each_is_there_to_be_opened(self) -> None:
        page = read(attrs.evolve(BLOCKED, fixes=BLOCKED.fixes[:1]), configurations=self.give)
        nginx, caddy, apache = (
            text for text in page.texts_of("details") if text.startswith(("nginx", "Caddy", "Apache"))
        )

        assert nginx.startswith(
            "nginx\nnginx.conf\n# server\nadd_header <x>;\n\nReload it.\nThe tests of browsercors run this"
        )
        assert ["Caddy", "This server cannot."] == caddy.split("\n")[:2]
        assert "tests of browsercors" not in caddy
        assert "do not run it" in apache
        assert ["https://nginx.org/en/docs/"] == [
            attributes["href"] for attributes, text in page.all("a") if text == "Documentation"
        ]

    def test_many_are_behind_one_title(self) -> None:
        report = attrs.evolve(BLOCKED, fixes=BLOCKED.fixes[:1])
        summaries = read(report, configurations=lambda fix: [*self.give(fix), *self.give(fix)]).texts_of("summary")

        assert ["The same as a configuration, for 6 servers", "nginx", "Caddy", "Apache"] == [
            summary.strip() for summary in summaries[:4]
        ]

    def test_the_fixes_of_surprises_have_theirs(self) -> None:
        assert "nginx.conf" in text_of(READABLE, configurations=self.give)


class TestSeveralReports:
    """
    A page of several reports begins with a table of them.
    """

    def test_none_is_no_error(self) -> None:
        assert "There is nothing to report." == text_of()

    def test_the_table_leads_to_each(self) -> None:
        page = read(BLOCKED, READABLE, BLOCKED)

        assert "3 requests: 1 readable, 2 blocked" == page.texts_of("h2")[0]
        assert [f"PUT {API}/items/7", f"POST {API}/items", f"PUT {API}/items/7"] == page.texts_of("a")[1:4]
        assert ["#report-1", "#report-2", "#report-3"] == [attributes["href"] for attributes, _ in page.all("a")[1:4]]

    @pytest.mark.parametrize(("count", "opened"), [(1, 0), (2, 2), (MOST_OPEN, MOST_OPEN), (MOST_OPEN + 1, 0)])
    def test_a_few_are_shown_opened(self, count: int, opened: int) -> None:
        assert opened == report_as_html([BLOCKED] * count).count('<details open="">')

    def test_three_hundred_cost_what_they_say_and_no_more(self) -> None:
        one, many = len(report_as_html([BLOCKED])), len(report_as_html([BLOCKED] * 300))

        assert many < 300 * (one - len(report_as_html([])) + 1000) + 20_000


@pytest.mark.untraced  # under the tracer it takes ten times as long
class TestForeignText:
    """
    Whatever a server or a page wrote is shown, and does nothing.
    """

    @pytest.mark.parametrize("attack", [*ATTACKS, " ".join(ATTACKS)])
    def test_it_is_text_wherever_it_stands(self, attack: str) -> None:
        page = report_as_html([hostile(attack), hostile(attack)], title=attack)
        read_again = ReadPage(page)

        assert set() == {name for name, _ in read_again.elements} - ELEMENTS
        assert set() == {name for _, attributes in read_again.elements for name in attributes} - ATTRIBUTES
        assert 1 == page.lower().count("<style")
        assert [] == [href for href in hrefs(read_again) if not href.startswith(("#", "https://"))]
        assert printable(attack) == read_again.texts_of("h1")[0]
        assert printable(attack) in read_again.texts_of("h2")

    @KINDS
    def test_the_bytes_hold_nothing_that_is_not_seen(self, report: Report) -> None:
        page = report_as_html([report, report]).encode("utf-8").decode("utf-8")

        assert [] == [char for char in set(page) if not char.isprintable() and char != "\n"]

    @given(st.text(st.characters(exclude_categories=()), max_size=30))
    @settings(max_examples=60, deadline=None)
    def test_any_text_at_all_comes_out_as_itself(self, text: str) -> None:
        page = report_as_html([hostile(text)])

        page.encode("utf-8")
        assert printable(text) == ReadPage(page).texts_of("h2")[0]
        assert set() == {name for name, _ in ReadPage(page).elements} - ELEMENTS

    def test_a_value_of_a_megabyte_is_shown_as_often_as_it_is_there(self) -> None:
        value = "x" * 1_000_000
        report = attrs.evolve(BLOCKED, evidence=(Excerpt(value, 999_999, 1_000_000, "wrong"),))

        assert len(report_as_html([report])) < 1_000_000 + 24_000

    def test_configurations_are_escaped_as_well(self) -> None:
        attack = " ".join(ATTACKS)
        give = lambda _: [server_configuration(attack, (ConfigurationFile(attack, attack, attack),), attack, attack)]  # noqa: E731
        page = read(HOSTILE, configurations=give)

        assert set() == {name for name, _ in page.elements} - ELEMENTS
        assert set() == {name for _, attributes in page.elements for name in attributes} - ATTRIBUTES


def hrefs(page: ReadPage) -> list[str]:
    return [attributes["href"] for _, attributes in page.elements if "href" in attributes]


class TestColours:
    """
    Everybody can tell text from ground: WCAG 2.2, 1.4.3 and 1.4.11.
    """

    @staticmethod
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    @pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
    @pytest.mark.parametrize(
        ("text", "grounds"),
        [
            ("text", ("ground", "surface", "code", "mark", "warn-soft")),
            ("muted", ("ground", "surface", "code")),
            ("accent", ("ground", "surface", "code")),
            ("bad", ("ground", "surface", "code", "bad-soft")),
            ("good", ("ground", "surface", "good-soft")),
            ("warn", ("ground", "surface", "warn-soft")),
        ],
    )
    def test_text_can_be_read_on_its_ground(self, text: str, grounds: tuple[str, ...], scheme: int) -> None:
        for ground in grounds:
            lights = sorted(self.luminance(COLOURS[name][scheme]) for name in (text, ground))

            assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, (text, ground)
