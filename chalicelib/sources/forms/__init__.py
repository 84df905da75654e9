"""Forms and automations, no I/O: what a person typed or a step sent is verified, and read into one shape."""
