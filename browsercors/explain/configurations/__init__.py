"""
Configurations of servers that meet what a fix needs.
"""
