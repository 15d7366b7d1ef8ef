"""`./svet test --prove`: breaks each protection in turn in a copy of the tree, and expects the tests to go red."""
