"""What happened in a run, said from its records: ``diagnose(run)`` returns findings, worst first."""

from simulator.core.diagnosis.finding import KINDS, MAX_FINDINGS, SEVERITIES, Cause, Finding, Remedy
from simulator.core.diagnosis.rules import diagnose

__all__ = ["KINDS", "MAX_FINDINGS", "SEVERITIES", "Cause", "Finding", "Remedy", "diagnose"]
