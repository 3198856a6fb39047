"""
Cookies: what `Set-Cookie` may store, and what `Cookie` sends.
"""
