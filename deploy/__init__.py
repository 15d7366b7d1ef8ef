"""Running Svet: the command line, private servers on this machine, the sandbox, and what production needs."""
