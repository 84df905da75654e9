"""The ledger and the throttle on one table of items, whatever table that is."""
