"""What a credential says of a licence card: that it was seen, and no more than that."""

from collections.abc import Mapping

_FI = {
    "card_genre": "toisen myöntämä kortti, joka on nähty",
    "card_issued": "Kortin on myöntänyt {issuer} {date}.",
    "card_valid_until": "Kortin viimeinen voimassaolopäivä on {date}.",
    "card_expired": "Se oli ohi, kun tämä todistus annettiin.",
    "card_seen": "{name} näki kortin {date}.",
    "card_means": "Tämä todistus kertoo vain, että kortti on nähty. Kortti ei ole "
    "tämän todistuksen antajan myöntämä eikä osa tunnistettua osaamista. Sen "
    "voimassaolon vahvistaa kortin oma myöntäjä.",
}

_SV = {
    "card_genre": "kort som någon annan har utfärdat och som har visats upp",
    "card_issued": "Kortet är utfärdat av {issuer} {date}.",
    "card_valid_until": "Kortets sista giltighetsdag är {date}.",
    "card_expired": "Den hade passerat när detta intyg gavs.",
    "card_seen": "{name} såg kortet {date}.",
    "card_means": "Detta intyg berättar bara att kortet har visats upp. Kortet är inte "
    "utfärdat av den som har gett intyget och hör inte till det identifierade "
    "kunnandet. Om kortet gäller bekräftas av dess egen utfärdare.",
}

_EN = {
    "card_genre": "card issued by others, seen",
    "card_issued": "The card was issued by {issuer} on {date}.",
    "card_valid_until": "The last day of validity on the card is {date}.",
    "card_expired": "It had passed when this certificate was issued.",
    "card_seen": "{name} saw the card on {date}.",
    "card_means": "This certificate says only that the card was seen. The card was not "
    "issued by the issuer of this certificate and is no part of the identified "
    "competence. Whether it is in force is for its own issuer to confirm.",
}

CARD_PHRASES: Mapping[str, Mapping[str, str]] = {"fi": _FI, "sv": _SV, "en": _EN}
