"""Why a row could not be scored, as it stands in `review` and in the list of errors."""

from collections.abc import Iterable, Mapping

NO_TEXT = "error_no_text"
NOT_TEXT = "error_not_text"
NUL_CHARACTER = "error_nul_character"
TOO_LARGE = "error_too_large"
NOT_SCORED = "error_not_scored"
# What people are told of each.
ERRORS: Mapping[str, str] = {
    NO_TEXT: "raden har ikke noe tekstfelt",
    NOT_TEXT: "tekstfeltet er en liste eller et objekt",
    NUL_CHARACTER: "teksten har NUL-tegn",
    TOO_LARGE: "teksten er over 1 MiB",
    NOT_SCORED: "modellen klarte ikke å lese teksten",
}


def error_codes(review: Iterable[str | None]) -> dict[int, str]:
    """Return the error code of each row that has one, by its place in a column `review`."""
    return {place: reason for place, reason in enumerate(review) if reason is not None and reason in ERRORS}
