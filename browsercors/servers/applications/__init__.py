"""
Applications in this process: WSGI and ASGI.
"""
