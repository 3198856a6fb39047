"""
The corpus: every scenario that browsercors is held against, made from small tables, a module per group of families.
"""

from tests.evidence.recorder.corpus.all import scenarios

__all__ = ["scenarios"]
