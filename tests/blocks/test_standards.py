"""What every block must offer; a new block is under test as soon as `blocks` exports it."""

import inspect

import pytest
from prefect.blocks.core import Block
from pydantic import SecretStr

import blocks

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
