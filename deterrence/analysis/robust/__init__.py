"""Robustness of conclusions, and the levers that bring them about."""
