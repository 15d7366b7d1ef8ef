"""Payments: orders at the acquirer, their outcome, and the history of every channel."""
