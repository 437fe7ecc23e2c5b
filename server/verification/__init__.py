"""The checks made on a post before anything is sent or stored, in the order of posts.md 12.7."""
