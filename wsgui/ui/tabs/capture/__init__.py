"""The tab of an opened capture file, which writes nothing."""
