"""
The traps that people fall into, and the proof that proposed fixes are fixes.
"""
