import pytest

from social.networks.phones import phone_number


@pytest.mark.parametrize(
    "text",
    [
        "Call +49 30 1234567",
        "Call us: +1 (800) 555 0199.",
        "(555) 123-4567",
        "1-800-555-0199",
        "030 / 12345678",
        "0171 1234567",
        "Tel. 0800-1234567!",
    ],
)
def test_phone_numbers(text: str) -> None:
    assert phone_number(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Open 05.11.2026 10:00",
        "05-11-2026",
        "2026-11-05 0800",
        "from 01/02/2026 to 03/04/2026",
        "1,234,567 guests and 10 000 000 stars",
        "order 12345678901",
        "ISBN 978-3-16-148410-0",
        "https://example.org/030-1234567",
        "Mon 08 00 - 12 00",
    ],
)
def test_dates_prices_and_numbers_are_none(text: str) -> None:
    assert phone_number(text) is None
