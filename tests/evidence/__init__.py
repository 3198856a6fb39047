"""
What real browsers did, how it was recorded, and how the simulator agrees with it.
"""
