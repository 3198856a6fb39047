"""
The values that the standards talk about: URLs, origins, sites, header lists, MIME types, requests and responses.
"""
