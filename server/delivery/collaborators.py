"""What accounts that a sandbox post on Instagram invites to collaborate answer, and when (posts.md 7.8)."""

from datetime import datetime, timedelta

from server.delivery.accounts import account_of

# The slowest answer, and how many are a yes.
SLOWEST = timedelta(hours=48)
ACCEPTED = 0.7


def invitation(post_id: str, username: str, sent: datetime, now: datetime) -> dict[str, str]:
    """One invited account. It answers within two days: for one post always the same, after the same time."""
    account = account_of(f"collaborator:{username.lower()}", "instagram")
    own = account_of(f"invitation:{post_id}:{username.lower()}", "instagram")
    answered = sent + SLOWEST * own.draw(2) <= now
    status = ("accepted" if own.draw(3) < ACCEPTED else "declined") if answered else "pending"
    return {"id": account.id, "username": username, "inviteStatus": status}
