"""The explorer: one self-contained page in which a model's guesses are moved by hand."""
