"""
Recorded traffic: reading it, putting it together, and judging it.
"""
