"""One file an area of the API; a route is: check, call the bus, answer."""
