"""
Tests of what the pytest plugin does once a test uses its fixtures.
"""
