"""What tests share: the system under test, typed clients, customers."""
