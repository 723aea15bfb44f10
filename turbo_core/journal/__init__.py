"""Events and the disk: codec, the one fenced writer, readers, and an index that can be rebuilt."""
