"""Run ``python -m simulator.sweep``."""

from simulator.core.sweep.command import main

if __name__ == "__main__":
    main()
