"""Put all that Dovecote brings into a Prefect server: blocks, pool, deployments, alerts. `python -m flows.furnish`.

Acts on the server that PREFECT_API_URL names. Doing it again changes nothing.
"""

import contextlib
import io
import os
import sys

from prefect.cli import app

from flows import alerts
from flows.serve import POOL, ROOT

AUTOMATION = "dovecote-zombie-runs"


def prefect(*words: str) -> int:
    """Run one of Prefect's commands in this process, which has loaded Prefect already; its exit status."""
    sys.argv = ["prefect", "--no-prompt", *words]
    try:
        app()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def must(*words: str) -> None:
    """Run one of Prefect's commands. Raises SystemExit with its exit status when it fails."""
    if status := prefect(*words):
        print(f"'prefect {' '.join(words)}' failed with status {status}; what it said is above.", file=sys.stderr)  # noqa: T201
        raise SystemExit(status)


def known(automation: str) -> bool:
    """Whether the server has an automation of this name."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return prefect("automation", "inspect", automation) == 0


def main() -> None:
    """Furnish the server."""
    os.chdir(ROOT)
    must("block", "register", "-m", "blocks")
    must("work-pool", "create", POOL, "--type", "process", "--overwrite")
    must("deploy", "--all", "--prefect-file", "deployments.yaml")
    # Creating is not idempotent: a second one of the same name would act twice.
    if not known(AUTOMATION):
        must("automation", "create", "--from-file", "automations.yaml")
    alerts.main()


if __name__ == "__main__":
    main()
