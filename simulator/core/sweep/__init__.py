"""Many runs at once over two settings: what becomes of training, pixel by pixel, without the records."""

from simulator.core.sweep.sweep import Sweep as Sweep
from simulator.core.sweep.sweep import sweep as sweep
