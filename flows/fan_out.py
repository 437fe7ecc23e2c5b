"""One campaign → a flow run for each of many profiles, on as many machines as have workers."""

from collections import Counter
from typing import Annotated

from prefect import flow
from pydantic import Field

from pipeline.campaign import Campaign
from tasks.artifacts import show_table
from tasks.shards import all_shards
from tasks.states import ended

EMPTY = Campaign()
WELL = frozenset({"Completed"})


@flow(name="fan-out", flow_run_name="fan out: {campaign.name}")
async def fan_out(
    campaign: Campaign = EMPTY,
    profiles: list[str] | None = None,
    at_once: Annotated[int, Field(ge=1, le=500)] = 20,
    dry_run: bool = False,
    *,
    deployment: str = "publish/shard",
) -> str:
    """Publish one campaign for many profiles, each as a flow run of its own; one that fails stops no other.

    Args:
        campaign: Which sources go where, how it is said and when. Each profile's posts are kept under NAME-PROFILE.
        profiles: Names of Dovecote Social API blocks, one for each profile (`onboard` makes them).
        at_once: So many runs at the same time; how many really run is up to the workers.
        dry_run: Show what would be posted; send and record nothing.
        deployment: Deployment of publish that does it, without a concurrency limit of its own.
    """
    names = list(dict.fromkeys(profiles or []))
    if not names:
        raise ValueError("profiles is empty: name the Dovecote Social API blocks of the profiles to post for")
    ends = await all_shards(campaign, names, deployment, at_once=at_once, dry_run=dry_run)
    rows = []
    for profile, end in ends.items():
        run, state, message = ("", "NotStarted", str(end)) if isinstance(end, BaseException) else end
        rows.append({"profile": profile, "run": run, "state": state, "said": message})
    counted = Counter(row["state"] for row in rows)
    headline = ", ".join(f"{count} {state}" for state, count in counted.items())
    await show_table(f"fan-out-{campaign.name}", rows, headline)
    return ended(headline, headline, troubles=not set(counted) <= WELL)
