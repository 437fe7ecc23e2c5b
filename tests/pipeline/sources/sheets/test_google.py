"""Private Google Sheets by a service account: read, refused with advice, and written back to."""

import sys

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from pipeline.campaign import Campaign
from pipeline.fetching import Fetched, Fetcher
from pipeline.publishing import Publishing
from pipeline.sources.sheets import GoogleAccount, read_sheet
from tests.pipeline.sources.sheets.fake_google import EMAIL, KEY, FakeGoogle, played

LINK = f"https://docs.google.com/spreadsheets/d/{KEY}/edit"
TOKENS = "POST https://oauth2.googleapis.com/token"
EXPORT = f"GET https://www.googleapis.com/drive/v3/files/{KEY}/export"


@pytest.fixture(scope="module")
def private():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def google(private):
    fake = FakeGoogle(private)
    sheet = fake.book.active
    sheet.title = "Posts"
    sheet.append(["Date", "Platform", "Text"])
    sheet.append(["2099-03-01", "Bluesky", "The harbour café opens"])
    sheet.append(["2099-03-02", None, "Boats leave at noon"])
    sheet.merge_cells("B2:B3")
    notes = fake.book.create_sheet("Ideas")
    notes.append(["Date", "Platform", "Text"])
    notes.append(["2099-05-01", "Telegram", "Another tab"])
    fake.book.create_sheet("Colours").append(["red"])
    # Weaker than the list of posts, so that the whole workbook has one answer.
    fake.book["Ideas"]["C1"] = "Title"
    fake.book["Ideas"]["A1"] = "Who"
    return fake


@pytest.fixture
def account(google):
    with played(google) as transport:
        yield GoogleAccount(SecretStr(google.key()), transport=transport)


async def test_a_private_sheet_is_read_as_a_workbook(google, account):
    reading = await read_sheet(LINK, google=account)
    assert reading.ok, reading.reason
    assert (reading.original.format, reading.source) == ("xlsx", LINK)
    assert [(item.place, item.text, item.ask.platforms) for item in reading.items] == [
        ("Posts!C2", "The harbour café opens", ("bluesky",)),
        ("Posts!C3", "Boats leave at noon", ("bluesky",)),
    ]
    assert google.asked == [TOKENS, EXPORT]
    await read_sheet(LINK, google=account)
    assert google.asked == [TOKENS, EXPORT, EXPORT]


async def test_a_link_to_a_tab_reads_that_tab(google, account):
    google.titles["Ideas"] = "Ideas, and more of them: spring / summer / autumn / winter"
    reading = await read_sheet(f"{LINK}#gid=1", google=account)
    assert [item.title for item in reading.items] == ["Another tab"]
    gone = await read_sheet(f"{LINK}#gid=77", google=account)
    assert "no tab with gid=77" in gone.reason


async def test_an_office_file_in_drive_is_read_as_it_is(google, account):
    google.office = True
    assert len((await read_sheet(LINK, google=account)).items) == 2


async def test_a_key_may_be_the_path_of_its_file(google, tmp_path):
    path = tmp_path / "key.json"
    path.write_text(google.key())
    with played(google) as transport:
        assert (await read_sheet(LINK, google=GoogleAccount(SecretStr(str(path)), transport=transport))).ok


def test_a_good_key_is_proved_without_any_sheet(google, account):
    account.prove()
    assert (account.email, google.asked) == (EMAIL, [TOKENS])


async def test_what_is_not_shared_says_with_whom_to_share_it(google, account):
    google.role = ""
    reading = await read_sheet(LINK, google=account)
    assert "File not found" in reading.reason
    assert f"share the spreadsheet with {EMAIL}" in reading.reason


async def test_a_strange_signature_is_refused(google):
    other = FakeGoogle(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    with played(google) as transport:
        reading = await read_sheet(LINK, google=GoogleAccount(SecretStr(other.key()), transport=transport))
    assert f"Google does not accept the service account {EMAIL} (invalid_grant" in reading.reason


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("/nowhere/key.json", "cannot be read (No such file or directory): check DOVECOTE_GOOGLE_CREDENTIALS"),
        ('{"type": "authorized_user"}', "is not the JSON file that Google gives"),
        ('{"private_key": "SECRET-WORDS', "is not the JSON file that Google gives"),
        ({"token_uri": "https://evil.example/token"}, "names another address than Google's"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nSECRET-WORDS\n-----END PRIVATE KEY-----"}, "key of type JSON"),
    ],
)
async def test_a_key_that_is_none_says_so_and_shows_nothing(google, key, said):
    account = GoogleAccount(SecretStr(google.key(**key) if isinstance(key, dict) else key))
    reading = await read_sheet(LINK, google=account)
    assert said in reading.reason
    assert "SECRET" not in repr(reading)
    assert google.asked == []


