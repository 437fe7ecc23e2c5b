"""Profiles from a sheet: made once, with a block each, and addresses at which accounts really can be linked."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from blocks import SocialApi
from flows.onboard import onboard
from flows.publish import publish
from pipeline.campaign import Campaign
from server.embedded import EmbeddedTransport
from social.contract.profiles import ProfilesQuery

pytestmark = pytest.mark.usefixtures("prefect_url", "home")
ROWS = [["Customer", "Networks", "Tags"], ["Acme Bakery", "facebook, instagram", "gold"], [], ["Zoë's Café", "", ""]]


@pytest.fixture
async def sheet(tmp_path: Path) -> Path:
    await SocialApi(requests_per_window=0).asave("default", overwrite=True)
    for slug in ("acme-bakery", "zo-s-caf"):
        try:
            await SocialApi.adelete(slug)
        except ValueError:
            continue
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")
    return tmp_path / "people.xlsx"


def cells(path: Path) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]


async def titles() -> list[str]:
    async with SocialApi(requests_per_window=0).connect() as connection:
        found = (await connection.client.profiles.list(ProfilesQuery())).profiles
    return sorted(one.title for one in found)


async def test_rows_become_profiles_blocks_and_addresses(sheet: Path, feed: Any) -> None:
    assert "2 would be made" in await onboard(str(sheet), dry_run=True)
    assert cells(sheet) == [[*ROWS[0]], [*ROWS[1]], [None] * 3, ["Zoë's Café", None, None]]
    before = await titles()
    assert "2 made" in await onboard(str(sheet))
    assert set(await titles()) == {*before, "Acme Bakery", "Zoë's Café"}
    head, first, _, second = cells(sheet)
    assert head[3:] == ["Profile", "Linking address", "Valid until", "Linked"]
    assert (first[3], second[3]) == ("made", "made")
    assert first[:3] == ROWS[1]
    # In the sandbox a new profile has an account on every network.
    await unlink(first[4], "facebook")
    # Again: nothing is made twice, addresses are new, and what is linked is told.
    assert "2 exists" in await onboard(str(sheet))
    _, again, *_ = cells(sheet)
    assert again[3] == "exists"
    assert again[4] != first[4]
    assert "instagram" in again[6].split(", ")
    assert "facebook" not in again[6].split(", ")
    # The block acts for the profile: it can post where the profile is linked, and nowhere else.
    story = await publish(
        Campaign(name="acme", sources=[str(feed(range(1)))], platforms=["facebook", "bluesky"], backfill=1),
        api="acme-bakery",
    )
    assert story.counts["scheduled"] == 1
    async with (await SocialApi.aload("acme-bakery")).connect() as connection:
        (post,) = (await connection.client.history.list()).history
    assert post.platforms == ["bluesky"]


async def unlink(address: str, network: str) -> None:
    """Press the button on the linking page, as the profile's people do."""
    async with SocialApi().connect() as connection:
        assert connection.host is not None
        transport = EmbeddedTransport(connection.host)
        async with httpx.AsyncClient(transport=transport, follow_redirects=True) as browser:
            page = await browser.get(address)
            assert page.status_code == 200
            assert "instagram" in page.text.lower()
            assert "pinterest" not in page.text.lower()
            session = page.text.split('name="session" value="')[1].split('"')[0]
            form = {"session": session, "platform": network, "verb": "unlink"}
            answer = await browser.post(str(page.url.join("/link")), data=form)
            assert answer.status_code < 400


async def test_a_profile_whose_key_is_not_known_is_left_alone(sheet: Path) -> None:
    await onboard(str(sheet))
    await SocialApi.adelete("acme-bakery")
    state = await onboard(str(sheet), return_state=True)
    assert state.name == "CompletedWithTroubles"
    _, first, _, second = cells(sheet)
    assert first[3] == "exists, its key is not known here: save it as profile_key of a block named acme-bakery"
    assert second[3] == "exists"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Title"], ["Acme"], ["ACME!"]], "A3: 'ACME!' is there already, in A2"),
        ([["Title", "Networks"], ["Acme", "facebook, myspace"]], "B2: unknown networks myspace"),
        ([["Title"], ["🕊"]], "A2: the title '🕊' has no letter"),
        ([["Title"], ["x" * 201]], "201 characters"),
        ([["Word", "Number"], ["a", "1"]], "no column of titles"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_sheets_that_are_not_clear_are_refused_by_cell(tmp_path: Path, rows: list[list[str]], said: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text("\n".join(";".join(f'"{cell}"' for cell in row) for row in rows), encoding="utf-8")
    state = await onboard(str(path), return_state=True)
    with pytest.raises(Exception, match=said.replace("(", r"\(")):
        await state.aresult()


async def test_a_csv_gets_a_copy_and_no_address_is_shown_in_prefect(tmp_path: Path) -> None:
    await SocialApi(requests_per_window=0).asave("default", overwrite=True)
    path = tmp_path / "people.csv"
    path.write_text("name;note\nAcme Cars;good\n", encoding="utf-8")
    said = await onboard(str(path))
    copy = await asyncio.to_thread((tmp_path / "people-links.csv").read_text, "utf-8-sig")
    assert path.read_text(encoding="utf-8") == "name;note\nAcme Cars;good\n"
    assert copy.splitlines()[0] == "name,note,Profile,Linking address,Valid until,Linked"
    assert "http" in copy
    assert "http" not in said
    await SocialApi.adelete("acme-cars")
