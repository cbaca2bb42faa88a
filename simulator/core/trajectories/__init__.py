"""Descent on small surfaces: functions of one or two parameters, and the paths of optimizers on them."""