async def test_without_the_library_the_extra_is_named(account, monkeypatch):
    monkeypatch.setitem(sys.modules, "google.oauth2.service_account", None)
    assert (await read_sheet(LINK, google=account)).reason.endswith("pip install 'dovecote[google]'")


async def test_google_out_of_reach_is_a_reading_with_a_reason(google):
    class Down(httpx.BaseTransport):
        def handle_request(self, request):
            raise httpx.ConnectError("no route to host")

    reading = await read_sheet(LINK, google=GoogleAccount(SecretStr(google.key()), transport=Down()))
    assert "Google cannot be reached (ConnectError: no route to host)" in reading.reason


async def test_published_copies_and_other_addresses_do_not_go_to_the_account(google, account):
    for source in (f"https://docs.google.com/spreadsheets/d/e/{KEY}/pub?output=csv", "https://example.org/a.csv"):
        assert "needs a fetcher" in (await read_sheet(source, google=account)).reason
    assert google.asked == []


async def test_without_an_account_a_private_sheet_says_what_to_do():
    class Login(Fetcher):
        async def get(self, url, **_):
            return Fetched(url="https://accounts.google.com/ServiceLogin", status=200, headers={}, body=b"<html>")

    reading = await read_sheet(LINK, fetcher=Login())
    assert "the Google Sheet is private: share it" in reading.reason
    assert "DOVECOTE_GOOGLE_CREDENTIALS" in reading.reason


@pytest.fixture
def rig(desk, account):
    desk.google = account
    campaign = {"sources": [LINK], "sheet": {"write_back": True}, "platforms": ["bluesky"]}
    return lambda: Publishing(Campaign.model_validate(campaign), desk).run()


def cells(google, sheet, *rows):
    return [[str(cell.value or "") for cell in google.book[sheet][row]][3:6] for row in rows]


async def test_results_are_written_into_columns_of_our_own(google, rig):
    google.role = "editor"
    google.columns["Posts"] = 4
    run = await rig()
    assert run.unwritten == []
    assert cells(google, "Posts", 1, 2, 3) == [
        ["Dovecote status", "Dovecote link", "Dovecote error"],
        ["scheduled for 2099-03-01 09:00 UTC", "", ""],
        ["scheduled for 2099-03-02 09:00 UTC", "", ""],
    ]
    assert (google.columns["Posts"], google.book["Ideas"].max_column) == (6, 3)
    assert google.written == ["'Posts'!D1:D3", "'Posts'!E1:E1", "'Posts'!F1:F1"]


async def test_moved_rows_get_their_own_results_and_unchanged_cells_are_left_alone(google, rig):
    google.role = "editor"
    google.titles["Posts"] = "It's the plan"
    await rig()
    google.book["Posts"].unmerge_cells("B2:B3")
    google.book["Posts"]["B3"] = "Bluesky"
    google.book["Posts"].insert_rows(2)
    google.written.clear()
    run = await rig()
    assert (run.unwritten, google.written) == ([], [])
    assert cells(google, "Posts", 3, 4)[0][0] == "scheduled for 2099-03-01 09:00 UTC"
    google.book["Posts"]["D4"] = "?"
    await rig()
    assert google.written == ["'It''s the plan'!D4:D4"]


async def test_texts_stay_texts(google, account):
    google.role = "editor"
    account.write(KEY, {"'Posts'!D2:D2": [['=IMPORTXML("https://evil.example")']]})
    assert google.book["Posts"]["D2"].data_type == "s"


async def test_a_viewer_cannot_write_back_and_the_posts_are_out_all_the_same(rig):
    run = await rig()
    assert len(run.part.receipts) == 2
    assert len(run.unwritten) == 1
    assert "as editor" in run.unwritten[0]
    assert {one.disposition for one in run.part.verdicts} == {"scheduled"}
