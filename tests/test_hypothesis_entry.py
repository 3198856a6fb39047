"""
Our types are known to hypothesis, and importing hypothesis loads nothing of ours.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from browsercors import Answer, Policy  # noqa: TC001 - hypothesis reads the annotations
from browsercors.hypothesis_entry import TYPES, register

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[1]


def run(program: str, site: Path) -> str:
    """
    Run *program* where this package is installed with the entry points of its pyproject.toml.
    """
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["hypothesis"]
    info = site / "a_browsercors_of_now-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: a-browsercors-of-now\nVersion: 1\n", "utf-8")
    lines = "".join(f"{name} = {target}\n" for name, target in declared.items())
    (info / "entry_points.txt").write_text(f"[hypothesis]\n{lines}", "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)])}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, cwd=site
    )
    return done.stdout


def test_importing_hypothesis_loads_nothing_of_ours_but_the_hook(tmp_path: Path) -> None:
    program = "import sys, hypothesis; print(*sorted(name for name in sys.modules if name.startswith('browsercors')))"

    assert "browsercors browsercors.hypothesis_entry\n" == run(program, tmp_path)


ORDERS = [
    "from browsercors import Policy; import hypothesis",
    "import hypothesis; from browsercors import Policy",
    "import hypothesis, browsercors.strategies; from browsercors.policy.policy import Policy",
]


@pytest.mark.parametrize("imports", ORDERS)
def test_types_are_known_in_whatever_order_things_are_imported(imports: str, tmp_path: Path) -> None:
    program = f"{imports}\nfrom hypothesis import find, strategies as st\n"
    program += "print(find(st.from_type(Policy), lambda _: True, settings=hypothesis.settings(database=None)))\n"

    assert "Policy(origins=('https://a.example',))\n" == run(program, tmp_path)


def test_importing_the_package_loads_no_hypothesis(tmp_path: Path) -> None:
    program = "import sys, browsercors; browsercors.Policy, browsercors.Browser; print('hypothesis' in sys.modules)"

    assert "False\n" == run(program, tmp_path)


@pytest.mark.parametrize("place", TYPES, ids=lambda place: place[1])
def test_every_type_is_drawn(place: tuple[str, str]) -> None:
    made = getattr(importlib.import_module(place[0]), place[1])
    register()

    @given(st.from_type(made))
    def draw(value: object) -> None:
        assert isinstance(value, made)

    draw()


@given(...)
def test_arguments_are_drawn_by_their_types(policy: Policy, answer: Answer) -> None:
    assert policy.origins
    assert answer.status
