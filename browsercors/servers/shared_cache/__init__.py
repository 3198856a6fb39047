"""
A shared cache in front of a server, such as a CDN.
"""
