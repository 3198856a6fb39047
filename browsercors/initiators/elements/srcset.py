"""
Which image of a `srcset` is loaded.

https://html.spec.whatwg.org/#select-an-image-source
"""

from __future__ import annotations

from typing import Final, NamedTuple

from browsercors.initiators.header_guard import FetchTypeError
from browsercors.values.expressions import compiled_late

__all__ = ["ImageCandidate", "parse_a_srcset_attribute", "select_an_image_source"]

VIEWPORT_WIDTH: Final = 1280
"""The width of the page, in CSS pixels, which is what an image is as wide as without `sizes`."""

URL = compiled_late(r"[ \t\n\f\r,]*+([^ \t\n\f\r]++)")
SIGN = compiled_late(r"[(),]")
DESCRIPTOR = compiled_late(r"(?:([0-9]+)w|([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)x)\Z")


class ImageCandidate(NamedTuple):
    """
    One image of a source set.

    Attributes:
        url: As the page gives it.
        density: How many of its pixels a CSS pixel has.
    """

    url: str
    density: float


def parse_a_srcset_attribute(text: str) -> list[ImageCandidate]:
    """
    Parse a `srcset` (https://html.spec.whatwg.org/#parse-a-srcset-attribute); what is malformed is left out.
    """
    candidates: list[ImageCandidate] = []
    place = 0
    while match := URL.match(text, place):
        # 6.-8. The URL ends at white space; a comma at its end ends the candidate.
        url, place = match[1], match.end()
        descriptors = ""
        if url.endswith(","):
            url = url.rstrip(",")
        else:
            end = _end_of_descriptors(text, place)
            descriptors, place = text[place:end], end + 1
        density = _density(descriptors.split())
        if density is not None:
            candidates.append(ImageCandidate(url, density))
    return candidates


def _end_of_descriptors(text: str, place: int) -> int:
    """
    Return where the first comma behind *place* is that stands in no parentheses; the end of *text* if there is none.
    """
    depth = 0
    for match in SIGN.finditer(text, place):
        if match[0] == "," and depth == 0:
            return match.start()
        depth += (match[0] == "(") - (match[0] == ")" and depth > 0)
    return len(text)


def _density(descriptors: list[str]) -> float | None:
    """
    Return the density that the descriptors of a candidate say; None if they are malformed.
    """
    if not descriptors:
        return 1.0
    # NB: a height is allowed beside a width, and ignored.
    wanted = [each for each in descriptors if not (len(descriptors) == 2 and each.endswith("h"))]
    match = DESCRIPTOR.match(wanted[0]) if len(wanted) == 1 else None
    if match is None:
        return None
    width, density = match.groups()
    if width is None:
        return float(density)
    # NB: as a float, since Python reads no integer of thousands of digits.
    return float(width) / VIEWPORT_WIDTH if float(width) else None


def select_an_image_source(src: str, srcset: str) -> str:
    """
    Return the URL of the image that is loaded on a screen with one pixel to a CSS pixel.

    NB: HTML leaves the choice to the browser; all take the image whose density is nearest above, else the densest.

    Args:
        src: The `src` attribute, which counts as an image of density 1; empty for none.
        srcset: The `srcset` attribute.

    Raises:
        FetchTypeError: There is no image to choose.
    """
    candidates = parse_a_srcset_attribute(srcset)
    if src and not any(candidate.density == 1 for candidate in candidates):
        candidates.append(ImageCandidate(src, 1.0))
    if not candidates:
        raise FetchTypeError(f"srcset has to name images such as 'small.png 1x, large.png 2x', not {srcset!r}")
    ordered = sorted(candidates, key=lambda candidate: candidate.density)
    return next((candidate for candidate in ordered if candidate.density >= 1), ordered[-1]).url
