"""Proofs about signs of polynomials: the prover, samples, conditions, covers and certificates."""
