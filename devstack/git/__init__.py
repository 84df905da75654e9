"""Pushes to real git repositories, played: what each brings, and the payload that GitHub would send."""
