"""
Text formats that headers, bodies and URLs are written in.
"""
