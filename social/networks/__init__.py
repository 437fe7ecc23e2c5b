"""The table of the networks: one declaration per file, found here by name, alias or wire option key (posts.md 10)."""

from social.networks.base import Network
from social.networks.bluesky import BLUESKY
from social.networks.facebook import FACEBOOK
from social.networks.gmb import GMB
from social.networks.instagram import INSTAGRAM
from social.networks.linkedin import LINKEDIN
from social.networks.pinterest import PINTEREST
from social.networks.reddit import REDDIT
from social.networks.snapchat import SNAPCHAT
from social.networks.telegram import TELEGRAM
from social.networks.threads import THREADS
from social.networks.tiktok import TIKTOK
from social.networks.twitter import TWITTER
from social.networks.youtube import YOUTUBE

_ALL = (
    BLUESKY,
    FACEBOOK,
    GMB,
    INSTAGRAM,
    LINKEDIN,
    PINTEREST,
    REDDIT,
    SNAPCHAT,
    TELEGRAM,
    THREADS,
    TIKTOK,
    TWITTER,
    YOUTUBE,
)

NETWORKS: dict[str, Network] = {network.name: network for network in _ALL}
"""Every network by its name on the wire, alphabetically."""

OPTION_KEYS: dict[str, str] = {
    network.options_key.lower(): network.name for network in _ALL if network.options_key is not None
} | {"xoptions": TWITTER.name}
"""Network name by lower-cased option key: callers differ in case, and some say `xOptions` (posts.md 11)."""

_NAMES = {
    spelling.casefold(): network for network in _ALL for spelling in (network.name, network.title, *network.aliases)
}


def option_key(network: str) -> str:
    """The wire key of a network's options object, such as `faceBookOptions` for `facebook` (posts.md 3.1).

    Raises ValueError when the network is unknown or has no options object (Telegram).
    """
    key = resolve(network).options_key
    if key is None:
        raise ValueError(f"{network} has no options object in the contract (posts.md 10.9); leave its options out")
    return key


def resolve(name: str) -> Network:
    """The network called `name`: wire name, title or alias, without regard to case (`X`, `IG`, `Google Business`).

    Raises ValueError naming the choices.
    """
    found = _NAMES.get(name.strip().casefold())
    if found is None:
        raise ValueError(f"unknown network {name!r}; choose from {', '.join(NETWORKS)}")
    return found
