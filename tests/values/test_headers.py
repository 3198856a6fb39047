"""
Header lists.
"""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given, strategies as st

from browsercors.values.headers import (
    FAILURE,
    Failure,
    HeaderList,
    Headers,
    extract_list_values,
    get_decode_and_split,
    is_header_name,
    is_header_value,
    normalize_header_value,
    sorted_lowercase_set,
)

NAMES = st.sampled_from([b"A", b"a", b"B", b"Set-Cookie", b"set-cookie"])
VALUES = st.binary(max_size=4)
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=6)

# The examples of https://fetch.spec.whatwg.org/#example-header-list-get-decode-split.
GET_DECODE_AND_SPLIT_EXAMPLES = [
    ([(b"A", b"nosniff,")], ["nosniff", ""]),
    ([(b"A", b"nosniff"), (b"B", b"sniff"), (b"A", b"")], ["nosniff", ""]),
    ([(b"A", b""), (b"B", b"sniff")], [""]),
    ([(b"B", b"sniff")], None),
    ([(b"A", b'text/html;", x/x')], ['text/html;", x/x']),
    ([(b"A", b'text/html;"'), (b"A", b"x/x")], ['text/html;", x/x']),
    ([(b"A", b'x/x;test="hi",y/y')], ['x/x;test="hi"', "y/y"]),
    ([(b"A", b'x/x;test="hi"'), (b"C", b"**bingo**"), (b"A", b"y/y")], ['x/x;test="hi"', "y/y"]),
    ([(b"A", b"x / x,,,1")], ["x / x", "", "", "1"]),
    ([(b"A", b"x / x"), (b"A", b","), (b"A", b"1")], ["x / x", "", "", "1"]),
    ([(b"A", b'"1,2", 3')], ['"1,2"', "3"]),
    ([(b"A", b'"1,2"'), (b"D", b"4"), (b"A", b"3")], ['"1,2"', "3"]),
]


@pytest.mark.parametrize(("pairs", "expected"), GET_DECODE_AND_SPLIT_EXAMPLES)
def test_the_examples_of_the_standard_are_split_as_it_says(
    pairs: list[tuple[bytes, bytes]], expected: list[str] | None
) -> None:
    assert expected == HeaderList(pairs).get_decode_and_split(b"a")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", [""]),
        (b",", ["", ""]),
        (b" \ta\t , b ", ["a", "b"]),
        (b"\na\r,b", ["\na\r", "b"]),
        (b"\xe9", ["\xe9"]),
        (b'a"b,c"d,e', ['a"b,c"d', "e"]),
        (b'"a"', ['"a"']),
        (b'"a\\",b",c', ['"a\\",b"', "c"]),
        (b'"a\\\\",b', ['"a\\\\"', "b"]),
        (b'"a\\', ['"a\\']),
        (b'"a,b\\"', ['"a,b\\"']),
        (b'a"b"c"d,"e,f', ['a"b"c"d,"e', "f"]),
        (b'""",",', ['""","', ""]),
    ],
)
def test_commas_split_outside_of_quoted_strings(value: bytes, expected: list[str]) -> None:
    assert expected == get_decode_and_split(value)


@given(st.text(alphabet='ab ,\t"\\', max_size=20))
def test_splitting_agrees_with_a_walk_over_the_characters(text: str) -> None:
    parts, current, quoted, escaped = [], "", False, False
    for character in text:
        if character == "," and not quoted:
            parts.append(current)
            current = ""
            continue
        current += character
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted

    assert [part.strip("\t ") for part in [*parts, current]] == get_decode_and_split(text.encode())


@given(PAIRS, NAMES)
def test_get_returns_all_values_joined(pairs: list[tuple[bytes, bytes]], name: bytes) -> None:
    headers = HeaderList(pairs)
    values = headers.get_all(name)

    assert [value for present, value in pairs if present.lower() == name.lower()] == values
    assert (b", ".join(values) if values else None) == headers.get(name)
    assert bool(values) == (name in headers)


