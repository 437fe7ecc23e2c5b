"""`GET /error-explainer`: a code in plain words (analytics.md 11.4)."""

import pytest

from social.contract.codes import CODES


@pytest.mark.usefixtures("database_url")
async def test_a_code_is_explained(api):
    answer = await api.get("/api/error-explainer", params={"code": "156", "platform": "instagram"})
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "success",
        "code": 156,
        "platform": "instagram",
        "cause": CODES[156].meaning,
        "classification": "developer-fix",
        "resolution": CODES[156].resolution,
    }


@pytest.mark.parametrize("code", sorted(CODES))
async def test_every_code_is_explained(api, code):
    answer = (await api.get("/api/error-explainer", params={"code": code})).json()
    assert (answer["code"], answer["classification"]) == (code, CODES[code].classification)
    assert "platform" not in answer


@pytest.mark.parametrize(("code", "status", "number"), [("", 400, 101), ("abc", 400, 101), ("99999", 404, 404)])
async def test_what_is_no_code_is_refused(api, code, status, number):
    answer = await api.get("/api/error-explainer", params={"code": code})
    assert (answer.status_code, answer.json()["code"]) == (status, number)
    assert "code" in answer.json()["message"]
