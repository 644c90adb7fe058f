"""Games, profiles, expressions, exact numbers: what every other layer stands on."""
