"""One file per noun: parse, call the store, answer. Importing a file registers its handlers (`server/routing.py`)."""
