"""The table of error codes: number, HTTP status, meaning, what to do (analytics.md 11.5, posts.md 9.4, content.md 1.1).

The server answers from it, `GET /error-explainer` explains from it. The vendor's own table is not public: numbers that
are not here may come and are tolerated.
"""

from dataclasses import dataclass

IDEMPOTENCY_KEY_SEEN = 105
"""Code of a refused `idempotencyKey`: our choice, the contract leaves it open (posts.md 13.1)."""

_USER_ACTION = frozenset({401, 402, 403})
_BAD_REQUEST = 400
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `status` is the HTTP status that goes with it, 200 for a warning beside a success."""

    number: int
    status: int
    meaning: str
    resolution: str

    @property
    def classification(self) -> str:
        """`user-action`, `network` or `developer-fix`, by the HTTP status alone (analytics.md 11.4).

        A warning is `warning`: our choice, the contract names none.
        """
        if self.status in _USER_ACTION:
            return "user-action"
        if self.status < _BAD_REQUEST:
            return "warning"
        return "network" if self.status >= _SERVER_ERROR else "developer-fix"


_RELINK = "Link the account again (POST /profiles/link-sessions), then send the post once more."
_MEDIA = "Put the file on a host that lets the network read it (no robots.txt rule, no firewall), or upload it."
_CONVERT = "Save the image as JPEG or PNG and send it again."
_SESSION = "Make a new one: POST /profiles/link-sessions."
_X_HEADERS = "Send X-Twitter-OAuth1-Api-Key and X-Twitter-OAuth1-Api-Secret, both, of your own X app."

# fmt: off
_TABLE = (
    Code(101, 400, "Missing or wrong parameters.",
        "Correct the field that the message names. Threads: leave allowCountries out unless the account has it."),
    Code(102, 403, "API key not valid. Check the Authorization header and the Profile-Key header.",
        "Authorization takes the primary profile's key, Profile-Key that of a user profile; never the reverse."),
    Code(IDEMPOTENCY_KEY_SEEN, 400, "This idempotencyKey was used before.",
        "Look in the history for the post that was sent with it; send a new key only for a new post."),
    Code(107, 400, "Facebook: identical to the previous status.", "Change the text."),
    Code(108, 400, "Facebook: whether the Reel was published is uncertain.",
        "Look at detailsData.verifyReelsUrl before anything else; do not send it again."),
    Code(110, 400, "X: duplicate of an earlier post.", "Change the text."),
    Code(111, 400, "X: a long post without Premium.", "Shorten the text to 280, or post from a Premium account."),
    Code(114, 404, "No post with this id. It may belong to another profile.",
        "Check the id and the Profile-Key; what is gone needs no deleting."),
    Code(126, 400, "No such short link in this profile.", "List the links: GET /links."),
    Code(136, 400, "Media URL not valid or not reachable.", "Give an https:// address that answers without a login."),
    Code(137, 400, "Duplicate or similar content within 48 hours for this network.",
        "Change the text, or move the post two days away."),
    Code(138, 400, "Instagram refused the post.", "Read the message: format, ratio, size or robots.txt of the media."),
    Code(146, 400, "A profile with this title exists already.", "Choose another title."),
    Code(156, 400, "Network is not linked to this profile. Link it first.", _RELINK),
    Code(159, 400, "Facebook: the same handle may be mentioned once a day only.", "Send it tomorrow."),
    Code(161, 400, "The network no longer authorises this account. Link it again.", _RELINK),
    Code(182, 400, "The video fails Instagram's rules.", "Read the message: width, dimensions or ratio of the video."),
    Code(186, 404, "No post with this id. It may belong to another profile.",
        "Check the id and the Profile-Key. A network's own id needs searchPlatformId: true."),
    Code(187, 400, "One post of the network could not be read.",
        "Read this post again later; the others are complete."),
    Code(189, 400, "The private key is not valid.",
        "Send the RSA key as PEM with its line breaks, or in base64 with base64: true."),
    Code(192, 400, "No auto-schedule was ever set.", "Create one: POST /auto-schedule/set."),
    Code(221, 400, "No posts found for these filters.", "Treat it as an empty list, or widen the filters."),
    Code(254, 400, "LinkedIn: the image is too large.", "Make the file smaller."),
    Code(272, 400, "X: the account's authorisation is not valid.", _RELINK),
    Code(288, 400, "TikTok is still processing the video.", "Ask again in some minutes."),
    Code(294, 400, "The answer of the network could not be looked up.", "Ask again later."),
    Code(349, 400, "The review no longer exists.", "List the reviews: GET /reviews."),
    Code(350, 400, "There are no reviews.", "Treat it as an empty list."),
    Code(361, 400, "Messaging is not enabled for this profile.",
        "Enable it: PATCH /profiles with messagingActive: true."),
    Code(362, 400, "The network must be linked again before it can be used for messages.", _RELINK),
    Code(373, 400, "The network takes no more posts of this account in this period.", "Send it tomorrow."),
    Code(379, 400, "Threads could not download the media.", _MEDIA),
    Code(382, 400, "The post is still live on the network. Delete it there first.",
        "Delete it on the network, or without markManualDeleted."),
    Code(383, 400, "The post is already deleted.", "Nothing is left to do."),
    Code(395, 200, "The network withholds demographic numbers of small audiences.", "Nothing: they come as it grows."),
    Code(399, 403, "The account has no Ads add-on.", "Add it to the account."),
    Code(400, 400, "Only one of the two X headers came: send X-Twitter-OAuth1-Api-Key and X-Twitter-OAuth1-Api-Secret.",
        f"{_X_HEADERS} In analytics: userId and userName do not go with a Profile-Key."),
    Code(401, 401, "Authorization header missing: send 'Authorization: Bearer <API key>'.",
        "Send the API key of the primary profile with every call."),
    Code(402, 402, "The plan's quota is used up.", "Wait for the next month, or change the plan."),
    Code(403, 403, "Not allowed.", "Read the message: the plan lacks the feature, or the profile is suspended."),
    Code(404, 404, "No such endpoint.", "Check the path: it begins with /api."),
    Code(405, 405, "This endpoint does not know this method.", "Check the method against the description of the call."),
    Code(419, 400, "X credentials required: send X-Twitter-OAuth1-Api-Key and X-Twitter-OAuth1-Api-Secret.",
        _X_HEADERS),
    Code(429, 429, "Too many requests for this profile: wait for the next window.",
        "Stay under x-ratelimit-max per five minutes; 1,000 such answers in a day suspend the profile."),
    Code(440, 400, "The network could not download the media.", _MEDIA),
    Code(444, 429, "Facebook throttles the analytics of its pages.",
        "Ask again in an hour; the API's own limit is free."),
    Code(450, 400, "The image could not be converted.", _CONVERT),
    Code(451, 400, "The image could not be converted.", _CONVERT),
    Code(452, 400, "The image could not be converted.", _CONVERT),
    Code(479, 400, "The network could not download the media, and would not the next time either.", _MEDIA),
    Code(485, 400, "The insights of an Instagram story are gone after 24 hours.", "Measure stories while they live."),
    Code(500, 500, "Internal error.", "Read back what became of the call before it is sent again."),
    Code(501, 400, "The link session was revoked.", _SESSION),
    Code(502, 400, "There is no such link session.", _SESSION),
    Code(503, 400, "The link session has expired.", _SESSION),
    Code(518, 200, "Instagram took the post and warns of something.", "Read the warning; nothing needs to be done."),
)
# fmt: on

CODES: dict[int, Code] = {code.number: code for code in _TABLE}


def meaning_of(number: int, otherwise: str = "The request was refused.") -> str:
    """What a code means; `otherwise` for one that is not in the table."""
    return CODES[number].meaning if number in CODES else otherwise


def status_of(number: int) -> int:
    """The HTTP status that goes with a code; 400 for one that is not in the table."""
    return CODES[number].status if number in CODES else _BAD_REQUEST
