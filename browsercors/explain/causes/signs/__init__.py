"""
The signs by which servers, frameworks, proxies and platforms are known: a table for each area.
"""
