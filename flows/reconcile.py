"""Settle every post whose outcome is unknown, and see how scheduled posts ended."""

from prefect import flow

from blocks.desk import EVERY, open_desk, profiles_of
from pipeline.settling import Settlement, together
from pipeline.story import settled_rows
from social.errors import SocialError
from tasks.artifacts import show_table
from tasks.outcomes import keep, settle_all
from tasks.runs import run_id
from tasks.states import ended


@flow(name="reconcile", flow_run_name="reconcile: what is open in ledger {ledger}")
async def reconcile(api: str = EVERY, ledger: str = "default", lake: str = "default") -> str:
    """Read back every post whose outcome is unknown and settle it; absent ones are sent again, under the same key.

    Args:
        api: Name of a Dovecote Social API block, or `all`: every profile that the ledger has posts of.
        ledger: Name of the Dovecote Ledger block.
        lake: Name of the Dovecote Lake block.
    """
    names = await profiles_of(api, ledger)
    done: list[Settlement] = []
    failed: dict[str, str] = {}
    for name in names:
        try:
            done.append(await _settled(name, ledger, lake))
        except (SocialError, ValueError) as error:
            # One profile whose key is gone must not keep the others waiting.
            if len(names) == 1:
                raise
            failed[name] = str(error)
    settlement = together(done)
    headline = (
        f"found {len(settlement.found)}, sent {len(settlement.sent)}, refreshed {len(settlement.refreshed)}, "
        f"still open {settlement.open}"
    )
    headline += f"; not settled: {', '.join(failed)}" if failed else ""
    rows = [*settled_rows(settlement), *({"profile": name, "reason": reason} for name, reason in failed.items())]
    if rows:
        await show_table("reconcile", rows, headline)
    return ended(headline, headline, troubles=bool(settlement.alerts or failed))


async def _settled(api: str, ledger: str, lake: str) -> Settlement:
    async with open_desk(api, ledger, lake) as desk:
        settlement = await settle_all(desk)
        await keep(desk, run_id())
    return settlement
