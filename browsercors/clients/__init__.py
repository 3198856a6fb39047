"""
HTTP clients of other libraries that ask as a page does.
"""
