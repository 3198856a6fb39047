"""
The Fetch standard as a browser.
"""
