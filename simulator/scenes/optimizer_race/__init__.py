"""Seven optimizers on one network, from one start, with one order of batches."""
