"""The training page in parts: what its controls say, and what is shown of a run."""
