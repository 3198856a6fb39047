"""
Whether a server follows a policy: a search for requests that refute it.
"""
