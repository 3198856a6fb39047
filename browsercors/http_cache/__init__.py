"""
HTTP caches: what may be stored, and what may be reused (RFC 9111).
"""
