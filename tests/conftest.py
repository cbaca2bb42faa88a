"""Every test runs with the strictest JAX: no silent broadcasting of ranks."""

import os

os.environ.setdefault("JAX_NUMPY_RANK_PROMOTION", "raise")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
