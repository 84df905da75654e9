"""The routing file: read, checked, and turned into the domain's values."""
