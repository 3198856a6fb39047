"""
Products as topics: what a response of each shows, and what to change there; and what of a response people paste.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.explain.causes.describe import described
from browsercors.explain.causes.hosts import platform_of
from browsercors.explain.causes.sign import ACAO
from browsercors.explain.causes.table import SIGNS
from browsercors.explain.causes.unsigned import UNSIGNED
from browsercors.explain.words.causes import known_as, who_answered
from browsercors.pasted.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from browsercors.explain.causes.sign import Sign
    from browsercors.explain.causes.unsigned import UnsignedProduct
    from browsercors.values.urls import URL

__all__ = ["PRODUCT_TOPICS", "SIGN_TOPICS", "signs_said_in", "told_by_host"]

NOT_OF_NAMES: Final = re.compile(r"[^a-z0-9.+#]+")
SHORTEST: Final = 12
"""Fewer letters than this are everybody's words."""


def _slug(product: str) -> str:
    return NOT_OF_NAMES.sub("-", product.casefold()).strip("-")


def _aliases(product: str) -> tuple[str, ...]:
    """
    Return what else people write for the name of a product.
    """
    written = {product.casefold(), _slug(product).replace(".", ""), _slug(product).replace("-", "")}
    return tuple(sorted(written - {_slug(product)}))


def _product_topics() -> Iterable[Topic]:
    rows: dict[str, list[Sign]] = {}
    unsigned: dict[str, UnsignedProduct] = {}
    names: dict[str, str] = {}
    for sign in SIGNS:
        for product in sign.products:
            rows.setdefault(_slug(product), []).append(sign)
            names.setdefault(_slug(product), product)
    for each in UNSIGNED:
        for product in each.products:
            unsigned.setdefault(_slug(product), each)
            names.setdefault(_slug(product), product)
    for slug, product in names.items():
        known = unsigned.get(slug)
        shows = f"What a response shows of {product}, and what to change there."
        if known is not None:
            by_name = "" if slug in rows else f"{product} cannot be told from others by a response. "
            shows = f"{by_name}{known.meaning}"
        yield Topic(
            name=slug,
            meaning=shows,
            remedy="" if known is None else known.remedy,
            source="" if known is None else f"{known_as(known.sure)} ({known.source})",
            codes=("allow-origin-missing", "preflight-status-not-ok") if slug in rows else (),
            aliases=_aliases(product),
            signs=tuple(rows.get(slug, ())),
        )


def _sign_topic(sign: Sign) -> Topic:
    return Topic(
        name=sign.code,
        meaning=f"{who_answered(sign.who, sign.sure)}: {sign.meaning} It is known by {described(sign)}",
        remedy=sign.remedy,
        source=f"{known_as(sign.sure)} ({sign.source})",
    )


PRODUCT_TOPICS: Final = {topic.name: topic for topic in _product_topics()}
"""A topic for each product of the table of causes, by name."""

SIGN_TOPICS: Final = {sign.code: _sign_topic(sign) for sign in SIGNS}
"""A topic for each row of the table of causes, by the code that reports show."""


def signs_said_in(text: str) -> tuple[Sign, ...]:
    """
    Return the rows whose words stand in a text, as in the body of a response that somebody pasted.

    A row that asks for headers or a host beside the words is left out.
    """
    said = text.encode("utf-8", "replace")
    return tuple(sign for sign in SAID if _is_said(sign, said))


def _is_said(sign: Sign, said: bytes) -> bool:
    words = (sign.begins, sign.reason.encode())
    return all(part in said for part in words) and (not sign.body or any(part in said for part in sign.body))


SAID: Final = tuple(
    sign
    for sign in SIGNS
    if not (sign.headers or sign.exactly or sign.host)
    and max(len(sign.begins), len(sign.reason), *(len(part) for part in sign.body or (b"",))) >= SHORTEST
)
"""The rows that words alone show."""


def told_by_host(url: URL, *, is_preflight: bool, failed: Collection[str]) -> tuple[str, ...]:
    """
    Return what the host of a request tells where the response is not known: rows of the table, then the product.

    Args:
        url: What was asked for.
        is_preflight: Whether it was a preflight that failed.
        failed: The codes of the reasons that it may have failed for.

    Returns:
        The codes of rows that need nothing but the host and a missing header, and the name of the product's topic.
    """
    when = "preflight" if is_preflight else "request"
    told = [
        sign.code
        for sign in BY_HOST
        if sign.is_at(url.host, url.path)
        and sign.when in {when, "any"}
        and (not sign.failed or not set(sign.failed).isdisjoint(failed))
        and (bool(sign.failed) or ACAO not in sign.without or "allow-origin-missing" in failed)
    ]
    product = platform_of(url.host, url.path, url.port)
    return (*told, *([_slug(product)] if product else ()))


BY_HOST: Final = tuple(
    sign
    for sign in SIGNS
    if sign.host
    and not (sign.body or sign.begins or sign.reason or sign.headers or sign.exactly or sign.location or sign.is_empty)
    and (not sign.status or 200 in sign.status)
)
"""The rows that ask for a host and no response of a certain kind, but that it lacks the header or was refused."""
