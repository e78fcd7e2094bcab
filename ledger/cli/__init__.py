"""The command line: one file a command; what they share is in screen, exits and desk."""
