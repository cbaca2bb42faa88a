"""Train a network on real data and watch every layer's gradient."""

from simulator.ui.components.training.page import training_page

training_page()
