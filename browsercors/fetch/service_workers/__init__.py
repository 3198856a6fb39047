"""
What a service worker has to do with a fetch: it is called, and what it responds with is checked.
"""
