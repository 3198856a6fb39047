"""
What blocks nothing, and surprises all the same.
"""
