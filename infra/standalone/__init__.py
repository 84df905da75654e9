"""One machine for good: the wheel, and what installs, guards and fronts it."""
