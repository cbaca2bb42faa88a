"""Generalization: what a model that has learned a few noisy points says about others."""
