"""The demonstration: real households, a real server, an auditor who trusts nobody, and four ways to cheat her."""
