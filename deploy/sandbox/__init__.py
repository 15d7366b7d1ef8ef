"""The outside world for development and tests: an acquirer that behaves like the bank, and a mailbox."""
