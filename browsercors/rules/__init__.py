"""
Everything in which browsers differ: records, and the small values that they are made of.
"""
