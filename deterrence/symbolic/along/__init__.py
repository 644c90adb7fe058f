"""What happens along a parameter and across boundaries: thresholds, statics, boundaries."""
