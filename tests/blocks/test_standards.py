"""What every block must offer; a new block is under test as soon as `blocks` exports it."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from prefect.blocks.core import Block
from pydantic import SecretStr

import blocks
from blocks.base import CheckFailed, Door
from server.host import Host
from server.settings import SANDBOX_KEY, ServerSettings
from social.instants import SystemClock

BLOCKS = [getattr(blocks, name) for name in blocks.__all__]


@pytest.mark.parametrize("block", BLOCKS)
class TestStandard:
    def test_names_itself(self, block: type[Block]) -> None:
        assert str(block.get_block_type_slug()).startswith("dovecote-")
        assert block.get_description()
        assert inspect.getdoc(block)

    def test_code_example_runs(self, block: type[Block]) -> None:
        example = str(block.get_code_example())
        code = example.removeprefix("```python\n").removesuffix("\n```")
        assert ".load(" in code
        compile(code, "example", "exec")

    def test_fields_are_described_in_sentences(self, block: type[Block]) -> None:
        own = {name: field for name, field in block.model_fields.items() if name not in Block.model_fields}
        assert own
        for name, field in own.items():
            assert str(field.description).endswith("."), name

    def test_has_a_logo(self, block: type[Block]) -> None:
        logo = block._logo_url
        assert logo is not None
        assert str(logo).startswith("https://")

    async def test_check_proves_that_the_defaults_work(
        self, block: type[Door], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DOVECOTE_HOME", str(tmp_path))
        assert await block().check()

    def test_works_without_being_filled_in(self, block: type[Block]) -> None:
        assert block()

    def test_shows_no_secret(self, block: type[Block]) -> None:
        secrets = {
            name: SecretStr("planted") for name, field in block.model_fields.items() if field.annotation is SecretStr
        }
        assert "planted" not in repr(block(**secrets))


async def test_hosted_api_needs_a_key() -> None:
    with pytest.raises(ValueError, match="api_key"):
        async with blocks.SocialApi(base_url="https://api.example.org/api").connect():
            pass


async def test_embedded_api_answers(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DOVECOTE_HOME", str(tmp_path))
    async with blocks.SocialApi().connect() as connection:
        assert len((await connection.client.user.get()).active_social_accounts) == 13
        assert connection.source == "sandbox"


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (blocks.SocialApi(base_url="http://127.0.0.1:9/api", api_key=SecretStr("k")), "is your own server running"),
        (blocks.SocialApi(base_url="http://127.0.0.1:9/api"), "DOVECOTE_API_KEY"),
        (blocks.LedgerDatabase(url=SecretStr("postgresql://dove:planted@127.0.0.1:9/none")), "the database must exist"),
        (blocks.LakeStorage(database_url=SecretStr("postgresql://dove:planted@127.0.0.1:9/none")), "DOVECOTE_LAKE"),
        (blocks.GoogleSheets(key=SecretStr("{}")), "key"),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_check_says_what_is_wrong_and_what_to_do(block: Door, said: str) -> None:
    with pytest.raises(CheckFailed, match=said) as failed:
        await block.check()
    assert "planted" not in str(failed.value)


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The application on a free port of this machine: its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    serve = asyncio.create_task(server.serve())
    for _ in range(1000):
        if server.started:
            break
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serve


async def test_check_tells_a_wrong_key_from_a_wrong_address(tmp_path: Path) -> None:
    host = Host(ServerSettings(database=f"sqlite:///{tmp_path / 'server.db'}", durable=False), SystemClock())
    async with host, serving(host.app) as url:
        right = blocks.SocialApi(base_url=f"{url}/api", api_key=SecretStr(SANDBOX_KEY), x_api_key=SecretStr("x"))
        with pytest.raises(CheckFailed, match="DOVECOTE_X_API_SECRET"):
            await right.check()
        with pytest.raises(CheckFailed, match=r"key and profile.*dashboard"):
            await right.model_copy(update={"api_key": SecretStr("wrong")}).check()
