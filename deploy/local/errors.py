"""The errors of running Svet on this machine: each text says what to do next."""


class LocalError(RuntimeError):
    """Something on this machine stops Svet from running; the text is shown to the person as it is."""


class NotReady(LocalError):
    """A process did not become ready in time; the text names it and quotes the end of its log."""
