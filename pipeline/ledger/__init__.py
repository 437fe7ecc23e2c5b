"""The ledger: no post twice, none lost (promise 1). Every item seen, every claim, every receipt is a row."""

from pipeline.ledger.accepted import AcceptedPost
from pipeline.ledger.admitting import Admission
from pipeline.ledger.frames import Run
from pipeline.ledger.keeping import Standing
from pipeline.ledger.key import note, noted_key, post_key
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.replacing import Replacement

__all__ = ["AcceptedPost", "Admission", "Ledger", "Replacement", "Run", "Standing", "note", "noted_key", "post_key"]
