"""YAML as entries that know their place, and what its parser complains of in plain words."""
