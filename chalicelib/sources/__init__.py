"""Inbound: headers and raw bytes become deliveries and drafts. No I/O."""
