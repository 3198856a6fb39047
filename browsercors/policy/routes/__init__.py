"""
Paths: how policies and routers write them, which ones an application serves, and what a request to one may look like.
"""
