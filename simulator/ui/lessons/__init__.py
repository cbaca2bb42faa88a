"""Lessons on screen: the map of the course, a part with its live panels, and its questions."""
