"""A quantity as people read it: the entries hold integers, and how many decimals of them a person sees."""


def write_quantity(value: int, scale: int) -> str:
    """``value`` smallest units as people write it: 123456 at scale 2 is 1,234.56."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 10**scale)
    return f"{sign}{whole:,}.{rest:0{scale}d}" if scale else f"{sign}{whole:,}"
