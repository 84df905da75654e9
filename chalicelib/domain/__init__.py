"""What Tallyhook knows, without any I/O."""
