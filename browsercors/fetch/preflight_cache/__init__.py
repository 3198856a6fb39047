"""
The CORS-preflight cache: which preflights need not be sent again.
"""
