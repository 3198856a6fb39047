"""
What a page keeps open or hands on: EventSource and beacons.
"""
