"""Real git repositories as GitHub would tell of them: commits read, and the payloads of pushes built."""
