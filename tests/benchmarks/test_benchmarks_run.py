"""The benchmarks still run. Those that need a Prefect server are left to `make bench`."""

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).with_name("run.py")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, RUN, *words], capture_output=True, check=False, text=True)


def test_cheap_benchmarks_fill_the_table() -> None:
    done = run("--quick", "compose", "feeds", "lake", "sheets")
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert len(rows) == 7
    for row, target in zip(rows[2:], ("", "≤ 0.5 ×", "≤ 1.5 ×", "≤ 5 s", "≤ 1.5 ×"), strict=True):
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert float(cells[2].split()[0]) > 0
        assert cells[3] == target


def test_unknown_benchmark_is_named() -> None:
    done = run("spaceflight")
    assert done.returncode == 2
    assert "no benchmark spaceflight" in done.stderr
