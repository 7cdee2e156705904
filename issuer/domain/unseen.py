"""Characters that nobody sees: two names that look alike are to be one and the same.

They come along with pasted text: soft hyphens, spaces of no width, byte order marks,
marks that turn the direction of writing. Some hide a word on purpose. Two of them are
part of how some languages are written, and stay there (RFC 5892 appendix A).
"""

import unicodedata

_NON_JOINER, _JOINER = "\u200c", "\u200d"
# Format characters (Cf), and yet seen: signs of Arabic, Syriac and Kaithi.
_SEEN = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
    "\U000110bd\U000110cd"
)
# Of other categories, and yet not seen: fillers of Hangul, inherent vowels of Khmer,
# the joiner of graphemes, the blank of Braille.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_VIRAMA = 9  # the combining class of what takes a consonant's vowel away


def without_unseen(text: str) -> str:
    """Return `text` in NFC without invisible characters; a line break is none of them.

    U+200C and U+200D stay after a virama, as in Sinhala or Malayalam, and U+200C
    between letters that join each other, as in Persian.
    """
    seen = "".join(
        character
        for place, character in enumerate(text)
        if not _is_unseen(character) or _is_spelling(text, place)
    )
    return unicodedata.normalize("NFC", seen)


def _is_unseen(character: str) -> bool:
    if character in _UNSEEN:
        return True
    return unicodedata.category(character) == "Cf" and character not in _SEEN


def _is_spelling(text: str, place: int) -> bool:
    """Tell whether the joiner or non-joiner at this place belongs to the word."""
    if text[place] not in {_NON_JOINER, _JOINER} or place == 0:
        return False
    if unicodedata.combining(text[place - 1]) == _VIRAMA:
        return True
    before = next(
        (c for c in text[place - 1 :: -1] if not unicodedata.combining(c)), ""
    )
    after = text[place + 1 : place + 2]
    return text[place] == _NON_JOINER and _joins(before) and _joins(after)


def _joins(character: str) -> bool:
    """Tell whether it is a letter of Arabic, Syriac and the like."""
    return bool(character) and unicodedata.bidirectional(character) == "AL"
