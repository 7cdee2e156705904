"""Objects and arrays of a credential's shape, made of rules for single values."""

from collections.abc import Mapping
from dataclasses import dataclass

from issuer.credentials.shape_rules import FlawFound, Rule


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these members and no other."""

    required: Mapping[str, Rule]
    optional: Mapping[str, Rule]

    def __call__(self, value: object, place: str) -> None:
        """Raise FlawFound at the first member that breaks a rule."""
        if not isinstance(value, dict):
            raise FlawFound(place, "it is not an object")
        for name in self.required:
            if name not in value:
                raise FlawFound(joined(place, name), "it is missing")
        for name, member in value.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is None:
                raise FlawFound(
                    joined(place, str(name)[:60]), "it is not a known member"
                )
            rule(member, joined(place, name))


@dataclass(frozen=True, slots=True)
class Several:
    """An array of at least one value that follows the rule."""

    rule: Rule

    def __call__(self, value: object, place: str) -> None:
        """Raise FlawFound at the first member that breaks the rule."""
        if not isinstance(value, list):
            raise FlawFound(place, "it is not an array")
        if not value:
            raise FlawFound(place, "it is an empty array")
        for index, member in enumerate(value):
            self.rule(member, f"{place}[{index}]")


@dataclass(frozen=True, slots=True)
class With:
    """An object of one shape if it has the member, of another if it has not."""

    member: str
    having: Shape
    lacking: Shape

    def __call__(self, value: object, place: str) -> None:
        """Raise FlawFound at the first member that breaks the rule."""
        has = isinstance(value, dict) and self.member in value
        (self.having if has else self.lacking)(value, place)


@dataclass(frozen=True, slots=True)
class InOrder:
    """An array of exactly as many values as there are rules, each by its own."""

    rules: tuple[Rule, ...]

    def __call__(self, value: object, place: str) -> None:
        """Raise FlawFound at the first member that breaks its rule."""
        if not isinstance(value, list):
            raise FlawFound(place, "it is not an array")
        if len(value) != len(self.rules):
            raise FlawFound(place, f"it does not hold {len(self.rules)} members")
        for index, (rule, member) in enumerate(zip(self.rules, value, strict=True)):
            rule(member, f"{place}[{index}]")


def shape_of(
    required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None
) -> Shape:
    """Return the shape of an object with these members."""
    return Shape(required, optional or {})


def joined(place: str, name: str) -> str:
    """Return the JSON path of a member."""
    return f"{place}.{name}"
