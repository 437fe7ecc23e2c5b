"""Upkeep of the ledger: nothing in it changes, on either database, also while somebody else has it open."""

import pytest

from pipeline.ledger import Ledger


@pytest.mark.usefixtures("database_url")
async def test_tidying_changes_nothing(database_url, clock):
    async with Ledger(database_url, clock) as ledger, Ledger(database_url, clock) as other:
        assert await other.claim_reply("k", engagement="e", rule="r", text="t")
        await ledger.tidy()
        assert set(await ledger.replies({"k"})) == {"k"}
        assert await ledger.claim_reply("k", engagement="e", rule="r", text="t") is False
        await other.tidy()
