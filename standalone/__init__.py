"""One machine for good: the door's server, the pollers and the ticker, on an embedded database. Never on Lambda."""
