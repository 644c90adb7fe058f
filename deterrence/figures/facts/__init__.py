"""What figures show, as values: branches, stages, areas, thresholds; nothing here draws."""
