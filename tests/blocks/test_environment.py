"""What the environment says holds where nobody saved a block."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from blocks import GoogleSheets, LakeStorage, LedgerDatabase, SocialApi
from server.connection import Access
from server.environment import Environment

TOLD = {
    "DOVECOTE_API_URL": "https://social.example.org/api",
    "DOVECOTE_API_KEY": "key-1",
    "DOVECOTE_PROFILE_KEY": "profile-1",
    "DOVECOTE_X_API_KEY": "app",
    "DOVECOTE_X_API_SECRET": "app-secret",
    "DOVECOTE_LEDGER": "postgresql://db/dovecote",
    "DOVECOTE_LAKE": "s3://bucket/lake",
    "DOVECOTE_GOOGLE_CREDENTIALS": '{"private_key": "google-1"}',
}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Environment:
    for name, value in TOLD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DOVECOTE_HOME", str(tmp_path))
    return Environment()


def test_unsaved_blocks_follow_the_environment(told: Environment, tmp_path: Path) -> None:
    expected = Access(
        home=tmp_path,
        base_url="https://social.example.org/api",
        api_key=SecretStr("key-1"),
        profile_key=SecretStr("profile-1"),
        x_api_key=SecretStr("app"),
        x_api_secret=SecretStr("app-secret"),
    )
    assert SocialApi.unsaved(told).access() == told.access() == expected
    assert LedgerDatabase.unsaved(told).url.get_secret_value() == told.ledger_url == TOLD["DOVECOTE_LEDGER"]
    assert LakeStorage.unsaved(told).path == told.lake_path == TOLD["DOVECOTE_LAKE"]
    assert GoogleSheets.unsaved(told).key.get_secret_value() == TOLD["DOVECOTE_GOOGLE_CREDENTIALS"]
    assert told.google() is not None


def test_without_variables_all_is_embedded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOVECOTE_HOME", str(tmp_path))
    for name in TOLD:
        monkeypatch.delenv(name, raising=False)
    bare = Environment()
    assert SocialApi.unsaved(bare).access() == Access(home=tmp_path)
    assert bare.ledger_url == f"sqlite:///{tmp_path / 'ledger.db'}"
    assert bare.lake_path == str(tmp_path / "lake")
    assert bare.google() is GoogleSheets.unsaved(bare).account() is None


async def test_an_address_without_a_key_says_where_to_put_it(told: Environment, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="DOVECOTE_API_KEY"):
        async with Access(home=tmp_path, base_url="https://social.example.org/api").connect():
            pass


def test_secrets_are_not_shown(told: Environment) -> None:
    assert not any(
        secret in repr(told) + repr(told.access()) for secret in ("key-1", "profile-1", "app-secret", "google-1")
    )
