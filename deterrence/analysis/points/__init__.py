"""All equilibria of a model at many parameter points."""
