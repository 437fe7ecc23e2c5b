"""One campaign for many profiles: a flow run for each, on whatever machine has a worker, one at a time a profile."""

import asyncio
from collections.abc import Sequence

from prefect import task
from prefect.client.orchestration import get_client
from prefect.concurrency.asyncio import concurrency
from prefect.deployments.flow_runs import arun_deployment

from pipeline.campaign import Campaign
from tasks.policies import LOCAL

POLL_SECONDS = 2.0


@task(name="shard", task_run_name="shard-{profile}", **LOCAL)
async def shard(campaign: Campaign, profile: str, deployment: str, *, dry_run: bool) -> tuple[str, str, str]:
    """Publish for one profile and wait for the end: the run's name, the state's name and message.

    A global concurrency limit of one for the profile lets no two runs of it go at once, whoever started them.
    """
    limit = f"dovecote-profile-{profile}"
    async with get_client() as client:
        await client.upsert_global_concurrency_limit_by_name(limit, 1)
    own = campaign.model_copy(update={"name": f"{campaign.name}-{profile}"[:64]})
    async with concurrency(limit, strict=True):
        run = await arun_deployment(
            deployment,
            parameters={"campaign": own.model_dump(mode="json", by_alias=True), "api": profile, "dry_run": dry_run},
            flow_run_name=f"publish: {campaign.name} for {profile}",
            poll_interval=POLL_SECONDS,
        )
    state = run.state
    return run.name, state.name if state and state.name else "unknown", (state.message or "") if state else ""


async def all_shards(
    campaign: Campaign, profiles: Sequence[str], deployment: str, *, at_once: int, dry_run: bool
) -> dict[str, tuple[str, str, str] | BaseException]:
    """Publish for every profile, so many at once; one that fails stops no other. By profile how it ended."""
    gate = asyncio.Semaphore(at_once)

    async def one(profile: str) -> tuple[str, str, str]:
        async with gate:
            return await shard(campaign, profile, deployment, dry_run=dry_run)

    ends = await asyncio.gather(*map(one, profiles), return_exceptions=True)
    return dict(zip(profiles, ends, strict=True))
