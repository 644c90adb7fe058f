"""Exact numbers, expressions, polynomials, linear algebra, polytopes, systems of equations."""
