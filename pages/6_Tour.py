"""Five steps for newcomers: embeddings, maps, text and image together, confidence, your own catalogue."""

from core.bundle.reader import Bundle
from core.ui.page import page
from core.ui.tour.tour import tour
from core.views.selection import Selection


def show(bundle: Bundle, selection: Selection) -> None:
    """Draw the open step."""
    tour(bundle)


page("Tour", "Five steps on this catalogue: what is measured, what is drawn, and what it is good for.", show)
