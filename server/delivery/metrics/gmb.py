"""What Google Business Profile tells of a listing; of posts nothing (analytics.md 5.3)."""

from server.delivery.fields import Flows, States

STATE: States = {}

FLOW: Flows = {
    "businessImpressionsDesktopSearch": lambda d: int(d.impressions * 0.25),
    "businessImpressionsMobileSearch": lambda d: int(d.impressions * 0.35),
    "businessImpressionsDesktopMaps": lambda d: int(d.impressions * 0.1),
    "businessImpressionsMobileMaps": lambda d: int(d.impressions * 0.3),
    "callClicks": lambda d: int(d.clicks * 0.2),
    "websiteClicks": lambda d: int(d.clicks * 0.5),
    "businessDirectionRequests": lambda d: int(d.clicks * 0.3),
    "businessBookings": lambda d: int(d.clicks * 0.04),
    "businessConversations": lambda d: int(d.clicks * 0.03),
    "businessFoodOrders": lambda d: int(d.clicks * 0.02),
    "businessFoodMenuClicks": lambda d: int(d.clicks * 0.1),
}
