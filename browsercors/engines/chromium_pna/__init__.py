"""
Chromium as it was with Private Network Access.
"""
