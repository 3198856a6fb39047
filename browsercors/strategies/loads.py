"""
Strategies for what pages load, open and send otherwise than by a fetch: images, scripts, event sources, beacons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from hypothesis import strategies as st

from browsercors.browser.load_arguments import LOADS, NEEDED
from browsercors.initiators.bodies.blob import Blob
from browsercors.policy.sessions import Load
from browsercors.strategies.arguments import chosen_from, strategy_or, when_drawn
from browsercors.strategies.requests import DEFAULT_URL, REFERRER_POLICIES
from browsercors.values.element_literals import ImageProperty, MediaElement
from browsercors.values.literals import LoadName

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from browsercors.values.literals import ReferrerPolicy

__all__ = ["loads"]

INITIATORS: Final[tuple[LoadName, ...]] = get_args(LoadName)
"""An image is the simplest."""

CROSSORIGINS: Final[tuple[str | None, ...]] = (None, "anonymous", "use-credentials", "", "USE-CREDENTIALS", "true")
"""None for no attribute; browsers take all texts but one for "anonymous"."""

TYPES: Final[Mapping[LoadName, tuple[str | None, ...]]] = {
    "script": (None, "module"),
    "import_module": (None, "json", "css"),
    "preload": ("", "image/png", "nothing"),
    "worker": (None, "module"),
    "shared_worker": (None, "module"),
}
OTHERS: Final[Mapping[str, tuple[Any, ...]]] = {
    "as_": ("fetch", "image", "script", "style", "font", "track", "document", "video", "nothing"),
    "css_property": (None, *get_args(ImageProperty)),
    "element": (None, *get_args(MediaElement)),
    "integrity": (None, "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "sha512-AAAA", "nonsense"),
    "nonce": (None, "r4nd0m"),
    "with_credentials": (None, True),
    "data": (None, "left the page", b"\0", Blob("{}", "application/json"), Blob("x", "text/plain")),
    "to": (None, "/there", "https://elsewhere.example/"),
}
"""What attributes are drawn from, the simplest first; the digest is that of nothing at all."""

IMAGE_SETS: Final = (" 1x", " 1280w", " 640w, /elsewhere 2x")
"""What follows the URL of an image in a `srcset`."""


def loads(
    urls: st.SearchStrategy[str] | None = None,
    *,
    initiators: Collection[LoadName] = INITIATORS,
    crossorigins: Collection[str | None] = CROSSORIGINS,
    referrer_policies: Collection[ReferrerPolicy] = REFERRER_POLICIES,
) -> st.SearchStrategy[Load]:
    """
    Draw loads that a page can begin: none of them throws. They shrink to an image without attributes.

    Args:
        urls: Where they go; `https://api.example.com/` by default.
        initiators: What loads: "image", "script", "import_module", "stylesheet", "font", "media", "track", "preload",
            "modulepreload", "prefetch", "manifest", "event_source", "beacon", "ping", "worker" or "shared_worker".
        crossorigins: The values of `crossorigin`, for those that have it; None for no attribute.
        referrer_policies: The values of `referrerpolicy`, for those that have it; "" for none.
    """

    def make() -> st.SearchStrategy[Load]:
        choices: dict[str, tuple[Any, ...]] = {
            "crossorigin": chosen_from("crossorigins", crossorigins, _Texts()),
            "referrer_policy": tuple(
                each or None for each in chosen_from("referrer_policies", referrer_policies, REFERRER_POLICIES)
            ),
            **OTHERS,
        }
        return _loads(
            strategy_or(lambda: st.just(DEFAULT_URL), "urls", urls),
            chosen_from("initiators", initiators, INITIATORS),
            choices,
        )

    return when_drawn(make)


@st.composite
def _loads(
    draw: st.DrawFn,
    urls: st.SearchStrategy[str],
    initiators: tuple[LoadName, ...],
    choices: Mapping[str, tuple[Any, ...]],
) -> Load:
    initiator = draw(st.sampled_from(initiators))
    url = draw(urls)
    given: dict[str, Any] = {}
    # NB: the shrinker takes what is drawn by fewer choices for simpler, whatever loads.
    if initiator in NEEDED:
        given[NEEDED[initiator]] = draw(st.sampled_from(choices[NEEDED[initiator]]))
    has_crossorigin = "crossorigin" in LOADS[initiator]
    if not draw(st.booleans()) and (None in choices["crossorigin"] or not has_crossorigin):
        return Load(initiator, url, **given)
    if has_crossorigin:
        given["crossorigin"] = draw(st.sampled_from(choices["crossorigin"]))
    if not draw(st.booleans()):
        return Load(initiator, url, **given)
    if initiator == "image" and given["crossorigin"] is None:
        css_property: Any = draw(st.sampled_from(choices["css_property"]))
        if css_property is not None:
            # NB: an image of a style sheet has no attributes.
            return Load(initiator, url, css_property=css_property)
    for name in LOADS[initiator]:
        if name == "type":
            given[name] = draw(st.sampled_from(TYPES[initiator]))
        elif name == "srcset":
            given[name] = draw(st.none() | st.sampled_from([url + each for each in IMAGE_SETS]))
        elif name in choices and name not in given and name != "css_property":
            given[name] = draw(st.sampled_from(choices[name]))
    return Load(initiator, url, **given)


class _Texts:
    """
    What `crossorigin` can be: any text, or None.
    """

    def __contains__(self, value: object) -> bool:
        return value is None or isinstance(value, str)

    def __iter__(self) -> Any:
        return iter(CROSSORIGINS)

    def __len__(self) -> int:
        return len(CROSSORIGINS)
