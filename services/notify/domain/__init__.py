"""Rules of letters: when to try again, when to give up."""
