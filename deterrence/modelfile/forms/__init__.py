"""The forms of a game in a model file: grid of cells, ladder, tree."""
