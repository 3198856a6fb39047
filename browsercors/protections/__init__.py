"""
What blocks a load and is not the CORS protocol: a file for each.
"""
