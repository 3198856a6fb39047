"""
What the pytest plugin does once a test uses a fixture: browsers that record their results, and the report of failures.
"""
