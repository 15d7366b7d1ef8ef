"""Billing: accounts, the ledger, bills, and what is due."""
