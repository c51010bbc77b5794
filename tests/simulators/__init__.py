"""Chat platforms on loopback, built from their published formats and from nothing of ours."""
