"""GitHub's API: what is asked of it, and how its answers are read. Used only where a token is configured."""
