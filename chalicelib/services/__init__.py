"""The stories, one function each, told over ports."""
