"""
Everything that can answer an HTTP request: WSGI and ASGI applications, live HTTP servers, scripted answers.
"""
