"""What the service costs beside the plainest thing that could do the same work.

Every figure is a ratio of two things measured in turn within the same minute, since a time by
itself says more about the machine than about the code. ``python -m benchmarks`` prints the table.
"""
