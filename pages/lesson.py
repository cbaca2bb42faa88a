"""Lessons: the map of the course, and each lesson part by part with live panels and questions."""

from simulator.ui.lessons.page import lesson_page

lesson_page()
