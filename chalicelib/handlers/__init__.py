"""The only rooms that know Chalice."""
