"""`tallyhook tags …`: Noko's tags."""
