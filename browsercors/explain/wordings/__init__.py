"""
What a server's configuration says for some needs, one module for each kind of server.
"""
