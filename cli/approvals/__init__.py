"""`tallyhook approve` and `tallyhook approvals …`: entries approved by policies."""
