"""Analysis of a model over many parameter values: sweeps, sensitivity, robustness, levers."""
