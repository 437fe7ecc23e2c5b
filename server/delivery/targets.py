"""What sandbox ads can be aimed at: some interests, regions and cities, with keys of Meta's shape."""

import hashlib
from collections.abc import Iterator
from typing import Any

# fmt: off
INTERESTS = (
    "Baking", "Bread", "Coffee", "Cooking", "Vegetarianism", "Restaurants", "Wine", "Beer", "Gardening",
    "House plants", "Interior design", "Do it yourself", "Crafts", "Knitting", "Photography", "Painting", "Music",
    "Live events", "Jazz", "Books", "Literature", "Cinema", "Theatre", "Museums", "Travel", "Camping", "Hiking",
    "Cycling", "Running", "Yoga", "Football", "Tennis", "Swimming", "Skiing", "Sailing", "Dogs", "Cats", "Horses",
    "Birds", "Nature", "Environment", "Technology", "Software", "Data science", "Startups", "Small business",
    "Marketing", "Design", "Fashion", "Beauty", "Parenting", "Education", "Languages", "Science", "History",
    "Architecture", "Cars", "Motorcycles", "Video games",
)
_CITIES = (
    ("Berlin", "Berlin", "DE", "Germany"), ("Hamburg", "Hamburg", "DE", "Germany"),
    ("Munich", "Bavaria", "DE", "Germany"), ("Nuremberg", "Bavaria", "DE", "Germany"),
    ("Vienna", "Vienna", "AT", "Austria"), ("Zurich", "Zurich", "CH", "Switzerland"),
    ("Paris", "Île-de-France", "FR", "France"), ("Lyon", "Auvergne-Rhône-Alpes", "FR", "France"),
    ("Madrid", "Community of Madrid", "ES", "Spain"), ("Barcelona", "Catalonia", "ES", "Spain"),
    ("Lisbon", "Lisbon", "PT", "Portugal"), ("Rome", "Lazio", "IT", "Italy"), ("Milan", "Lombardy", "IT", "Italy"),
    ("Amsterdam", "North Holland", "NL", "Netherlands"), ("Brussels", "Brussels", "BE", "Belgium"),
    ("London", "England", "GB", "United Kingdom"), ("Manchester", "England", "GB", "United Kingdom"),
    ("Edinburgh", "Scotland", "GB", "United Kingdom"), ("Dublin", "Leinster", "IE", "Ireland"),
    ("Oslo", "Oslo", "NO", "Norway"), ("Stockholm", "Stockholm County", "SE", "Sweden"),
    ("Copenhagen", "Capital Region", "DK", "Denmark"), ("Helsinki", "Uusimaa", "FI", "Finland"),
    ("Warsaw", "Masovia", "PL", "Poland"), ("Prague", "Prague", "CZ", "Czechia"),
    ("Budapest", "Budapest", "HU", "Hungary"), ("Athens", "Attica", "GR", "Greece"),
    ("New York", "New York", "US", "United States"), ("Buffalo", "New York", "US", "United States"),
    ("Los Angeles", "California", "US", "United States"), ("San Francisco", "California", "US", "United States"),
    ("Chicago", "Illinois", "US", "United States"), ("Austin", "Texas", "US", "United States"),
    ("Houston", "Texas", "US", "United States"), ("Toronto", "Ontario", "CA", "Canada"),
    ("Montreal", "Quebec", "CA", "Canada"), ("Mexico City", "Mexico City", "MX", "Mexico"),
    ("São Paulo", "São Paulo", "BR", "Brazil"), ("Buenos Aires", "Buenos Aires", "AR", "Argentina"),
    ("Tokyo", "Tokyo", "JP", "Japan"), ("Seoul", "Seoul", "KR", "South Korea"),
    ("Sydney", "New South Wales", "AU", "Australia"), ("Melbourne", "Victoria", "AU", "Australia"),
    ("Auckland", "Auckland", "NZ", "New Zealand"), ("Cape Town", "Western Cape", "ZA", "South Africa"),
    ("Nairobi", "Nairobi", "KE", "Kenya"), ("Lagos", "Lagos", "NG", "Nigeria"),
    ("Mumbai", "Maharashtra", "IN", "India"), ("Delhi", "Delhi", "IN", "India"),
    ("Singapore", "Singapore", "SG", "Singapore"),
)
# fmt: on


def interests(search: str) -> Iterator[dict[str, Any]]:
    """Interests whose name holds the text; `id` is what a boost takes."""
    for name in INTERESTS:
        if search.casefold() in name.casefold():
            size = 1_000_000 + _number(f"size:{name}", 90_000_000)
            yield {"id": interest_id(name), "name": name, "audienceSize": size}


def interest_id(name: str) -> str:
    """The id of an interest."""
    return str(6_003_000_000_000 + _number(f"interest:{name}", 999_999_999))


def regions(search: str) -> Iterator[dict[str, Any]]:
    """Regions whose name holds the text."""
    for region, code, country in dict.fromkeys((region, code, country) for _, region, code, country in _CITIES):
        if search.casefold() in region.casefold():
            yield {"key": _region_key(region, code), "name": region, "countryCode": code, "countryName": country}


def cities(search: str, country: str | None, region: str | None) -> Iterator[dict[str, Any]]:
    """Cities whose name holds the text, within a country or a region where one is given."""
    for name, of_region, code, of_country in _CITIES:
        key = _region_key(of_region, code)
        fits = search.casefold() in name.casefold() and country in {None, code} and region in {None, key}
        if fits:
            yield {
                "key": str(100_000 + _number(f"city:{name}", 2_000_000)),
                "name": name,
                "type": "city",
                "countryCode": code,
                "countryName": of_country,
                "region": of_region,
                "regionId": key,
                "supportsRegion": True,
                "supportsCity": True,
            }


def _region_key(region: str, code: str) -> str:
    return str(100 + _number(f"region:{code}:{region}", 9_000))


def _number(seed: str, below: int) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % below


KNOWN_INTERESTS = frozenset(interest_id(name) for name in INTERESTS)
