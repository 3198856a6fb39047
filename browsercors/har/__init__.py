"""
Recorded traffic: which page asked what, and what a browser makes of the answers.
"""