@given(PAIRS, NAMES, VALUES)
def test_append_keeps_everything_and_the_first_spelling(
    pairs: list[tuple[bytes, bytes]], name: bytes, value: bytes
) -> None:
    headers = HeaderList(pairs)
    before = headers.get(name)
    headers.append(name, value)
    spelling = next((present for present, _ in pairs if present.lower() == name.lower()), name)

    assert [*pairs, (spelling, value)] == list(headers)
    assert (value if before is None else before + b", " + value) == headers.get(name)


@given(PAIRS, NAMES)
def test_delete_leaves_the_others(pairs: list[tuple[bytes, bytes]], name: bytes) -> None:
    headers = HeaderList(pairs)
    headers.get(name)
    headers.delete(name)

    assert name not in headers
    assert headers.get(name) is None
    assert [pair for pair in pairs if pair[0].lower() != name.lower()] == list(headers)


@given(PAIRS, NAMES, VALUES)
def test_set_leaves_one_value_in_the_place_of_the_first(
    pairs: list[tuple[bytes, bytes]], name: bytes, value: bytes
) -> None:
    headers = HeaderList(pairs)
    headers.get(name)
    headers.set(name, value)
    first = next((index for index, (present, _) in enumerate(pairs) if present.lower() == name.lower()), None)

    assert headers.get(name) == value
    assert headers.get_all(name) == [value]
    if first is None:
        assert [*pairs, (name, value)] == list(headers)
    else:
        assert (pairs[first][0], value) == list(headers)[first]
        assert pairs[:first] == list(headers)[:first]


@given(PAIRS)
def test_combine_repeated_joins_all_values_of_a_name_in_its_first_header(pairs: list[tuple[bytes, bytes]]) -> None:
    headers = HeaderList()
    for name, value in pairs:
        headers.append(name, value)
    expected: dict[bytes, tuple[bytes, bytes]] = {}
    for name, value in pairs:
        first = expected.get(name.lower())
        expected[name.lower()] = (name, value) if first is None else (first[0], first[1] + b", " + value)
    headers.combine_repeated()

    assert list(expected.values()) == list(headers)
    assert all(headers.get_all(name) == [value] for name, value in expected.values())


@given(PAIRS, PAIRS)
def test_append_takes_the_spelling_of_the_first(
    pairs: list[tuple[bytes, bytes]], more: list[tuple[bytes, bytes]]
) -> None:
    headers = HeaderList(pairs)
    naive = list(pairs)
    for name, value in more:
        headers.append(name, value)
        naive.append((next((spelling for spelling, _ in naive if spelling.lower() == name.lower()), name), value))

    assert naive == list(headers)
    assert all(headers.get_all(name) == HeaderList(naive).get_all(name) for name, _ in naive)


@given(PAIRS)
def test_sort_and_combine_sorts_lower_case_names_and_keeps_cookies_apart(pairs: list[tuple[bytes, bytes]]) -> None:
    headers = HeaderList(pairs)
    combined = headers.sort_and_combine()
    names = [name for name, _ in combined]

    assert sorted(names) == names
    assert {name.lower() for name, _ in pairs} == set(names)
    assert headers.get_all(b"set-cookie") == [value for name, value in combined if name == b"set-cookie"]
    assert all(headers.get(name) == value for name, value in combined if name != b"set-cookie")


def test_a_copy_is_independent() -> None:
    headers = HeaderList([(b"a", b"1")])
    copy = headers.copy()
    copy.append(b"b", b"2")

    assert list(headers) == [(b"a", b"1")]
    assert len(copy) == 2
    assert headers != copy
    assert headers == HeaderList([(b"a", b"1")])
    assert headers != [(b"a", b"1")]


CHANGES = st.one_of(
    st.tuples(st.just("append"), NAMES, VALUES),
    st.tuples(st.just("set"), NAMES, VALUES),
    st.tuples(st.just("delete"), NAMES),
    st.tuples(st.just("combine_repeated")),
    st.tuples(st.just("copy")),
)


@given(pairs=PAIRS, changes=st.lists(st.tuples(st.integers(0, 9), CHANGES), max_size=8))
def test_copies_change_as_lists_of_their_own_would(pairs: list[tuple[bytes, bytes]], changes: list[Any]) -> None:
    lists, models = [HeaderList(pairs)], [HeaderList(pairs)]

    for place, (change, *arguments) in changes:
        chosen = place % len(lists)
        if change == "copy":
            lists.append(lists[chosen].copy())
            models.append(HeaderList(list(models[chosen])))
        else:
            getattr(lists[chosen], change)(*arguments)
            getattr(models[chosen], change)(*arguments)

    assert [(list(each), list(each.names()), [each.get_all(name) for name in each.names()]) for each in lists] == [
        (list(each), list(each.names()), [each.get_all(name) for name in each.names()]) for each in models
    ]


