"""Real flow processes that start at once: everything is imported here, and each flow runs in a fork.

Run as a script, with the name of the blocks that the flows use. On stdin `start <campaign as JSON>`, null for
reconciling, or `wait <process>`; on stdout the process, or how it ended.
"""

import asyncio
import json
import os
import signal
import sys
import traceback

from flows.publish import publish
from flows.reconcile import reconcile
from pipeline.campaign import Campaign

LONGEST = 90
"""Seconds after which a flow that hangs ends itself."""


def run(told: str) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.alarm(LONGEST)
        campaign, names = json.loads(told), {"api": sys.argv[1], "ledger": sys.argv[1]}
        asyncio.run(publish(Campaign(**campaign), **names) if campaign else reconcile(**names))
        code = 0
    except Exception:  # noqa: BLE001 -- told in the log, and by the code it ends with
        traceback.print_exc()
    finally:
        os._exit(code)


def main() -> None:
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        said = run(rest) if word == "start" else os.waitstatus_to_exitcode(os.waitpid(int(rest), 0)[1])
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
