"""Metrics of Google Business Profile, whose posts have none (analytics.md 5.3)."""

from social.contract.metrics.base import Int, Metrics, count


class GmbAccount(Metrics):
    """A listing on Google."""

    businessImpressionsDesktopSearch: Int = count("Times shown in Search on computers")
    businessImpressionsMobileSearch: Int = count("Times shown in Search on phones")
    businessImpressionsDesktopMaps: Int = count("Times shown on Maps on computers")
    businessImpressionsMobileMaps: Int = count("Times shown on Maps on phones")
    callClicks: Int = count("Clicks on the phone number")
    websiteClicks: Int = count("Clicks on the website")
    businessDirectionRequests: Int = count("Requests for directions")
    businessBookings: Int = count("Bookings")
    businessConversations: Int = count("Message threads")
    businessFoodOrders: Int = count("Food orders")
    businessFoodMenuClicks: Int = count("Clicks on the menu")
