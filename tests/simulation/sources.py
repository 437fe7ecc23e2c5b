"""What the world writes: a feed that grows, corrects itself, breaks and changes its ids; a sheet that is edited."""

import csv
import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pictures import Pictures

ZONE = ZoneInfo("Europe/Berlin")
_WORDS = [
    "amber",
    "harbour",
    "pigeon",
    "lantern",
    "meadow",
    "copper",
    "winter",
    "orchard",
    "signal",
    "velvet",
    "thunder",
    "garden",
    "marble",
    "river",
    "engine",
    "island",
    "ribbon",
    "saddle",
    "temple",
    "canyon",
    "silver",
    "bakery",
    "candle",
    "mirror",
    "forest",
    "window",
    "bridge",
    "market",
    "tunnel",
    "anchor",
]
SHOWN = 40


def said(chance: random.Random, number: int) -> str:
    """A text like no other: the API refuses what nearly says the same again."""
    return " ".join([*chance.sample(_WORDS, 7), str(number)])


class Feed:
    """A JSON feed in a file, the newest forty entries of it."""

    def __init__(self, path: Path, chance: random.Random, pictures: Pictures, *, busy: float) -> None:
        self.path = path
        self._chance = chance
        self._busy = busy
        self._pictures = pictures
        self._entries: list[dict[str, str]] = []
        self.count = 0
        self._name = path.stem

    def move(self, now: datetime, *, trouble: bool) -> None:
        """Some hours later."""
        chance = self._chance
        for _ in range(round(chance.expovariate(1 / self._busy))):
            self.count += 1
            text = said(chance, self.count)
            entry = {"id": f"n{self.count}", "url": f"https://{self._name}.example.org/{self.count}", "title": text}
            pictured = {"image": self._pictures.put()} if chance.random() < 0.15 else {}
            self._entries.append(entry | pictured | {"content_text": text, "date_published": now.isoformat()})
        if trouble and self._entries and chance.random() < 0.1:
            chance.choice(self._entries[-5:])["title"] += " (corrected)"
        if trouble and chance.random() < 0.01:
            for entry in self._entries[-SHOWN:]:
                entry["id"] = f"moved-{entry['id']}"
        broken = trouble and chance.random() < 0.05
        told = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": self._entries[-SHOWN:][::-1]}
        self.path.write_text("{" if broken else json.dumps(told), encoding="utf-8")


class Sheet:
    """A content calendar: rows with dates to come, some of them edited or taken out later."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        self.path = path
        self._chance = chance
        self._rows: list[list[str]] = []
        self.count = 0
        self.write()

    def move(self, now: datetime, *, trouble: bool) -> None:
        """Some hours later."""
        chance = self._chance
        if chance.random() < 0.3:
            self.count += 1
            # Wall time, also that which the change to summer time leaves out and which its end brings twice.
            at = (now + timedelta(days=chance.uniform(0.5, 6))).astimezone(ZONE)
            hour = chance.choice((2, 2, 9, 12, 18))
            self._rows.append(
                [
                    f"{at:%Y-%m-%d} {hour:02d}:30",
                    said(chance, 1_000_000 + self.count),
                    chance.choice(("bluesky", "all")),
                ]
            )
        if trouble and self._rows and chance.random() < 0.1:
            chance.choice(self._rows[-4:])[1] += " edited"
        if trouble and self._rows and chance.random() < 0.03:
            self._rows.remove(chance.choice(self._rows[-4:]))
        self.write()

    def write(self) -> None:
        """Bring the file up to date."""
        with self.path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["Date", "Text", "Platforms"], *self._rows])
