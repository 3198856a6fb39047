"""
The algorithms of the Fetch standard, without any input or output of their own.
"""
