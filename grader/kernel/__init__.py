"""Run a student's cells in a kernel of their own, and put the judge's questions to it."""
