"""What is generated from `chat/protocol`: the TypeScript types and the protocol's reference.

The Python declarations are read once into plain values (`model`); `typescript` and `reference` turn those
into text, without touching a file; `files` knows where the text belongs and whether it is stale.
"""