@pytest.mark.parametrize(
    ("change", "arguments"),
    [
        ("append", (b"B", b"2")),
        ("set", (b"A", b"2")),
        ("set", (b"B", b"2")),
        ("delete", (b"A",)),
        ("combine_repeated", ()),
    ],
)
def test_what_was_made_of_headers_is_kept_until_they_change(change: str, arguments: tuple[bytes, ...]) -> None:
    calls: list[HeaderList] = []

    def length(headers: HeaderList) -> int:
        calls.append(headers)
        return len(headers)

    original = HeaderList([(b"A", b"1"), (b"a", b"3")])
    copied = original.copy()
    assert [original.derived(length), copied.derived(length), copied.copy().derived(length)] == [2, 2, 2]
    assert calls == [original]

    getattr(copied, change)(*arguments)

    assert [original.derived(length), copied.derived(length)] == [2, len(copied)]
    assert len(calls) == 2


def test_a_header_list_travels_as_its_pairs() -> None:
    headers = HeaderList([(b"A", b"1")])
    headers.derived(len)

    travelled = pickle.loads(pickle.dumps(headers.copy()))  # noqa: S301 - our own bytes
    travelled.append(b"a", b"2")

    assert list(travelled) == [(b"A", b"1"), (b"A", b"2")]
    assert list(headers) == [(b"A", b"1")]


def test_a_header_list_shows_its_pairs_and_cannot_be_a_key() -> None:
    headers = HeaderList([(b"a", b"1")])

    assert repr(headers) == "HeaderList([(b'a', b'1')])"
    with pytest.raises(TypeError):
        hash(headers)
    assert "a" not in headers  # type: ignore[operator]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"GET", (b"GET",)),
        (b"GET,PUT", (b"GET", b"PUT")),
        (b" \tGET\t , PUT ", (b"GET", b"PUT")),
        (b",, GET,,", (b"GET",)),
        (b"", ()),
        (b" , ", ()),
        (b"*", (b"*",)),
        (b"a b", FAILURE),
        (b"GET, a b", FAILURE),
        (b'"GET"', FAILURE),
        (b"G\xe9T", FAILURE),
        (b"GET\n", FAILURE),
        (b"GET;q=1", FAILURE),
        (b"x" * 2_000, (b"x" * 2_000,)),
        (b"x" * 2_000 + b" y", FAILURE),
    ],
)
def test_lists_of_tokens_are_extracted_or_fail_as_a_whole(value: bytes, expected: tuple[bytes, ...] | Failure) -> None:
    assert expected == extract_list_values(value)


@given(st.lists(st.sampled_from([b"GET", b"x-a", b"*", b"!#$%&'*+-.^_`|~"]), max_size=5))
def test_any_tokens_survive_being_listed(tokens: list[bytes]) -> None:
    assert tuple(tokens) == extract_list_values(b", ".join(tokens))


def test_failure_is_told_from_nothing() -> None:
    assert repr(FAILURE) == "FAILURE"
    assert isinstance(extract_list_values(b"a b"), Failure)
    assert extract_list_values(b"") == ()


def test_names_become_a_sorted_lower_case_set() -> None:
    assert sorted_lowercase_set([b"X-B", b"x-a", b"x-b", b"X-10", b"X-9"]) == [b"x-10", b"x-9", b"x-a", b"x-b"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(b" \t\r\na b\n\r\t ", b"a b"), (b"\x0ba\x0c", b"\x0ba\x0c"), (b"", b""), (b"\xa0a", b"\xa0a")],
)
def test_values_are_normalised_at_both_ends(value: bytes, expected: bytes) -> None:
    assert expected == normalize_header_value(value)
    assert expected == normalize_header_value(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b"X-A", True),
        (b"!#$%&'*+-.^_`|~09", True),
        (b"", False),
        (b"a b", False),
        (b"a:", False),
        (b"(a)", False),
        (b"\xe9", False),
        (b"a\n", False),
        (b"a\r\nb", False),
    ],
)
def test_a_name_is_a_token(name: bytes, expected: bool) -> None:
    assert expected == is_header_name(name)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", True),
        (b"a b", True),
        (b"\xe9\x01\x7f", True),
        (b" a", False),
        (b"a\t", False),
        (b"a\nb", False),
        (b"a\rb", False),
        (b"a\0b", False),
        (b"a\n", False),
    ],
)
def test_a_value_has_no_blanks_around_it_and_no_line_breaks_in_it(value: bytes, expected: bool) -> None:
    assert expected == is_header_value(value)


