"""Numbers whose digits can be checked: birth and account numbers, IBAN, telephone numbers. Imported when met."""

from datetime import date

_WEIGHTS = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
# Added to the month: help numbers 40; Tenor 80, and 65 of NAV's synthetic ones; added to the day: D-numbers 40.
_MONTHS_MORE, _DAYS_MORE = (0, 20, 40, 60, 65, 80), (0, 40)
_FIRST_OF_HELP_NUMBERS = "89"


def is_birth_number(digits: str) -> bool:
    """Return whether eleven digits are a birth, D-, H- or help number, or a synthetic one, with right check digits.

    Examples
    --------
    >>> is_birth_number("15870450483"), is_birth_number("15870450484")
    (True, False)
    """
    checks = all(sum(map(int.__mul__, weights, map(int, digits))) % 11 == 0 for weights in _WEIGHTS)
    return checks and (digits[0] in _FIRST_OF_HELP_NUMBERS or has_date(digits))


def has_date(digits: str) -> bool:
    """Return whether digits begin with a date, as birth numbers do."""
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    return any(
        _is_date(century + year, month - more, day - days)
        for century in (1900, 2000)
        for more in _MONTHS_MORE
        for days in _DAYS_MORE
        if 1 <= month - more <= 12 and 1 <= day - days <= 31
    )


def is_day(digits: str) -> bool:
    """Return whether eight digits are a date of our time, the year first."""
    return digits.startswith(("19", "20")) and _is_date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_account(digits: str) -> bool:
    """Return whether eleven digits are the number of a Norwegian account.

    Examples
    --------
    >>> is_account("74205582774"), is_account("74205582775")
    (True, False)
    """
    from stdnum.no import kontonr

    return bool(kontonr.is_valid(digits))


def is_iban(written: str) -> bool:
    """Return whether an international account number is right; one that begins as a Norwegian is, is taken for one."""
    from stdnum import iban

    compact = "".join(written.split())
    return bool(iban.is_valid(compact)) or (compact.startswith("NO") and len(compact) == 15)


def is_telephone(written: str) -> bool:
    """Return whether a number with that of its country can be a telephone number."""
    import phonenumbers

    number = written.replace("(", "").replace(")", "")
    number = f"+{number[2:]}" if number.startswith("00") else number
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(number)))
    except phonenumbers.NumberParseException:
        return False
