"""Texts by a model (content.md 9)."""

from social.client.http import Http
from social.contract import generate as models
from social.contract import routes


class Generate:
    """Drafts by a model; nothing is published. Raises Refused where the API has no model, and `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def post(self, request: models.GeneratePost) -> models.GeneratedPost:
        """A post about a text or for pictures."""
        return await self._http.call(routes.GENERATE_POST, body=request)

    async def rewrite(self, request: models.RewriteRequest) -> models.Rewritten:
        """The same said otherwise."""
        return await self._http.call(routes.GENERATE_REWRITE, body=request)

    async def transcription(self, video_url: str) -> models.Transcription:
        """What is said in an uploaded video."""
        request = models.TranscriptionRequest(video_url=video_url)
        return await self._http.call(routes.GENERATE_TRANSCRIPTION, body=request)

    async def translate(self, text: str, lang: str) -> models.Translation:
        """A text in another language."""
        return await self._http.call(routes.GENERATE_TRANSLATION, body=models.TranslationRequest(text=text, lang=lang))

    async def alt_text(self, request: models.AltTextRequest) -> models.AltText:
        """What is to be seen in a picture."""
        return await self._http.call(routes.GENERATE_ALT_TEXT, body=request)

    async def sentiment(self, text: str) -> models.Sentiment:
        """The mood of a text."""
        return await self._http.call(routes.GENERATE_SENTIMENT, body=models.SentimentRequest(text=text))
