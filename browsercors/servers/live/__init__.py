"""
Servers on the network, asked over HTTP/1.1.
"""
