"""
The cause layer: who answered, what that means for CORS there, and what to change.
"""
