"""One HTTP exchange with another service: what is sent, what comes back, and how it is carried."""
