"""
The browser as its users meet it: browsers, pages, results.
"""
