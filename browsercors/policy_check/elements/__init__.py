"""
What elements do in checks: which loads are tried, and the laws that hold for them.
"""
