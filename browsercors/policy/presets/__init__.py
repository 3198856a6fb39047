"""
Policies that are written down already: what frameworks do by default, and what applications and files say.
"""
