"""From an item to a draft: what is said on each network, with which media, within each network's own rules."""
