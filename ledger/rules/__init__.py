"""The one set of rules, pure, shared by the server that admits entries and the audit that follows it."""
