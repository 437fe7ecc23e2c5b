"""The language model of an operator: any service that speaks OpenAI's protocol, through its own library.

Nothing is asked of anybody unless the operator has named a model. What users and media say goes in as data, beside
instructions that are ours; what comes out is a draft, bounded in length.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.answers import ApiError
from server.settings import ServerSettings

if TYPE_CHECKING:
    from openai import AsyncOpenAI

MOST_TOKENS = 2_000
LONGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class Said:
    """What the model said, and the tokens that it took."""

    text: str
    tokens: int


class Model:
    """One model. Make it with `model_of`; close it after use."""

    def __init__(self, client: "AsyncOpenAI", settings: ServerSettings) -> None:
        self._client = client
        self._settings = settings

    async def say(self, instructions: str, given: str, pictures: Sequence[str] = ()) -> Said:
        """An answer to `given` and `pictures` (data URIs). Raises ApiError when the model has none."""
        content: Any = given
        if pictures:
            shown = [{"type": "image_url", "image_url": {"url": one}} for one in pictures]
            content = [{"type": "text", "text": given}, *shown]
        answer = await self._asked(
            self._client.chat.completions.create(
                model=self._settings.model_name,
                messages=[{"role": "system", "content": instructions}, {"role": "user", "content": content}],
                max_tokens=MOST_TOKENS,
            )
        )
        text = answer.choices[0].message.content if getattr(answer, "choices", None) else None
        if not isinstance(text, str) or not text.strip():
            raise _failed("its answer holds no text")
        usage = getattr(answer, "usage", None)
        tokens = usage.total_tokens if usage is not None and isinstance(usage.total_tokens, int) else 0
        return Said(text.strip()[:LONGEST_ANSWER], tokens)

    async def moderate(self, text: str, picture: str | None) -> dict[str, Any]:
        """The verdict of a moderation model on a text and a picture (a data URI). Raises ApiError."""
        given: Any = [{"type": "text", "text": text}]
        if picture:
            given.append({"type": "image_url", "image_url": {"url": picture}})
        name = self._settings.model_moderation
        answer = await self._asked(self._client.moderations.create(model=name, input=given if picture else text))
        results = getattr(answer, "results", None)
        if not results:
            raise _failed("its verdict is empty")
        verdict: dict[str, Any] = results[0].model_dump(mode="json", by_alias=True)
        return {name: value for name, value in verdict.items() if name in {"flagged", "categories", "category_scores"}}

    async def transcribe(self, data: bytes, name: str) -> str:
        """What is said in a film or a recording. Raises ApiError."""
        wanted = self._client.audio.transcriptions.create(model=self._settings.model_transcription, file=(name, data))
        text = getattr(await self._asked(wanted), "text", None)
        if not isinstance(text, str):
            raise _failed("its transcript is empty")
        return text.strip()

    async def close(self) -> None:
        """Give connections back."""
        await self._client.close()

    async def _asked(self, call: Any) -> Any:  # noqa: ANN401 -- answers of a library, looked at where they are used
        import openai  # noqa: PLC0415

        try:
            return await call
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise ApiError(403, "The model refuses the key of this server: set DOVECOTE_SERVER_MODEL_KEY.") from error
        except openai.RateLimitError as error:
            raise _failed("it has too much to do; ask again later") from error
        except openai.APITimeoutError as error:
            raise _failed(f"it did not answer within {self._settings.model_seconds:g} s") from error
        except openai.APIStatusError as error:
            raise _failed(f"it answered HTTP {error.status_code}") from error
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise _failed(f"{type(error).__name__}") from error


def model_of(settings: ServerSettings, what: str) -> Model | None:
    """The operator's model; None when none is named. Raises ApiError 403 when its library is missing."""
    if not settings.has_model:
        return None
    try:
        import openai  # noqa: PLC0415 -- seldom needed, and half a second to import
    except ImportError as error:
        raise ApiError(403, f"{what} asks a model: install its library, pip install 'dovecote[model]'.") from error
    client = openai.AsyncOpenAI(
        api_key=settings.model_key.get_secret_value() or "none",
        base_url=settings.model_url or None,
        timeout=settings.model_seconds,
        max_retries=0,
    )
    return Model(client, settings)


def without_model(what: str, action: str) -> ApiError:
    """The refusal of what only a model can do."""
    advice = "set DOVECOTE_SERVER_MODEL_URL, _MODEL_KEY and _MODEL_NAME to one that speaks OpenAI's protocol"
    return ApiError(403, f"{what} asks a language model, and this server has none: {advice}.", action=action)


def _failed(reason: str) -> ApiError:
    return ApiError(500, f"The model could not be asked: {reason}.", status=502)
