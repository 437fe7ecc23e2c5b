"""Who follows a link: read from two headers that a stranger wrote."""

import pytest

from server.visitors import Visitor, visitor_of

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        (f"{PHONE} Version/18.0 Mobile/15E148 Safari/604.1", "Safari"),
        (f"{PHONE} CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome"),
        (f"{PHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15", "Firefox"),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
            "Samsung Internet",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 OPR/115.0", "Opera"),
        ("Something of its own", "Other"),
    ],
)
def test_browsers_are_told_by_family(agent, browser):
    assert visitor_of(agent, "") == Visitor(browser, "direct", "", bot=False)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "  ",
        "Googlebot/2.1",
        "Slackbot-LinkExpanding 1.0",
        "Twitterbot/1.0",
        "curl/8.5.0",
        "python-httpx/0.28",
        "WhatsApp/2.23",
    ],
)
def test_bots_and_previews_are_told_apart(agent):
    assert visitor_of(agent, "").bot


@pytest.mark.parametrize(
    ("referer", "host", "network"),
    [
        ("https://www.linkedin.com/feed", "www.linkedin.com", "linkedin"),
        ("https://old.reddit.com/r/x", "old.reddit.com", "reddit"),
        ("android-app://org.telegram.messenger/", "org.telegram.messenger", ""),
        ("https://notfacebook.com/", "notfacebook.com", ""),
        ("https://youtu.be", "youtu.be", "youtube"),
        ("https://[half", "direct", ""),
        ("https://evil\x00.example/", "direct", ""),
        ("https://" + "a" * 400 + ".example", "direct", ""),
    ],
)
def test_referrers_become_hosts_and_networks(referer, host, network):
    found = visitor_of("Firefox/140.0", referer)
    assert (found.referrer, found.social) == (host, network)
