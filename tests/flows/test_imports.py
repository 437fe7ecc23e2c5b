"""What a flow loads before it does anything: a cold start must not wait for libraries that only later steps need."""

import subprocess
import sys

import pytest

LATER = {"PIL", "altair", "asyncpg", "dateparser", "deltalake", "fastapi", "pandas", "pyarrow", "uvicorn", "vl_convert"}


@pytest.mark.parametrize("flow", ["publish", "reconcile", "measure", "report", "engage", "tidy"])
def test_flows_load_only_what_they_start_with(flow: str) -> None:
    script = f"import flows.{flow}, sys; print(*sorted({LATER!r} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout.split()
    assert loaded == []
