"""
HTTP authentication: what the browser knows of users and passwords, and how it answers a server that asks for them.
"""
