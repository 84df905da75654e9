"""The machine that tries to break the promise: nothing lost, nothing twice, never over the limit."""
