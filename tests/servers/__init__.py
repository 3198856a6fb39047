"""
Tests of the servers: applications in process, live HTTP, scripted answers, and which of them answers.
"""
