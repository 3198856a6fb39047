"""
What a page loads by elements and style sheets: one file for each way.
"""
