"""
What WebKit's elements load. It keeps no opaque responses from them.

Read in `CachedImage.cpp` and `CachedCSSStyleSheet.cpp`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from browsercors.rules.elements.elements import NEEDS_OK_STATUS, ElementRules
from browsercors.values.formats.mime_groups import JAVASCRIPT, JSON, TypeGroup

__all__ = ["WEBKIT_ELEMENTS"]

WEBKIT_ELEMENTS: Final = ElementRules(
    media_takes_codings=False,
    sheets_fail_with_nested_imports=False,
    media_needs_content_range=False,
    needs_ok_status=NEEDS_OK_STATUS | {"track"},
    module_types=MappingProxyType({"script": JAVASCRIPT, "json": JSON}),
    other_decoders=TypeGroup(frozenset({"application/pdf", "text/pdf"})),
    integrity_policy=frozenset({"script"}),
)
