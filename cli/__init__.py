"""The `tallyhook` command, for laptops; never shipped to Lambda."""
