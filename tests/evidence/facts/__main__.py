"""
Write the facts into `spec_notes/profiles.md`: `python -m tests.evidence.facts`.

Find the scenarios that show a departure: `python -m tests.evidence.facts BROWSER FIELD [TRANSPORT]`.
"""

from __future__ import annotations

import sys

from tests.evidence.facts.evidence import recording, shows
from tests.evidence.facts.page import PAGE, with_tables

if __name__ == "__main__":
    if len(sys.argv) == 1:
        PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
    else:
        browser, field, transport = (*sys.argv[1:], "localhost")[:3]
        for observation in recording(browser, transport).observations:
            if shows(observation, browser, field, transport):
                print(observation.id)
