"""Games with numbers: Gambit's files (.nfg, .efg), read and written; tables, read."""
