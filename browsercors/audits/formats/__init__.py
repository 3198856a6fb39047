"""
The forms of an audit's report: text, JSON, HTML and SARIF.
"""
