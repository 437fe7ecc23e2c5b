"""Real processes killed at random moments, and still each item goes out exactly once.

Each round something new stands in the feeds, one or two flow processes publish it, and one part is killed: a flow, a
server with its worker, PostgreSQL under everything. DOVECOTE_ROUNDS says how many rounds, DOVECOTE_SEED which.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.chaos.machines import BLOCK, KEY
from tests.chaos.world import ABOUT, LEASE, World
from tests.postgres import cluster

# `make test` has a few rounds on SQLite; PostgreSQL is killed by `make chaos`, and at chosen places in test_crashes.py.
KINDS = ["sqlite", "postgresql"] if "DOVECOTE_ROUNDS" in os.environ else ["sqlite"]
ROUNDS, SEED = int(os.environ.get("DOVECOTE_ROUNDS", "3")), int(os.environ.get("DOVECOTE_SEED", "1"))


@pytest.fixture
def machines() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def ports(free_port: Callable[[], int]) -> Iterator[int]:
    return iter(free_port, None)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_dies_each_item_goes_out_once(
    kind: str, prefect_url: str, ports: Iterator[int], tmp_path: Path, machines: ExitStack
) -> None:
    on = machines.enter_context(cluster()) if kind == "postgresql" else None
    if on is not None:
        asyncio.run(_make_databases(on.url))
    world = World(tmp_path, prefect_url, ports, SEED, on=on)
    asyncio.run(_save_blocks(world))
    world.open(machines)
    for _ in range(ROUNDS):
        world.round()
    calm = world.calm()
    world.deliver()
    found = asyncio.run(world.audit())
    print(world.say(found, calm))
    assert not found.broken, found.broken[:10]
    assert found.items == world.items.total()
    assert found.deliveries == found.items * len(ABOUT["platforms"])
    assert set(world.ends) <= {0, 1, -signal.SIGKILL}


async def _save_blocks(world: World) -> None:
    from blocks import LedgerDatabase, SocialApi

    url = f"{world.servers[0].url}/api"
    await SocialApi(base_url=url, api_key=SecretStr(KEY), requests_per_window=0, quiet_seconds=1).asave(
        BLOCK, overwrite=True
    )
    await LedgerDatabase(url=SecretStr(world.ledger), lease_seconds=LEASE).asave(BLOCK, overwrite=True)


async def _make_databases(url: str) -> None:
    import asyncpg

    connection: Any = await asyncpg.connect(url)
    for name in ("store", "ledger"):
        await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
