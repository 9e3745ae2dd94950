"""Figures of a capture: frames and bytes over time, sizes, ping round trips, gaps between messages.

Nothing here grows with the capture: times are counted in at most `BUCKETS` intervals that are joined in pairs when the
capture becomes longer, and spans of time in bins of one per cent.
"""

from wsgui.capture.statistics.collect import Collector
from wsgui.capture.statistics.figures import BUCKETS, Figures, Worst
from wsgui.capture.statistics.spread import Spread

__all__ = ["BUCKETS", "Collector", "Figures", "Spread", "Worst"]
