"""
What makes many runs of the command quick: the Public Suffix List is read once.
"""

from __future__ import annotations

import publicsuffixlist
import pytest

LIST = publicsuffixlist.PublicSuffixList()


@pytest.fixture(autouse=True)
def _one_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publicsuffixlist, "PublicSuffixList", lambda *_: LIST)
