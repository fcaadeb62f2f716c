"""A text as HTML, its words coloured by their effect on the answer."""

from __future__ import annotations

from core.common.escaping import html
from core.serving.explain.words import WordEffects

FOR, AGAINST = (230, 120, 20), (30, 120, 200)
"""Orange speaks for the category, blue against it, as in `core.serving.explain.image.overlay`."""
FAINT = 0.05
"""Weight below which a word is not coloured."""
STRONGEST = 0.75


def highlighted(effects: WordEffects) -> str:
    """Return the text as HTML; words that matter are coloured, and tell their effect under the mouse."""
    parts, done = [], 0
    for span in effects.spans:
        parts.append(html(effects.text[done : span.start]))
        word = html(effects.text[span.start : span.end])
        if abs(span.weight) < FAINT:
            parts.append(word)
        else:
            red, green, blue = FOR if span.weight > 0 else AGAINST
            side = "for" if span.weight > 0 else "against"
            parts.append(
                f'<mark style="color:inherit;border-radius:.2rem;padding:0 .12rem;'
                f'background:rgba({red},{green},{blue},{STRONGEST * abs(span.weight):.2f})" '
                f'title="{side} the category: {-100 * span.drop:+.1f} points without it">{word}</mark>'
            )
        done = span.end
    parts.append(html(effects.text[done:]))
    return f'<div style="line-height:1.7;overflow-wrap:anywhere">{"".join(parts)}</div>'
