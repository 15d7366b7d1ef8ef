"""Tests of the client; a package, so that its people are made once."""
