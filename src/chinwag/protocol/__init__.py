"""The wire: every type that crosses it, its limits, errors and close codes. Imports nothing of
chinwag; the TypeScript types, the protocol pages and the golden frames are made from it.
"""
