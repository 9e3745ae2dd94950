"""The statistics window. It is the only one that needs pyqtgraph, and is imported when it is first opened."""
