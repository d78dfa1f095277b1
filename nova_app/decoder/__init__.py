"""What a file is and its picture, and what a page calls itself, found out in a process of its own.

Decoders are the code that strangers' bytes reach most deeply. This package imports nothing of the
rest of Nova, so that its process is small, holds no secret, and can be ended at any moment.
``persistence.decoders`` starts it and gives it its jobs.
"""
