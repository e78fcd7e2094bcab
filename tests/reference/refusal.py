"""How a refusal is said: by a rule name (docs/spec/audit.md section 5)."""


class RefusedError(Exception):
    """The bytes are refused; `rule` is the name of the first step that failed."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def require(holds: bool, rule: str) -> None:
    """One numbered step: it holds, or the rule gives the name."""
    if not holds:
        raise RefusedError(rule)
