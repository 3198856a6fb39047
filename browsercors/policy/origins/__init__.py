"""
Origins: which ones a policy means, and which ones a careless comparison takes for them.
"""
