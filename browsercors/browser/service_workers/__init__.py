"""
Service workers: a Python function that handles what pages ask for, its caches, and its registration.
"""
