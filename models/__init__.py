"""The shipped models: data files, one per model."""
