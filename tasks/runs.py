"""Which run this is: its id for batches of the lake and rows of the ledger, its name for people."""

import uuid
from pathlib import Path

from prefect.runtime import flow_run

from pipeline.campaign import Campaign


def run_id() -> str:
    """The flow run's id; a later try of the same flow run has its own, since it reads and sends anew."""
    tries = flow_run.run_count or 0
    own = flow_run.id or uuid.uuid4().hex
    return f"{own}-{tries}" if tries > 1 else own


def name_of_publish() -> str:
    """What a run of `publish` does, by its parameters: `publish: blog → 5 networks`, `plan: …` when it is dry."""
    given = flow_run.parameters
    verb = "plan" if given.get("dry_run") else "publish"
    if plan := given.get("plan"):
        return f"{verb}: {Path(plan).name}"
    # Run by a deployment, the parameters are as they were stored.
    campaign = Campaign.model_validate(given.get("campaign") or {})
    count = len(campaign.platforms)
    return f"{verb}: {campaign.name} → {f'{count} networks' if count != 1 else campaign.platforms[0]}"
