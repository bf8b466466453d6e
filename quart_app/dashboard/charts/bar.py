"""A bar under a figure: how much it is of the largest."""

from markupsafe import Markup

_WIDTH = 1_000


def bar(figure: int, largest: int) -> Markup:
    """As long as the figure is of the largest; only for the eye, the figure says it too."""
    length = max(figure, 0) * _WIDTH // max(largest, 1)
    return Markup(  # noqa: S704 - numbers alone
        f'<svg class="bar" viewBox="0 0 {_WIDTH} 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{length}" height="10"/></svg>'
    )
