"""Building the client: fonts cut to what Russian pages need, Vite's build, and packed twins of its files."""
