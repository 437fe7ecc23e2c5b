"""The social API as such: networks, wire contract, client and errors. Knows nothing of feeds, servers or Prefect."""
