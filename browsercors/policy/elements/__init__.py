"""
What elements reveal to pages.
"""
