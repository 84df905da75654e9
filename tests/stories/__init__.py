"""What teams do with git, as the payloads GitHub would have sent, and the entries that should come of it."""
