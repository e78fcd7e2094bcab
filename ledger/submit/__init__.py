"""The write side, where the towers meet: bytes become records, their checks run, and the log takes in what holds."""
