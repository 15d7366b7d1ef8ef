"""What services say to each other and to the gateway: requests, replies, events, errors and the wire."""
