"""The parts of the game tree figure."""
