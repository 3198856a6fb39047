"""
What the pytest plugin does once a test uses one of its fixtures: browsers that are listened to, and what they tell.
"""
