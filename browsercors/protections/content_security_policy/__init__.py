"""
Content Security Policy: what a page's own server lets the page load.
"""
