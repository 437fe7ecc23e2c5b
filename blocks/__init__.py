"""What an operator fills in in the Prefect UI: fields, secrets, one door each. `prefect block register -m blocks`."""

from blocks.api import SocialApi
from blocks.google import GoogleSheets
from blocks.lake import LakeStorage
from blocks.ledger import LedgerDatabase

__all__ = ["GoogleSheets", "LakeStorage", "LedgerDatabase", "SocialApi"]
