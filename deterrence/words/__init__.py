"""Texts: safe markup, formulas as LaTeX and MathML, documents of blocks and their renderers."""
