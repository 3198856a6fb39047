"""
What fetching does for elements alone: their destinations, preloads and timing.
"""
