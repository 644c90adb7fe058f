"""Where everything of a drawn tree goes, and the tree as LaTeX."""
