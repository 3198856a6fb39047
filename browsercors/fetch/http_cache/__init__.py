"""
What the fetch algorithms ask of the HTTP cache, and what they store there.
"""
