"""
Fixes: candidates are tried on the recorded exchanges, and those that help are shown.
"""
