"""
The forms of a check's report: text, Markdown, HTML, and the picture of its matrix.
"""
