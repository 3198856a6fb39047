"""
What a page can start a fetch with, a file for each, up to the request that it makes.
"""
