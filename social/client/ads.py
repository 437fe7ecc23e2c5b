"""Ads: boosting posts, and what they cost (content.md 16)."""

from social.client.http import Http
from social.contract import ads as models
from social.contract import routes


class Ads:
    """Ads on `facebook` and `instagram`, campaigns of Google. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def accounts(self, platform: str, query: models.AccountsQuery | None = None) -> models.AdAccounts:
        """The ad accounts. Raises NotAllowed (code 399) without the add-on."""
        return await self._http.call(routes.AD_ACCOUNTS, path={"platform": platform}, query=query)

    async def campaigns(self, platform: str, query: models.CampaignsQuery) -> models.Campaigns:
        """The campaigns of an ad account."""
        return await self._http.call(routes.AD_CAMPAIGNS, path={"platform": platform}, query=query)

    async def boost(self, platform: str, boost: models.BoostRequest) -> models.Ad:
        """Make an ad of a post. Not repeated by itself: a lost answer may have been an ad that costs money."""
        return await self._http.call(routes.BOOST_POST, path={"platform": platform}, body=boost)

    async def list(self, platform: str, query: models.AdsQuery) -> models.Ads:
        """Ads by account, ad, campaign or post."""
        return await self._http.call(routes.LIST_ADS, path={"platform": platform}, query=query)

    async def update(self, platform: str, update: models.AdUpdate) -> models.Ad:
        """Pause an ad, let it run, or end it."""
        return await self._http.call(routes.UPDATE_AD, path={"platform": platform}, body=update)

    async def history(self, platform: str, query: models.SpendQuery) -> models.Spend:
        """What ads cost and brought, day by day."""
        return await self._http.call(routes.AD_HISTORY, path={"platform": platform}, query=query)

    async def interests(self, platform: str, query: models.SearchQuery) -> models.Interests:
        """Interests to aim at."""
        return await self._http.call(routes.AD_INTERESTS, path={"platform": platform}, query=query)

    async def regions(self, platform: str, query: models.SearchQuery) -> models.Regions:
        """Regions to aim at."""
        return await self._http.call(routes.AD_REGIONS, path={"platform": platform}, query=query)

    async def cities(self, platform: str, query: models.SearchQuery) -> models.Cities:
        """Cities to aim at."""
        return await self._http.call(routes.AD_CITIES, path={"platform": platform}, query=query)

    async def dsa_recommendations(self, platform: str, query: models.CampaignsQuery) -> models.DsaRecommendations:
        """Names for beneficiary and payor."""
        return await self._http.call(routes.AD_DSA, path={"platform": platform}, query=query)

    async def google_campaigns(self) -> models.Campaigns:
        """The campaigns of Google Ads."""
        return await self._http.call(routes.GOOGLE_CAMPAIGNS)

    async def update_google(self, campaign_id: str, update: models.GoogleUpdate) -> models.GoogleCampaign:
        """Pause a campaign of Google, let it run, or give it another budget."""
        return await self._http.call(routes.UPDATE_GOOGLE, path={"id": campaign_id}, body=update)
