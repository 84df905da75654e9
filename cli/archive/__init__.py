"""A store as a file of lines, and what is done with one: written, verified, poured into a store, compared with one."""
