"""
Policies: what pages of other origins may do, as values that can be asked, served and tried.
"""
