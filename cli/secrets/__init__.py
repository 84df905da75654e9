"""The commands about secrets: those of a deployed stage, in SSM."""
