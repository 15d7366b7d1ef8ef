"""The demonstration: believable households, and the registry package made of them."""
