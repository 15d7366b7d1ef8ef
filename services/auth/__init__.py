"""Auth: users, their passwords, sessions and the accounts they may touch."""
