"""What entries mean: one typed statement a kind, what it may say, who signs it, what it owes, which facts it adds."""
