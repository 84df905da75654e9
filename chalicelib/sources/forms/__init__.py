"""Forms and automations: what a person typed or a step sent, verified and read into one shape. No I/O."""
