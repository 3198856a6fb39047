"""
The browsers, each a value of `BrowserProfile`.
"""
