"""`POST /post/copy`: a stored post once more, on other networks (posts.md 7.6)."""

from datetime import timedelta

import pytest

SCHEDULED = "2026-03-05T09:00:00Z"


async def made(api, **body):
    answer = await api.post("/api/post", json={"post": "Good morning", "platforms": ["bluesky"]} | body)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def copy(api, post_id, **body):
    return await api.post("/api/post/copy", json={"postId": post_id, "platforms": ["linkedin"]} | body)


async def stored(api, post_id):
    return (await api.get(f"/api/post/{post_id}")).json()


async def test_text_and_media_go_out_again_elsewhere(api, make_picture, database_url):
    picture = await make_picture(api)
    post_id = await made(api, mediaUrls=[picture], notes="mine", faceBookOptions={"altText": ["A dove"]})
    answer = await copy(api, post_id, platforms=["facebook", "linkedin"])
    assert (answer.status_code, answer.json()["status"]) == (200, "success")
    assert [one["platform"] for one in answer.json()["postIds"]] == ["facebook", "linkedin"]
    again = await stored(api, answer.json()["id"])
    assert again["id"] != post_id
    assert (again["post"], again["mediaUrls"]) == ("Good morning", [picture])
    assert again["faceBookOptions"] == {"altText": ["A dove"]}
    assert "notes" not in again


async def test_a_copy_can_be_for_later(api, clock):
    answer = (await copy(api, await made(api), scheduleDate=SCHEDULED)).json()
    assert (answer["status"], answer["scheduleDate"]) == ("scheduled", SCHEDULED)
    clock.advance(timedelta(days=4))
    assert (await stored(api, answer["id"]))["status"] == "success"


async def test_when_and_how_the_first_was_sent_is_not_copied(api):
    body = {"autoRepost": {"repeat": 2, "days": 2}, "requiresApproval": True, "idempotencyKey": "k1"}
    answer = (await copy(api, await made(api, **body))).json()
    assert answer["status"] == "success"
    assert "reposts" not in answer


async def test_options_override_field_by_field(api):
    options = {"link": "https://example.org/a", "draft": True}
    post_id = await made(api, platforms=["facebook"], scheduleDate=SCHEDULED, faceBookOptions=options)
    answer = await copy(
        api,
        post_id,
        platforms=["facebook"],
        scheduleDate="2026-03-09T09:00:00Z",
        facebookoptions={"Link": "https://example.org/b"},
    )
    assert (await stored(api, answer.json()["id"]))["faceBookOptions"] == options | {"link": "https://example.org/b"}


async def test_the_text_is_the_published_one(api):
    text = "Lisbon builds a wind farm: the offshore wind farm will feed Lisbon"
    post_id = await made(api, post=text, autoHashtag=True, shortenLinks=True)
    published = (await stored(api, post_id))["post"]
    assert "#" in published
    assert (await copy(api, post_id)).json()["post"] == published


async def test_of_texts_by_network_the_copy_takes_its_own(api):
    texts = {"bluesky": "for Bluesky", "linkedin": "for LinkedIn", "default": "for all"}
    post_id = await made(api, post=texts)
    answer = (await copy(api, post_id, platforms=["linkedin", "facebook"])).json()
    assert answer["post"] == {"facebook": "for all", "linkedin": "for LinkedIn"}


async def test_the_duplicate_rule_holds_for_copies(api):
    answer = await copy(api, await made(api), platforms=["bluesky"])
    assert [one["code"] for one in answer.json()["errors"]] == [137]


@pytest.mark.parametrize("name", ["postId", "id", "POSTID"])
async def test_the_id_has_two_names(api, name):
    answer = await api.post("/api/post/copy", json={name: await made(api), "platforms": ["linkedin"]})
    assert answer.status_code == 200, answer.text


async def test_a_copy_has_an_idempotency_key_of_its_own(api):
    post_id = await made(api)
    assert (await copy(api, post_id, idempotencyKey="c1", notes="again")).status_code == 200
    refused = await copy(api, post_id, idempotencyKey="c1", platforms=["facebook"])
    assert (refused.status_code, refused.json()["status"]) == (400, "error")


async def test_what_cannot_be_copied_is_refused(api, connect):
    post_id = await made(api)
    unknown = await copy(api, "nosuch")
    assert (unknown.status_code, unknown.json()["code"]) == (404, 186)
    for body in ({"platforms": ["myspace"]}, {"platforms": []}, {"scheduleDate": "soon"}):
        assert (await copy(api, post_id, **body)).json()["code"] == 101
    assert (await api.post("/api/post/copy", json={"platforms": ["linkedin"]})).json()["code"] == 101
    shop = await connect(linked=("linkedin",))
    others = await copy(shop, post_id)
    assert (others.status_code, others.json()["posts"][0]["code"]) == (404, 186)


async def test_x_needs_its_headers(api, connect):
    post_id = await made(api)
    bare = await connect(**{"X-Twitter-OAuth1-Api-Key": "", "X-Twitter-OAuth1-Api-Secret": ""})
    assert (await copy(bare, post_id, platforms=["twitter"])).json()["errors"][0]["code"] == 419
