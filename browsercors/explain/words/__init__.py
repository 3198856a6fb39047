"""
The words of a report, in tables.
"""