@given(st.binary(max_size=10))
def test_a_normalised_value_is_a_value_unless_it_holds_line_breaks(value: bytes) -> None:
    normalized = normalize_header_value(value)

    assert is_header_value(normalized) == (not set(normalized) & set(b"\0\r\n"))


class TestHeadersForPeople:
    headers = Headers([(b"X-A", b"1"), (b"Content-Type", b"caf\xe9"), (b"x-a", b"2")])

    def test_a_name_has_no_case_and_repeated_lines_are_joined(self) -> None:
        assert self.headers["x-a"] == "1, 2"
        assert self.headers["CONTENT-TYPE"] == "caf\xe9"
        assert self.headers.get("x-b") is None
        assert "X-a" in self.headers
        assert "x-b" not in self.headers
        assert 7 not in self.headers  # type: ignore[comparison-overlap]
        with pytest.raises(KeyError, match="x-b"):
            self.headers["x-b"]

    def test_lines_can_be_had_one_by_one(self) -> None:
        assert self.headers.get_list("x-A") == ["1", "2"]
        assert self.headers.lines == [("X-A", "1"), ("Content-Type", "caf\xe9"), ("x-a", "2")]

    def test_it_is_a_mapping_of_lower_case_names(self) -> None:
        assert dict(self.headers) == {"x-a": "1, 2", "content-type": "caf\xe9"}
        assert len(self.headers) == 2
        assert self.headers == {"x-a": "1, 2", "content-type": "caf\xe9"}
        assert self.headers != {"x-a": "1"}
        assert self.headers != 7
        assert Headers() == {}

    def test_it_shows_its_lines(self) -> None:
        assert repr(Headers([(b"A", b"1")])) == "Headers([('A', '1')])"
        with pytest.raises(TypeError):
            hash(self.headers)

    def test_a_name_outside_of_latin_1_names_no_header(self) -> None:
        assert "x-\u0100" not in self.headers

    def test_it_is_a_view_of_the_list_that_it_is_given(self) -> None:
        header_list = HeaderList()
        headers = Headers(header_list)
        header_list.append(b"a", b"1")

        assert headers["a"] == "1"


def test_names_are_lower_case_once_each_in_order() -> None:
    headers = HeaderList([(b"X-B", b""), (b"a", b""), (b"x-b", b"")])

    assert list(headers.names()) == [b"x-b", b"a"]


HOSTILE = [
    b"," * 1_000_000,
    b'"' * 1_000_000,
    b'"' + b"\\" * 1_000_000,
    b'",' * 500_000,
    b'","' * 333_333,
    b" " * 1_000_000,
    b"a" + b" " * 1_000_000 + b"b",
    b"a," * 500_000,
    b'a"b"' * 250_000,
    b'"\\",' * 250_000,
]


@pytest.mark.untraced
@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_megabyte_of_one_value_is_read_in_no_time(value: bytes) -> None:
    get_decode_and_split(value)
    extract_list_values(value)
    normalize_header_value(value)
    is_header_value(value)
    is_header_name(value)


@pytest.mark.untraced
def test_a_megabyte_of_headers_is_read_in_no_time() -> None:
    headers = HeaderList((b"x-%d" % (number % 50_000), b"value") for number in range(100_000))
    same = HeaderList([(b"a", b"12345678")] * 100_000)

    assert headers.get(b"X-7") == b"value, value"
    assert len(headers.sort_and_combine()) == 50_000
    assert len(same.get(b"a") or b"") == 100_000 * 10 - 2
    same.set(b"A", b"1")
    assert len(same) == 1
