"""Rounding and sharing of whole minor units, so that parts always add up to the whole."""


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest integer, halves away from zero (commercial rounding)."""
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -half_up(-numerator, denominator)


def spread(total: int, weights: list[int]) -> list[int]:
    """Share ``total`` out in proportion to ``weights`` so that the shares add up to it.

    The largest remainder method: every share is rounded down, and the units left over go to the
    largest remainders, the earlier one first. With ``total <= sum(weights)`` no share is above
    its weight.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    left_over = total - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for i in by_remainder[:left_over]:
        shares[i] += 1
    return shares
