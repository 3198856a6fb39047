"""
The words for what elements load: there are some for every way to load, and they are written as pages write it.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors.explain.words.loads import LOADS, element_of, load_words, markup, thing_of
from browsercors.initiators.elements.load import ELEMENTS
from browsercors.initiators.page_call import PageCall


def call(api: Any, **options: Any) -> PageCall:
    return PageCall(api, "/", "GET", None, None, options)


def test_every_way_to_load_has_words() -> None:
    assert set(ELEMENTS) == set(LOADS)


def test_a_script_that_asks_for_data_loads_nothing() -> None:
    assert [("", None)] * 2 == [(element_of(each), load_words(each)) for each in (call("fetch"), None)]


WRITTEN = [
    (call("image"), "image", "<img>"),
    (call("image", crossorigin=""), "image", '<img crossorigin="">'),
    (call("css-image", css_property="mask-image"), "image", "mask-image: url(...)"),
    (call("script", integrity="sha256-x"), "script", '<script integrity="sha256-x">'),
    (call("module"), "module", '<script type="module">'),
    (call("module", referrer=None), "module", "import ..."),
    (call("module", kind="json", referrer=None), "JSON module", 'import ... with { type: "json" }'),
    (call("module", kind="style", referrer=None), "CSS module", 'import ... with { type: "css" }'),
    (call("module", is_specifier=True), "module", "import(...)"),
    (call("module", kind="json", is_specifier=True), "JSON module", 'import(..., { with: { type: "json" } })'),
    (call("stylesheet"), "style sheet", '<link rel="stylesheet">'),
    (call("css-import"), "style sheet", "@import url(...)"),
    (call("font"), "font", "@font-face { src: url(...) }"),
    (call("media", element="audio"), "audio", "<audio>"),
    (call("media", crossorigin="anonymous"), "video", '<video crossorigin="anonymous">'),
    (call("track", crossorigin="anonymous"), "track", '<track> in <video crossorigin="anonymous">'),
    (call("preload", as_="style"), "style sheet", '<link rel="preload" as="style">'),
    (call("preload", as_="nonsense"), "resource", '<link rel="preload" as="nonsense">'),
    (call("modulepreload"), "module", '<link rel="modulepreload">'),
    (call("prefetch"), "resource", '<link rel="prefetch">'),
    (call("manifest"), "manifest", '<link rel="manifest">'),
]


@pytest.mark.parametrize(("load", "thing", "written"), WRITTEN, ids=[row[2] for row in WRITTEN])
def test_a_load_is_called(load: PageCall, thing: str, written: str) -> None:
    assert (thing, written) == (thing_of(load), markup(load))


def test_an_attribute_is_written_as_it_would_be() -> None:
    image = call("image", crossorigin="use-credentials")

    assert '<img crossorigin="anonymous">' == markup(image, crossorigin="anonymous")
    assert "<img>" == markup(image, crossorigin=None)
