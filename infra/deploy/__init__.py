"""Deploying: a package becomes a stack, after its changes were shown."""
