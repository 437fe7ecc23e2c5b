"""Steps that make user profiles and open their linking sessions; keys live in blocks."""

import asyncio
from pathlib import Path

from prefect import task
from pydantic import SecretStr

from blocks import SocialApi
from pipeline.desk import Desk
from pipeline.onboarding import Roster, Welcome, read_roster, welcome, write_roster
from social.contract.profiles import LinkSessionRequest
from tasks.policies import LOCAL, SEND


class BlockKeys:
    """Keys of profiles as blocks *Dovecote Social API*, named by the profile: flows act for it by that name."""

    def __init__(self, primary: SocialApi) -> None:
        self._primary = primary

    async def get(self, slug: str) -> str:
        """The key in the block of this name, empty when there is none."""
        try:
            block: SocialApi = await SocialApi.aload(slug)
        except ValueError:
            return ""
        return block.profile_key.get_secret_value()

    async def put(self, slug: str, key: str) -> None:
        """Save a block that acts for the profile, else like the primary one. Raises ValueError for a name in use."""
        await self._primary.model_copy(update={"profile_key": SecretStr(key)}).asave(slug)


@task(name="read-people", **LOCAL)
async def read_people(path: str) -> Roster:
    """Read the sheet of people."""
    return await asyncio.to_thread(lambda: read_roster(Path(path).expanduser()))


@task(name="welcome-people", **SEND)
async def welcome_people(
    desk: Desk, roster: Roster, primary: SocialApi, hours: int, dry_run: bool
) -> dict[int, Welcome]:
    """Make missing profiles and open linking sessions; profiles made before a failure are found again."""

    async def link(key: str, wanted: LinkSessionRequest) -> tuple[str, str]:
        acting = primary.model_copy(update={"profile_key": SecretStr(key)})
        async with acting.connect() as connection:
            session = await connection.client.profiles.link_session(wanted)
        return session.url, session.expires_at

    keys = BlockKeys(primary)
    return await welcome(roster, client=desk.client, keys=keys, link=link, hours=hours, dry_run=dry_run)


@task(name="write-addresses", **LOCAL)
async def write_addresses(roster: Roster, ends: dict[int, Welcome]) -> Path:
    """Write how each row ended into the sheet."""
    return await asyncio.to_thread(write_roster, roster, ends)
