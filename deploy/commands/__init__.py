"""The commands of ./svet, thin: each imports what it needs only when it is called."""
