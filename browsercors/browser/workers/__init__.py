"""
Workers that pages start: their scripts, and what they ask for themselves.
"""
