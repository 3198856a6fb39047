"""
Chromium, and how all of it is known.
"""
