"""Real git repositories, read as they are, and pushes told as GitHub tells of them. Knows nothing of the rest."""
