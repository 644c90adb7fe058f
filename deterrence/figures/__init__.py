"""Figures of publication quality (matplotlib, extra ``plot``)."""
