"""The sandbox's strangers: who comments, reviews and writes. One digest is one person, always and everywhere."""

from dataclasses import dataclass

from server.delivery.accounts import account_of
from social.networks import NETWORKS

# fmt: off
FIRST_NAMES = (
    "Ada", "Amal", "Aiko", "Björn", "Bence", "Camille", "Chidi", "Dara", "Elif", "Emeka", "Farah", "Greta", "Hanna",
    "Hugo", "Ines", "Ivo", "Jana", "João", "Kemi", "Kofi", "Lea", "Liam", "Lina", "Luca", "Mads", "Maja", "Mateo",
    "Mei", "Milo", "Nadia", "Noor", "Olga", "Omar", "Paula", "Priya", "Quinn", "Ravi", "Rosa", "Sami", "Sana",
    "Selma", "Tariq", "Tess", "Uma", "Vera", "Wanja", "Yuki", "Zoë",
)
LAST_NAMES = (
    "Abbas", "Adeyemi", "Almeida", "Andersson", "Bakker", "Banerjee", "Becker", "Castro", "Chen", "Costa", "Demir",
    "Dubois", "Eriksen", "Fischer", "Fontana", "García", "Haddad", "Hansen", "Horvat", "Ito", "Ivanova", "Jensen",
    "Kaya", "Keller", "Kowalska", "Larsen", "Lopez", "Mäkinen", "Martin", "Mensah", "Moreau", "Novak", "O'Brien",
    "Okafor", "Petrov", "Popescu", "Rossi", "Sato", "Schmid", "Silva", "Singh", "Smith", "Söderberg", "Tanaka",
    "Toth", "Weber", "Wójcik", "Yilmaz", "Zhang",
)
# fmt: on
_ASCII = str.maketrans("äåáàéëíïõóöøüß", "aaaaeeiioooous")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account on a network. `id` is shaped as the network's own; `picture` is a path on our server.

    `username` is always there, although some networks show only the name: who writes an answer picks what it gives.
    """

    network: str
    id: str
    name: str
    username: str
    picture: str


def stranger(network: str, digest: bytes) -> Person:
    """The person of `digest` (at least 8 bytes) on `network`. Pure; raises KeyError for an unknown network."""
    if network not in NETWORKS:
        raise KeyError(network)
    first, last = FIRST_NAMES[digest[0] % len(FIRST_NAMES)], LAST_NAMES[digest[1] % len(LAST_NAMES)]
    plain = "".join(
        letter for letter in f"{first}{last}".lower().translate(_ASCII) if letter.isascii() and letter.isalnum()
    )
    handle = f"{plain}{digest[2] % 90 + 10}"
    key = digest[:8].hex()
    return Person(
        network=network,
        id=_person_id(network, account_of(f"person:{key}", network).id),
        name=f"{first} {last}",
        username=f"{handle}.bsky.social" if network == "bluesky" else handle,
        picture=f"/sandbox/pictures/people/{key}.jpg",
    )


def _person_id(network: str, account_id: str) -> str:
    # Accounts of profiles are organisations and channels where a network has them; strangers are people.
    number = account_id.rpartition(":")[2].removeprefix("-100")
    return {"linkedin": f"urn:li:person:{number}", "telegram": number}.get(network, account_id)
