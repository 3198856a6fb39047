"""
Request bodies as pages write them: text, bytes, forms, blobs and streams.
"""
