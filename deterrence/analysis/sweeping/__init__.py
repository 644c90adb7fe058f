"""Sweeps: equilibria and measures over designs of parameter points, to a file or in memory."""
