"""What a flow loads before it does anything: a cold start must not wait for libraries that only later steps need."""

import json
import subprocess
import sys

FLOWS = ["publish", "reconcile", "measure", "report", "engage", "tidy", "evergreen", "boost", "onboard"]
LATER = {"PIL", "altair", "asyncpg", "dateparser", "deltalake", "fastapi", "pandas", "pyarrow", "uvicorn", "vl_convert"}
# Prefect itself takes most of the time and is the same for all: each flow is loaded in a fork of one process.
SCRIPT = f"""
import importlib, json, os, sys
import prefect
from prefect import flow
for name in {FLOWS!r}:
    told, tell = os.pipe()
    if os.fork() == 0:
        importlib.import_module("flows." + name)
        os.write(tell, json.dumps(sorted({LATER!r} & sys.modules.keys())).encode())
        os._exit(0)
    os.close(tell)
    print(json.dumps([name, json.loads(os.read(told, 4096) or b'["the import failed"]')]))
    os.wait()
"""


def test_flows_load_only_what_they_start_with() -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True, text=True, timeout=120)
    loaded = dict(json.loads(line) for line in ran.stdout.splitlines())
    assert loaded == {name: [] for name in FLOWS}, ran.stderr
