"""Several profiles share one ledger: what one posted is never read back, sent again or measured as another."""

import json
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from pipeline import recording
from pipeline.applying import Applying, PlanMoved
from pipeline.campaign import Campaign, Timing
from pipeline.ledger import Ledger
from pipeline.others import other_posts
from pipeline.publishing import Publishing
from pipeline.records import Disposition
from pipeline.saved import SavedPlan
from pipeline.settling import settle, together
from server.embedded import EmbeddedTransport
from server.settings import SANDBOX_KEY
from social.client import SocialClient
from social.client.pacing import Pacer
from social.contract.profiles import ProfileRequest
from tests.desks import desk_at

DAY = timedelta(days=1)


class Line(EmbeddedTransport):
    """The way to the API; `deaf` loses the answers of posts that were taken."""

    deaf = False

    async def handle_async_request(self, request):
        answer = await super().handle_async_request(request)
        if self.deaf and request.method == "POST" and request.url.path.endswith("/post"):
            raise httpx.ReadTimeout("lost", request=request)
        return answer


@pytest.fixture
async def desk_of(tmp_path, embedded):
    """Opens the desk of a profile, `default` being the primary one; all of them share ledger and API."""
    primary, host = embedded
    shop = await primary.profiles.create(ProfileRequest(title="shop"))
    keys = {"default": None, "shop": shop.profile_key}
    line = Line(host)

    @asynccontextmanager
    async def opened(profile, *, deaf=False):
        own = {"base_url": "http://embedded/api", "api_key": SANDBOX_KEY, "profile_key": keys[profile]}
        line.deaf = deaf
        client = SocialClient(transport=line, pacer=Pacer(0, host.clock), **own)
        async with Ledger(f"sqlite:///{tmp_path / 'ledger.db'}", host.clock, profile=profile) as ledger:
            yield desk_at(tmp_path, client, ledger)

    return opened


@pytest.fixture
def campaign(tmp_path):
    entries = [{"id": f"{n}", "url": f"https://n.example/{n}", "title": f"Story {n}"} for n in range(3)]
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": entries}))
    timing = Timing(policy="slots", slots=["09:00", "12:00"])
    return Campaign(name="news", sources=[str(feed)], platforms=["bluesky"], backfill=3, timing=timing)


async def posts_of(desk):
    now = desk.clock.now()
    return [row async for row in desk.client.history.everything(now - 9 * DAY, now + 30 * DAY)]


async def reconciled(desk):
    return await settle(desk.ledger, client=desk.client, clock=desk.clock, quiet_seconds=0)


async def test_lost_answers_are_looked_for_in_the_own_history_alone(desk_of, campaign, embedded):
    async with desk_of("shop", deaf=True) as shop:
        run = await Publishing(campaign, shop).run()
        assert {receipt.outcome for receipt in run.part.receipts} == {"unknown"}
        await embedded[1].advance(timedelta(seconds=shop.ledger.lease_seconds + 1))
    async with desk_of("default") as default:
        # Its history shows none of them: taken for lost, they would go out a second time, and on others' accounts.
        assert (await reconciled(default)).sent == ()
        assert await posts_of(default) == []
    async with desk_of("shop") as shop:
        told = await reconciled(shop)
        assert (len(told.found), told.sent, told.open) == (3, (), 0)
        assert len(await posts_of(shop)) == 3


async def test_scheduled_posts_of_another_profile_are_not_gone(desk_of, campaign, embedded):
    async with desk_of("shop") as shop:
        await Publishing(campaign, shop).run()
    await embedded[1].advance(3 * DAY)
    async with desk_of("default") as default:
        told = await reconciled(default)
        assert (told.refreshed, told.alerts) == ((), {})
        assert await default.ledger.to_measure(9) == await default.ledger.accepted_posts() == []
    async with desk_of("shop") as shop:
        assert {receipt.status for receipt in (await reconciled(shop)).refreshed} == {"success"}
        assert len(await shop.ledger.to_measure(9)) == len(await shop.ledger.accepted_posts()) == 3


async def test_each_profile_has_slots_and_books_of_its_own(desk_of, campaign):
    async with desk_of("default") as default, desk_of("shop") as shop:
        first = await Publishing(campaign, default).run()
        second = await Publishing(campaign.model_copy(update={"name": "news-shop"}), shop).run()
        assert len(await posts_of(default)) == len(await posts_of(shop)) == 3
        times = [[draft.slot.at for draft, _ in run.part.sent] for run in (first, second)]
        assert times[0] == times[1]
        assert await default.ledger.profiles() == {"default", "shop"}


async def test_the_lake_tells_whose_posts_they_are(desk_of, campaign):
    async with desk_of("shop") as shop:
        run = await Publishing(campaign, shop).run()
        await recording.keep_publishing(run)
        assert set(shop.lake.frame("posts")["profile"]) == {"shop"}


async def test_what_one_profile_has_read_is_still_to_be_read_for_another(desk_of, embedded):
    async with desk_of("shop") as shop, desk_of("default") as default:
        about = {"clock": shop.clock, "source": "sandbox", "sent": {}, "seen": {}}
        found = await other_posts(["facebook"], client=shop.client, **about)
        recording.record_others(shop, found, run_id="r")
        assert found.posts
        assert list(recording.others_known(shop)[0]) == ["facebook"]
        assert recording.others_known(default) == ({}, {})


async def test_a_plan_for_one_profile_is_not_carried_out_as_another(desk_of, campaign):
    async with desk_of("shop") as shop, desk_of("default") as default:
        plan = await Publishing(campaign, shop, dry_run=True).run()
        with pytest.raises(ValueError, match="posts for profile 'shop' cannot be sent as 'default'"):
            await default.ledger.claim(plan.part.drafts)


async def test_a_campaign_belongs_to_the_profile_it_posted_for(desk_of, campaign):
    async with desk_of("default") as default, desk_of("shop") as shop:
        await Publishing(campaign, default).run()
        for dry_run in (True, False):
            with pytest.raises(ValueError, match="campaign 'news' belongs to profile 'default'"):
                await Publishing(campaign, shop, dry_run=dry_run).run()
        assert await posts_of(shop) == []
        assert (await Publishing(campaign, default).run()).account.counts[Disposition.KNOWN] == 3


async def test_a_saved_plan_of_another_profile_has_moved(desk_of, campaign):
    async with desk_of("default") as default, desk_of("shop") as shop:
        drafts = (await Publishing(campaign, default, dry_run=True).run()).plan.drafts
        state = await default.ledger.state(campaign.name)
        plan = SavedPlan.of(campaign, drafts, made_at=default.clock.now(), ledger=state)
        with pytest.raises(PlanMoved, match="planned for profile 'default', not for 'shop'"):
            await Applying(plan, shop).run()
        assert await posts_of(shop) == []
        assert (await Applying(plan, default).run()).account.counts[Disposition.SCHEDULED] == 3


async def test_settlements_of_profiles_come_together(desk_of, campaign, embedded):
    async with desk_of("shop", deaf=True) as shop:
        await Publishing(campaign, shop).run()
        await embedded[1].advance(timedelta(seconds=shop.ledger.lease_seconds + 1))
    async with desk_of("shop") as shop, desk_of("default") as default:
        whole = together([await reconciled(default), await reconciled(shop)])
    assert (len(whole.found), whole.sent, whole.open) == (3, (), 0)
