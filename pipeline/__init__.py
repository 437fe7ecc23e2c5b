"""The journey of one item: from a feed or sheet to a post, and from the post back to numbers. Without Prefect."""
