"""Exercises: a fresh problem for a topic and a seed, with feedback and worked solution; sheets to print."""

from simulator.ui.exercises.page import exercises_page

exercises_page()
