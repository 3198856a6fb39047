"""
The command line: the only floor that reads arguments, writes to a terminal and ends the process.
"""
