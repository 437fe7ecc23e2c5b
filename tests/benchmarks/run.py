"""Every benchmark, each in its own process, and one table: `make bench`.

A benchmark compares ours with the bare library in the same run: ratios travel between machines, seconds do not. Exits
with 0 whether or not the targets hold, since a busy machine is no fault of the code; with 1 when a benchmark crashed.
"""

import argparse
import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

from rows import MARK, QUICK, Row, number, rows_of

HERE = Path(__file__).parent
NAMES = [path.stem.removeprefix("bench_") for path in sorted(HERE.glob("bench_*.py"))]


def measured(name: str) -> list[Row] | None:
    """The rows of one benchmark, None when it crashed. What it says is passed on as it comes."""
    path = os.pathsep.join([str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, str(HERE / f"bench_{name}.py")]
    told = ""
    environment = os.environ | {"PYTHONPATH": path, "BENCH_ROWS": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stdout or ():
                told += line
                if not line.startswith(MARK):
                    print(line, end="", flush=True)
        except KeyboardInterrupt:
            # It then stops the servers it has started.
            process.terminate()
            raise
    return rows_of(told) if process.returncode == 0 else None


def table(rows: list[Row]) -> str:
    """The rows as a table that reads well as text and as Markdown."""
    lines = [["what", "against", "measured", "target", ""]]
    for row in rows:
        unit = f" {row.unit}".rstrip()
        target = "" if row.target is None else f"≤ {row.target:g}{unit}"
        lines.append([row.what, row.against, f"{number(row.measured)}{unit}", target, row.verdict])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def machine() -> str:
    """What the numbers were measured on."""
    load = os.getloadavg()[0]
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}, load {load:.1f}"


def main() -> int:
    """Run, and print the table; exit code 1 when a benchmark crashed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(NAMES)}; empty: all")
    parser.add_argument("--quick", action="store_true", help="small sizes, one repeat: shows that they run")
    given = parser.parse_args()
    if unknown := set(given.names) - set(NAMES):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    if given.quick and not QUICK:
        # The sizes are read from it on import, here and in every child.
        return subprocess.run(
            [sys.executable, *sys.argv], env=os.environ | {"BENCH_QUICK": "1"}, check=False
        ).returncode
    rows: list[Row] = []
    crashed = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"{machine()}\n")
    for name in given.names or NAMES:
        found = measured(name)
        rows += found or []
        crashed += [name] if found is None else []
    print(f"\n{table(rows)}")
    for name in crashed:
        print(f"\nThe benchmark {name} crashed; its message is above.")
    return int(bool(crashed))


if __name__ == "__main__":
    sys.exit(main())
