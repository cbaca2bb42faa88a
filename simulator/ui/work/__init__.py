"""The numbers of panels: at once where they are quick; where they are not, off the page's thread with a way to stop."""

from simulator.ui.work.numbers import Ready, end_work, jobs, latest, numbers_of, only_this_page
from simulator.ui.work.pool import Jobs
from simulator.ui.work.workers import outside

__all__ = ["Jobs", "Ready", "end_work", "jobs", "latest", "numbers_of", "only_this_page", "outside"]
