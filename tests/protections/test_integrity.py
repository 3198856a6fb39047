"""
Subresource Integrity.
"""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, strategies as st

from browsercors.protections.integrity import (
    HashExpression,
    do_bytes_match_metadata_list,
    does_response_match_metadata_list,
    get_the_strongest_metadata,
    parse_metadata,
)

DATA = b"\xfballbytes?>"


def digest(algorithm: str, data: bytes = DATA) -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


GOOD_256 = digest("sha256")
GOOD_384 = digest("sha384")
GOOD_512 = digest("sha512")
BAD_256 = digest("sha256", b"other")
BAD_512 = digest("sha512", b"other")


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ("", []),
        (" \t\n", []),
        ("sha256-YQ==", [("sha256", "YQ==")]),
        ("sha256-YQ==?ct=text/html?x", [("sha256", "YQ==")]),
        ("sha256-a-_b sha384-c\n\tsha512-d", [("sha256", "a+/b"), ("sha384", "c"), ("sha512", "d")]),
        ("sha256", [("sha256", "")]),
        ("sha256-", [("sha256", "")]),
        ("sha1-YQ== md5-YQ== SHA256-YQ== -YQ==", []),
        ("sha256-a sha256-a sha256-b", [("sha256", "a"), ("sha256", "b")]),
        ("sha256-a\xa0sha256-b", [("sha256", "a\xa0sha256+b")]),
    ],
)
def test_metadata_is_parsed_into_the_known_hash_expressions(metadata: str, expected: list[tuple[str, str]]) -> None:
    assert expected == parse_metadata(metadata)


@pytest.mark.parametrize(
    ("algorithms", "expected"),
    [
        ([], []),
        (["sha256"], [0]),
        (["sha256", "sha256"], [0, 1]),
        (["sha256", "sha512", "sha384"], [1]),
        (["sha512", "sha256", "sha512"], [0, 2]),
    ],
)
def test_only_the_strongest_algorithm_is_kept(algorithms: list[str], expected: list[int]) -> None:
    expressions = [HashExpression(algorithm, str(number)) for number, algorithm in enumerate(algorithms)]

    assert [expressions[number] for number in expected] == get_the_strongest_metadata(expressions)


@pytest.mark.parametrize(
    ("metadata_list", "expected"),
    [
        ("", True),
        ("sha1-AAAA", True),
        (GOOD_256, True),
        (GOOD_384, True),
        (GOOD_512, True),
        (BAD_256, False),
        ("sha256", False),
        (f"{BAD_256} {GOOD_256}", True),
        (f"{GOOD_256} {BAD_512}", False),
        (f"{BAD_256} {GOOD_512}", True),
        (f"{BAD_256} unknown-x", False),
        (GOOD_256.replace("+", "-").replace("/", "_"), True),
        (GOOD_256.rstrip("="), True),
        (f"{GOOD_256}?option", True),
    ],
)
def test_bytes_match_if_one_of_the_strongest_digests_is_theirs(metadata_list: str, expected: bool) -> None:
    assert expected == do_bytes_match_metadata_list(DATA, metadata_list)


@given(st.binary(max_size=40), st.sampled_from(["sha256", "sha384", "sha512"]))
def test_base64url_is_as_good_as_base64(data: bytes, algorithm: str) -> None:
    urlsafe = base64.urlsafe_b64encode(hashlib.new(algorithm, data).digest()).decode()

    assert do_bytes_match_metadata_list(data, digest(algorithm, data))
    assert do_bytes_match_metadata_list(data, f"{algorithm}-{urlsafe}")
    assert not do_bytes_match_metadata_list(data + b"x", digest(algorithm, data))


@pytest.mark.parametrize("metadata_list", ["sha256-a " * 111_111, "-" * 1_000_000, " " * 1_000_000, "?" * 1_000_000])
def test_a_megabyte_of_metadata_is_no_trouble(metadata_list: str) -> None:
    do_bytes_match_metadata_list(DATA, metadata_list)


ELEMENT_CASES = [
    # type, integrity, used? and if what is unknown is ignored
    ("basic", GOOD_256, True, True),
    ("cors", GOOD_256, True, True),
    ("default", GOOD_256, True, True),
    ("cors", BAD_256, False, False),
    ("opaque", GOOD_256, False, False),
    ("opaque", "", True, True),
    ("opaque", "md5-abc nonsense", False, True),
    ("opaque", f"md5-abc {GOOD_256}", False, False),
    ("opaqueredirect", GOOD_256, False, False),
    ("cors", "nonsense", True, True),
]


@pytest.mark.parametrize(("response_type", "integrity", "expected", "if_ignored"), ELEMENT_CASES)
def test_an_element_uses_what_matches_and_may_be_compared(
    response_type: str, integrity: str, expected: bool, if_ignored: bool
) -> None:
    assert expected == does_response_match_metadata_list(response_type, DATA, integrity)
    assert if_ignored == does_response_match_metadata_list(response_type, DATA, integrity, ignores_unknown=True)


def test_no_body_is_an_empty_one_to_an_element() -> None:
    assert does_response_match_metadata_list("cors", None, digest("sha256", b""))
