"""The numbers coming back: answers of the API become samples, samples typed tables, tables live in a Delta lake."""
