"""Makes from the wire's types what others need of it: the protocol and error pages, the
TypeScript types, the AsyncAPI document and the golden frames. `python -m chinwag.protocol.generate`
rewrites them; the tests compare.
"""
