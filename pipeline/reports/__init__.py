"""Reports people look at: one HTML file made from the lake, which opens anywhere without a network."""
