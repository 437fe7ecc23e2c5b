"""One step per function: a retry policy and a call."""
