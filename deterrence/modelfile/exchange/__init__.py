"""Gambit's files, read and written: strategic games (.nfg) and game trees (.efg)."""
