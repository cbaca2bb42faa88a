"""Exercises on screen: a problem with feedback, and sheets to download."""
