"""Learning from few noisy examples: what fits the training points, and what holds on others."""
