"""
Making HAR files with real recorders, of a page whose outcomes are known.
"""
