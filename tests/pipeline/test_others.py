"""Posts that were not sent through the API: read from the embedded server, kept once, measured each day."""

import asyncio
from datetime import timedelta

from pipeline import questions
from pipeline.others import other_posts, readable
from pipeline.recording import others_known, record_others
from social.contract.posts import PostRequest
from social.errors import SocialError


async def read(desk, networks, run):
    read_at, seen = await asyncio.to_thread(others_known, desk)
    due = readable(networks, read_at, desk.clock.now())
    sent = await desk.ledger.social_ids(due)
    found = await other_posts(due, client=desk.client, clock=desk.clock, source=desk.source, sent=sent, seen=seen)
    await asyncio.to_thread(record_others, desk, found, run_id=run)
    return found


async def test_each_is_kept_once_and_measured_daily(desk, embedded):
    host = embedded[1]
    networks = ["facebook", "telegram", "threads", "twitter"]
    first = await read(desk, networks, "run 1")
    assert {post.network for post in first.posts} == {"facebook", "threads", "twitter"}
    assert all(post.text and post.post_url and post.published_at for post in first.posts)
    assert {sample.social_id for sample in first.samples} == {post.social_id for post in first.posts}
    assert "likeCount" in {sample.metric for sample in first.samples if sample.network == "facebook"}
    assert (await read(desk, networks, "run 2")).samples == []
    await host.advance(timedelta(days=30))
    second = await read(desk, networks, "run 3")
    posts, samples = desk.lake.frame("other_posts"), desk.lake.frame("other_metrics")
    assert 0 < len(second.posts) < len(first.posts)
    assert not posts.duplicated(["network", "social_id"]).any()
    assert samples.groupby(["network", "social_id"], observed=True)["observed_at"].nunique().max() == 2
    assert len(questions.fields(desk.lake)) == 0


async def test_what_went_through_the_api_is_left_out(desk):
    sent = await desk.client.posts.create(PostRequest(post="Ours", platforms=["facebook"]))
    ours = {sent.post_ids[0].id}
    about = {"client": desk.client, "clock": desk.clock, "source": "sandbox", "seen": {}}
    everything = await other_posts(["facebook"], sent={}, **about)
    others = await other_posts(["facebook"], sent={"facebook": ours}, **about)
    assert {post.social_id for post in everything.posts} - {post.social_id for post in others.posts} == ours


async def test_a_network_that_fails_is_a_row(desk, monkeypatch):
    ask = desk.client.history.network

    async def failing(platform, query=None):
        if platform == "facebook":
            raise SocialError("out of order", route="GET /history/facebook")
        return await ask(platform, query)

    monkeypatch.setattr(desk.client.history, "network", failing)
    found = await read(desk, ["facebook", "twitter"], "run")
    assert [(error.network, "out of order" in error.message) for error in found.errors] == [("facebook", True)]
    assert {post.network for post in found.posts} == {"twitter"}
    assert len(desk.lake.frame("measure_errors")) == 1
