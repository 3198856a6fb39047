"""
The pages of reasons: their exchanges are run, and what can be generated in them is.
"""
