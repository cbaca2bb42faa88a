"""Signals and gradients in deep networks: measured over many random starts, taken apart, and foretold by theory."""
