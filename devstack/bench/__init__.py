"""Measurements, each as a ratio or a share within one run: machines are noisy, ratios less so."""
