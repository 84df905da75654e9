"""A form of our own: small pages, and who may see them. Pure: markup out, answers in, and nothing else."""
