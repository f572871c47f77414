"""Web Push: the standards of the IETF that browsers' push services speak."""
