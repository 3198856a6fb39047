"""
Fixes: candidates, tried on the recorded exchanges, and those that helped.
"""
