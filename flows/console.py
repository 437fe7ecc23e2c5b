"""Where the command `dovecote` begins. It loads the rest without collecting garbage, a tenth of a cold start."""

import gc


def main() -> None:
    """Load the command and run it."""
    # What modules make stays to the end: there is nothing to collect, and later nothing to look through again.
    gc.disable()
    from flows.cli import app  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    app()
