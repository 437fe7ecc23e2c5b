"""Which run this is, for batches of the lake and rows of the ledger."""

import uuid

from prefect.runtime import flow_run


def run_id() -> str:
    """The flow run's id; a later try of the same flow run has its own, since it reads and sends anew."""
    tries = flow_run.run_count or 0
    own = flow_run.id or uuid.uuid4().hex
    return f"{own}-{tries}" if tries > 1 else own
