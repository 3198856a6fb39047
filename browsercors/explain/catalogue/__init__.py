"""
The catalogue of reasons: its pages, and how one is found.
"""
