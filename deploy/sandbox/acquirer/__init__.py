"""The acquirer: the legacy RBS dialect (domain.md 1), card page, callbacks, misbehaviour on command."""
