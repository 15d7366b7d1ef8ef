"""Tests of Svet: architecture, unit, contract, integration, end to end, chaos, bench."""
