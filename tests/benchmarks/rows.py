"""What a benchmark tells: rows of *what, against what, measured, target*. `run.py` collects them into one table."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
QUICK = bool(os.environ.get("BENCH_QUICK"))
REPEATS = int(os.environ.get("BENCH_REPEATS", "1" if QUICK else "5"))
MARK = "row: "


@dataclass(frozen=True)
class Row:
    """One number, and the most it may be if something is promised about it.

    `unit` is `×` for a ratio, else `s`, `MB` or empty; `detail` shows the numbers behind.
    """

    what: str
    against: str
    measured: float
    target: float | None = None
    unit: str = "×"
    detail: str = ""

    @property
    def verdict(self) -> str:
        """Whether the number is within the target, in a word; empty without one, or at sizes of no promise."""
        if self.target is None or QUICK:
            return ""
        return "holds" if self.measured <= self.target else "MISSED"


def tell(row: Row) -> None:
    """Print the row for people and, when `run.py` listens, for it too."""
    limit = "" if row.target is None else f"(target ≤ {row.target:g}) {row.verdict}"
    print(f"{row.what}, {row.against}: {number(row.measured)} {row.unit} {limit}".rstrip())
    print(f"   {row.detail}", flush=True)
    if os.environ.get("BENCH_ROWS"):
        print(MARK + json.dumps(asdict(row)), flush=True)


def rows_of(output: str) -> list[Row]:
    """The rows a benchmark has printed."""
    return [Row(**json.loads(line.removeprefix(MARK))) for line in output.splitlines() if line.startswith(MARK)]


def number(value: float) -> str:
    """Two decimals for small numbers, none for large ones."""
    return f"{value:.2f}" if abs(value) < 10 else f"{value:,.0f}"


def ratio(ours: Sequence[float], bare: Sequence[float]) -> float:
    """Median of the ratios of runs made side by side: what slows the machine down slows both."""
    return statistics.median(one / other for one, other in zip(ours, bare, strict=True))


def spread(name: str, values: Sequence[float], unit: str = "s") -> str:
    """The median with the least and the most."""
    least, most = number(min(values)), number(max(values))
    return f"{name} {number(statistics.median(values))} {unit} ({least}–{most})"


def child(*words: str, **variables: str) -> dict[str, Any]:
    """Run a benchmark script's own sub-command in a fresh process; the JSON object of its last line."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path} | variables
    done = subprocess.run([sys.executable, *words], env=environment, stdout=subprocess.PIPE, check=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
