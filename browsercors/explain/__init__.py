"""
From findings to what people read: data and words.
"""
