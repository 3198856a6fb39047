"""
How browsers differ in what elements load.
"""
