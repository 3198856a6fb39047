"""
Whatever people paste: requests, responses, console lines, names.
"""
