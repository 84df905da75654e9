"""Everything that knows how Noko speaks."""
