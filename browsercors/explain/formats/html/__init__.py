"""
A report as a page of HTML.
"""
