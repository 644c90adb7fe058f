"""Sensitivity of outcomes and conclusions to uncertain parameters."""
