"""`tallyhook noko …`: what is in Noko itself, through the throttle of the instance."""
