"""
What a server lets pages do, tried without a policy.
"""
