"""Pieces of the exported scripts, as data; ``simulator.core.export.pieces`` puts them together."""
