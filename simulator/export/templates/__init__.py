"""Pieces of the exported scripts, as data; ``simulator.export.pieces`` puts them together."""
