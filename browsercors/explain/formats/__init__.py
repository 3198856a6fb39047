"""
The forms of a report: text, JSON, Markdown, Mermaid, SVG and HTML.
"""
