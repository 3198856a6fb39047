"""
What a page, a server or a file wrote is never a template: no code of the package makes one of anything but literals.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import pytest

import browsercors

# NB: it reads the source, and runs none of it.
pytestmark = pytest.mark.untraced

PACKAGE: Final = Path(browsercors.__file__).parent
FILES: Final = sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py"))

# The one module that fills in templates.
TEMPLATES: Final = "explain/words/templates.py"

EXPECTED: Final = {
    TEMPLATES: ["string.Template and string.Formatter read their templates: use ours"],
    # What it compiles are the literals given to `compiled_late`.
    "values/expressions.py": ["a pattern is read: let it be a literal, or escape what is foreign"],
    # What an application's own routes and documents say of its parameters, on texts of a few characters.
    "policy/routes/example_values.py": ["a pattern is read: let it be a literal, or escape what is foreign"] * 2,
    "policy/routes/framework_routes.py": ["a pattern is read: let it be a literal, or escape what is foreign"],
    "policy/routes/route.py": ["a pattern is read: let it be a literal, or escape what is foreign"],
}
"""What the modules that are made for it do."""

# What is made of templates: their texts are arguments of these.
MAKERS: Final = {"Template", "Sentences"}
FILLERS: Final = {"format", "format_map", "vformat", "safe_substitute"}
EVALUATORS: Final = {"eval", "exec", "compile"}
REPLACERS: Final = {"sub", "subn"}
PATTERN_READERS: Final = {"compile", "match", "fullmatch", "search", "split", "findall", "finditer", *REPLACERS}


def problems_in(source: str) -> list[str]:
    """
    Return what *source* does that could take foreign text for a template, each with its line.
    """
    tree = ast.parse(source)
    constants = _constants(tree)
    functions = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}

    def is_literal(node: ast.expr) -> bool:
        """
        Whether *node* is made of literals alone, perhaps by way of names that this module gives to literals.
        """
        match node:
            case ast.Constant():
                return True
            case ast.Name():
                return node.id in constants
            case ast.BinOp(op=ast.Add()):
                return is_literal(node.left) and is_literal(node.right)
            case ast.JoinedStr():
                return all(is_literal(value) for value in node.values)
            case ast.FormattedValue():
                return is_literal(node.value)
        return False

    def is_escaped(node: ast.expr) -> bool:
        """
        Whether *node* is a pattern in which all that is no literal has gone through `re.escape`.
        """
        match node:
            case ast.JoinedStr():
                return all(is_escaped(value) for value in node.values)
            case ast.FormattedValue():
                return is_escaped(node.value)
            case ast.Call():
                return ast.unparse(node.func) == "re.escape"
        return is_literal(node)

    def problem(node: ast.AST) -> str:
        match node:
            case ast.Attribute(attr=name) if name in FILLERS:
                return f".{name} reads its template: use Template"
            case ast.ImportFrom(module="string") if {alias.name for alias in node.names} & {"Template", "Formatter"}:
                return "string.Template and string.Formatter read their templates: use ours"
            case ast.Attribute(value=ast.Name(id="string"), attr="Template" | "Formatter"):
                return "string.Template and string.Formatter read their templates: use ours"
            case ast.BinOp(op=ast.Mod()) if not _is_of_bytes_or_numbers(node):
                return "% reads its template: use an f-string or Template"
            case ast.AugAssign(op=ast.Mod()):
                return "%= reads its template: use an f-string or Template"
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=values)) if not all(map(is_literal, values)):
                return "a format specification is read: let it be a literal"
            case ast.Call(func=ast.Name(id=name)) if name in EVALUATORS:
                return f"{name} runs what it is given"
            case ast.Call(func=ast.Name(id=name)) if name in MAKERS:
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                if not all(map(is_literal, given)):
                    return f"{name} is made of something else than literals"
            case ast.keyword(arg="converter", value=ast.Name(id="Template")):
                return ""
            case ast.Call(func=ast.Attribute(attr=name)) if name in REPLACERS and node.args:
                is_of_module = ast.unparse(node.func).startswith("re.")
                replacement = node.args[1 if is_of_module else 0]
                is_called = isinstance(replacement, ast.Lambda) or (
                    isinstance(replacement, ast.Name) and replacement.id in functions
                )
                if not is_called and not is_literal(replacement):
                    return "a replacement is read for backslashes: let it be a literal or a function"
                if is_of_module and not is_escaped(node.args[0]):
                    return "a pattern is read: let it be a literal, or escape what is foreign"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name)) if name in PATTERN_READERS:
                if not is_escaped(node.args[0]):
                    return "a pattern is read: let it be a literal, or escape what is foreign"
        return ""

    return [f"line {getattr(node, 'lineno', 0)}: {told}" for node in ast.walk(tree) if (told := problem(node))]


def _constants(tree: ast.Module) -> set[str]:
    """
    Return the names that the module gives to literals, and never to anything else.
    """
    found = set()
    for node in tree.body:
        target: ast.expr | None = None
        value: ast.expr | None = None
        if isinstance(node, ast.AnnAssign):
            target, value = node.target, node.value
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
            found.add(target.id)
    given = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return {name for name in found if given.count(name) == 1}


def _is_of_bytes_or_numbers(node: ast.BinOp) -> bool:
    """
    Whether a `%` has a literal of bytes as its template, or is a remainder: of a division by a number or a length.
    """
    if isinstance(node.left, ast.Constant):
        return isinstance(node.left.value, (bytes, int))
    match node.right:
        case ast.Constant(value=int()):
            return True
        case ast.Call(func=ast.Name(id="len")):
            return True
    return False


@pytest.mark.parametrize("file", FILES)
def test_no_code_takes_foreign_text_for_a_template(file: str) -> None:
    expected = EXPECTED.get(file, [])

    assert expected == [told.partition(": ")[2] for told in problems_in((PACKAGE / file).read_text("utf-8"))]


WRONG = [
    'x = "{}".format(y)',
    "x = y.format(z)",
    "x = map(y.format, z)",
    "x = y.format_map(z)",
    "from string import Template",
    "import string\nx = string.Template(y)",
    'x = "%s" % y',
    "x = y % z",
    "x = y % (1,)",
    "y %= z",
    'x = f"{y:{z}}"',
    "x = eval(y)",
    "x = Template(y)",
    'x = Template(f"{y}")',
    'x = "a"\nx = y\nz = Template(x)',
    'x = Sentences("a", y)',
    'x = Sentences("a", requirement=y)',
    "x = A.sub(y, z)",
    'x = re.sub("a", y, z)',
    'x = re.sub(y, "a", z)',
    "x = re.compile(y)",
    'x = re.match(f"a{y}", z)',
]


@pytest.mark.parametrize("source", WRONG)
def test_what_could_read_foreign_text_is_found(source: str) -> None:
    assert problems_in(source) != []


RIGHT = [
    'x = f"{y} {z!r:>8}"',
    'x = b"%d" % y',
    "x = y % 4",
    "x = y % len(z)",
    'X = "{a}"\ny = Template(X)',
    'y = Template("{a} "\n "{b}")',
    'y = Template("a" + "b")',
    'x = A.sub("", y)',
    "x = A.sub(lambda match: match[0], y)",
    "def f(match): ...\nx = A.sub(f, y)",
    'X = "a"\nx = re.compile(rf"{X}b")',
    'x = re.compile(rf"{re.escape(y)}b")',
]


@pytest.mark.parametrize("source", RIGHT)
def test_what_reads_literals_alone_is_let_be(source: str) -> None:
    assert [] == problems_in(source)
