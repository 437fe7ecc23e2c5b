"""The size budget: what keeps every file readable in one sitting. `make lint` runs this file on its own."""

import ast
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("flows", "tasks", "blocks", "server", "pipeline", "social")
BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.comprehension, ast.match_case)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Measured:
    where: str
    lines: int
    branches: int
    returns: bool


def sources() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def functions(path: Path) -> Iterator[Measured]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield measure(node, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")


def measure(node: Function, where: str) -> Measured:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
    branches = sum(isinstance(inner, BRANCHES) for inner in ast.walk(node))
    return Measured(where, lines, branches, node.returns is not None)


def percentile(values: list[int], share: float) -> int:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def over(limit: int, found: dict[str, int]) -> dict[str, int]:
    return {where: size for where, size in found.items() if size > limit}


def test_files_stay_short() -> None:
    sizes = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 1
    }
    assert over(400, sizes) == {}, "split by noun"
    assert statistics.median(sizes.values()) <= 120
    assert percentile(list(sizes.values()), 0.95) <= 300


def test_functions_stay_short() -> None:
    found = [function for path in sources() for function in functions(path)]
    sizes = {function.where: function.lines for function in found}
    assert over(50, sizes) == {}, "take a step out into a function of its own"
    assert statistics.median(sizes.values()) <= 7
    assert percentile(list(sizes.values()), 0.95) <= 30


def test_functions_have_few_branches() -> None:
    found = [function for path in sources() for function in functions(path)]
    branches = {function.where: function.branches for function in found}
    assert over(10, branches) == {}, "turn cases into a table"
    assert statistics.median(branches.values()) <= 2


def test_functions_say_what_they_return() -> None:
    assert [f.where for path in sources() for f in functions(path) if not f.returns] == []


def test_comments_are_few() -> None:
    lines = [line.strip() for path in sources() for line in path.read_text(encoding="utf-8").splitlines()]
    share = sum(line.startswith("#") for line in lines) / len(lines)
    assert share <= 0.05, "a comment says why a line is not the obvious one, nothing else"


def test_nothing_points_at_this_machine() -> None:
    hosts = ["pypi" + ".org", "python" + "hosted", "npmjs" + ".org", "deb.debian" + ".org", "/wo" + "rk/"]
    patterns = ("*.md", "*.toml", "*.yaml", "*.txt", "Makefile")
    suspects = [path for pattern in patterns for path in ROOT.glob(pattern)]
    suspects += [*sources(), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.py")]
    found = [(str(path), host) for path in suspects for host in hosts if host in path.read_text(encoding="utf-8")]
    assert found == []
