"""What people say to the accounts: comments, reviews and messages, collected, kept and answered by rules."""
