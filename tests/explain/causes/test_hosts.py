"""
What the host of a URL tells: where to look, and no more than that.
"""

from __future__ import annotations

import pytest

from browsercors.explain.causes.hosts import AMAZON, PATHS, PLATFORMS, PORTS, platform_of
from browsercors.pasted.topics import topic_named

HOSTS = [
    ("https://x.fly.dev/", "Fly.io"),
    ("https://fly.dev./", "Fly.io"),
    ("https://X.VERCEL.APP/", "Vercel"),
    ("https://bucket.s3.eu-west-1.amazonaws.com/k", "Amazon S3"),
    ("https://s3-eu-west-1.amazonaws.com/bucket/k", "Amazon S3"),
    ("https://abc.execute-api.eu-west-1.amazonaws.com/dev", "API Gateway"),
    ("https://abc.lambda-url.eu-west-1.on.aws/", "Lambda"),
    ("https://sqs.eu-west-1.amazonaws.com/", ""),
    ("https://notfly.dev/", ""),
    ("https://fly.dev.example.com/", ""),
    ("https://api.example.com/fly.dev", ""),
]


@pytest.mark.parametrize(("url", "product"), HOSTS, ids=[url for url, _ in HOSTS])
def test_a_platform_is_known_by_its_domain_and_subdomains(url: str, product: str) -> None:
    assert product == platform_of(url.split("/")[2])


@pytest.mark.parametrize(("part", "product"), PATHS, ids=[part for part, _ in PATHS])
def test_a_path_that_one_product_has_tells_it(part: str, product: str) -> None:
    assert product == platform_of("api.example.com", f"/a{part}b")
    assert not platform_of("api.example.com", part.replace("/", "-"))


@pytest.mark.parametrize(("port", "product"), PORTS, ids=[str(port) for port, _ in PORTS])
def test_a_port_tells_only_where_nothing_else_does(port: int, product: str) -> None:
    assert product == platform_of("localhost", "/", port)
    assert "Vercel" == platform_of("x.vercel.app", "/", port)


@pytest.mark.parametrize("product", sorted({row[1] for row in (*PLATFORMS, *PATHS, *PORTS, *AMAZON)}))
def test_each_product_can_be_looked_up(product: str) -> None:
    assert topic_named(product) is not None
