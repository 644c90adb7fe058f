"""Solutions as text, CSV, HTML and LaTeX."""
