"""Call-recording coaching for contact centres: a call becomes a four-round game."""

__version__ = "0.1.0"
