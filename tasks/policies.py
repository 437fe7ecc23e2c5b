"""How tasks are retried and what is kept of them. Every task names one of these policies."""

from typing import Any

from prefect.cache_policies import NO_CACHE

# Inputs are live objects (ledger, client): they can be neither hashed nor stored.
_LIVE: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}

# Reads anything from outside: repeat with growing, jittered gaps.
FETCH: dict[str, Any] = {**_LIVE, "retries": 2, "retry_delay_seconds": [5, 30], "retry_jitter_factor": 0.5}

# Talks to the API about claims: safe to repeat, because the ledger remembers every attempt.
SEND: dict[str, Any] = {**_LIVE, "retries": 3, "retry_delay_seconds": [10, 60, 300], "retry_jitter_factor": 0.5}

# Works on our own files and databases: a failure is a fault to look at, not to repeat.
LOCAL: dict[str, Any] = _LIVE
