"""The gateway: HTTP for web and phone on one side, the bus on the other; no business rules of its own."""
