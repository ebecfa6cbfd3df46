"""What the dimensions of a label scheme are for, so that a report can be made of any scheme."""

from dataclasses import dataclass

from pobo_nlp.taxonomy import Dimension, Taxonomy


@dataclass(frozen=True, slots=True)
class Roles:
    """Dimensions by what they tell; None for what a scheme does not have.

    Attributes
    ----------
    level, area : one label a case, the area's label decides the level's.
    cause : several labels a case.
    flag : several labels a case, each with a question to ask.
    """

    level: Dimension | None
    area: Dimension | None
    cause: Dimension | None
    flag: Dimension | None

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> "Roles":
        """Return the roles of a scheme's dimensions.

        Examples
        --------
        >>> roles = Roles.of(Taxonomy.default())
        >>> [one.id for one in (roles.level, roles.area, roles.cause, roles.flag)]
        ['tjenesteniva', 'tjenesteomrade', 'arsak', 'systemflagg']
        """
        single = [one for one in taxonomy.predicted if one.kind == "single"]
        multi = [one for one in taxonomy.dimensions if one.kind == "multi"]
        area = next((one for one in single if one.parent is not None), next(iter(single), None))
        flag = next((one for one in multi if any(label.question for label in one.labels)), None)
        return cls(
            level=taxonomy.dimension(area.parent) if area is not None and area.parent is not None else None,
            area=area,
            cause=next((one for one in multi if one is not flag), None),
            flag=flag,
        )
