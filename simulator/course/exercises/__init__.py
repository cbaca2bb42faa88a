"""Exercises: for a topic and a seed a fresh problem, its worked solution and its grading; and sheets to print."""
