"""The page's first words: what the figures say, in whole sentences. Nothing here is claimed that is not computed."""

from collections.abc import Iterator
from dataclasses import dataclass

from pobo_nlp.taxonomy import Dimension
from training.page.compared import DIFFERENCE, not_better
from training.page.material import Figures, Material, Part, names_of
from training.page.words import FEW, KINDS, SLICES, count, listed, number, percent, percent_interval, signed

# From where on a figure counts as something to rely on.
GOOD_TOP_3 = 0.9
GOOD_F1 = 0.7
GOOD_REFUSAL = 0.9
MOST_CALIBRATION_ERROR = 0.04
# A gap that is small enough for two kinds of texts to be served alike, and one that is worth telling.
SMALL_GAP = 0.05
CLEAR_GAP = 0.03
WEAKEST = 3
NYNORSK = "malform=nn"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about a topic, and whether it speaks for the model."""

    topic: str
    told: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """Sentences for the top of the page.

    Attributes
    ----------
    trusted, doubted : what the model can be relied on for, and what a person must look at.
    """

    opening: str
    trusted: tuple[Said, ...]
    doubted: tuple[Said, ...]


def summary(material: Material) -> Summary:
    """Return what the figures say."""
    said = [
        *(one for dimension in material.taxonomy.dimensions for one in _of_dimension(material, dimension)),
        *_of_probabilities(material),
        *_of_nynorsk(material),
        *_of_seldom_heard(material),
        *_of_refusal(material),
        *_of_baselines(material),
        *_of_slices(material),
        *_of_weak_labels(material),
    ]
    trusted = tuple(one for one in said if one.is_good)
    return Summary(_opening(material), trusted, tuple(one for one in said if not one.is_good))


def _opening(material: Material) -> str:
    main, tests = material.main, material.tests
    if not tests:
        return (
            f"Målt på {count(main.texts)} tekster ({main.heading.lower()}). Det finnes ingen testfiler, så "
            "innstillinger kan være valgt på de samme tekstene."
        )
    n_texts = sum(part.texts for part in tests)
    files = "én testfil" if len(tests) == 1 else f"{len(tests)} testfiler"
    explained = f", der {main.explanation}" if main.explanation else ""
    return (
        f"Målt på {count(n_texts)} tekster i {files} som ingen trening og ingen valg har sett. Der ikke annet er sagt, "
        f"gjelder tallene her «{main.heading}» ({count(main.texts)} tekster){explained}. I parentes står "
        "95 %-intervallet, som viser hvor usikkert tallet er."
    )


def _of_dimension(material: Material, dimension: Dimension) -> Iterator[Said]:
    figures = material.main.of(dimension)
    if not figures:
        return
    if dimension.kind == "multi":
        yield Said(
            dimension.name,
            f"av dem modellen gir, er {percent_interval(figures['micro_precision'])} riktige, og den finner "
            f"{percent_interval(figures['micro_recall'])} av dem som skulle vært gitt. Alt er riktig på én gang i "
            f"{percent_interval(figures['exactly_right'])} av tekstene.",
            figures["micro_f1"]["low"] >= GOOD_F1,
        )
        return
    if "top_3" in figures:
        yield Said(
            dimension.name,
            f"det øverste forslaget er riktig i {percent_interval(figures['top_1'])} av tekstene, og det riktige er "
            f"blant de tre øverste i {percent_interval(figures['top_3'])}.",
            figures["top_3"]["low"] >= GOOD_TOP_3,
        )
    yield _of_accepted(dimension, figures, material.wanted_precision)


def _of_accepted(dimension: Dimension, figures: Figures, wanted: float | None) -> Said:
    right, share = figures["accepted_accuracy"], figures["accepted_share"]
    if not share["value"]:
        return Said(dimension.name, "modellen godtar aldri noe svar selv.", is_good=False)
    told = f"modellen godtar et svar i {percent_interval(share)} av tekstene, og da er det riktig i "
    told += percent_interval(right)
    if wanted is None:
        return Said(dimension.name, f"{told}.", is_good=True)
    where = "over" if right["low"] > wanted else "under" if right["high"] < wanted else "omtrent som"
    return Said(dimension.name, f"{told}, {where} de {percent(wanted)} som er ønsket.", right["value"] >= wanted)


def _of_probabilities(material: Material) -> Iterator[Said]:
    """Yield one sentence for the dimensions whose probabilities hold, and one for those whose do not."""
    told: dict[bool, list[str]] = {True: [], False: []}
    for dimension in material.taxonomy.dimensions:
        figures = material.main.of(dimension)
        if "calibration_error" in figures:
            error = figures["calibration_error"]
            told[error <= MOST_CALIBRATION_ERROR].append(f"{dimension.name.lower()} {number(100 * error, 1)}")
    for is_good, names in told.items():
        if names:
            how = "er til å stole på" if is_good else "bommer"
            yield Said(
                "Sannsynlighetene", f"{how}. Så mange prosentpoeng er de unna i snitt: {listed(names)}.", is_good
            )


def _of_nynorsk(material: Material) -> Iterator[Said]:
    part = _largest_with(material, NYNORSK)
    gaps = _gaps(material, part, NYNORSK) if part else {}
    if part and gaps:
        is_good = min(gap["value"] for gap in gaps.values()) >= -SMALL_GAP
        is_sure = any(gap["value"] < -SMALL_GAP and gap["high"] < 0 for gap in gaps.values())
        how = "omtrent like godt som" if is_good else "dårligere enn" if is_sure else "kanskje dårligere enn"
        told = listed([f"{name.lower()} {_points(gap)}" for name, gap in gaps.items()])
        yield Said("Nynorsk", f"går {how} bokmål. Forskjell i prosentpoeng ({part.heading.lower()}): {told}.", is_good)


def _of_seldom_heard(material: Material) -> Iterator[Said]:
    for dimension in material.taxonomy.dimensions:
        parts = material.parts_of(dimension, "seldom_heard")
        if parts:
            part = max(parts, key=lambda part: part.texts)
            found = part.of(dimension)["seldom_heard"]
            yield Said(
                "De som sjelden klager",
                f"områdene til eldre, funksjonshemmede og folk med rus eller psykisk sykdom kjennes igjen i "
                f"{percent_interval(found['recall'])} av tekstene, de andre i {percent_interval(found['others'])} "
                f"({part.heading.lower()}).",
                found["gap"]["low"] >= -SMALL_GAP,
            )


def _of_refusal(material: Material) -> Iterator[Said]:
    found = material.metrics.get("out_of_scope")
    if not found:
        return
    slipped = [
        KINDS.get(kind, kind).lower()
        for kind, of_kind in found["kinds"].items()
        if of_kind["nothing_accepted"] < GOOD_REFUSAL * of_kind["texts"]
    ]
    shown = f" Dette slipper for ofte gjennom: {listed(slipped)}." if slipped else ""
    yield Said(
        "Tekster uten plass i skjemaet",
        f"av {count(found['texts'])} tekster som ingen etikett passer for, får "
        f"{percent_interval(found['nothing_accepted'])} heller ingen.{shown}",
        found["nothing_accepted"]["low"] >= GOOD_REFUSAL,
    )


def _of_baselines(material: Material) -> Iterator[Said]:
    if not any(DIFFERENCE in of for part in material.tests for of in _figures_of_baselines(part)):
        return
    doubted = [f"{name} ({dimension.name.lower()})" for _, name, dimension, _ in not_better(material)]
    doubtful = listed(list(dict.fromkeys(doubted)))
    told = (
        f"ikke sikkert bedre enn {doubtful}." if doubtful else "bedre enn alle, i alle dimensjoner på alle testfilene."
    )
    yield Said("Mot enklere metoder", told, is_good=not doubtful)


def _figures_of_baselines(part: Part) -> Iterator[Figures]:
    for of_baseline in part.figures.get("baselines", {}).values():
        yield from of_baseline.values()


def _of_slices(material: Material) -> Iterator[Said]:
    part = material.inside
    worse = [
        f"{SLICES.get(name, name).lower()} ({of.lower()} {_points(gap)})"
        for name in part.figures.get("slices", {})
        for of, gap in _gaps(material, part, name).items()
        if name != NYNORSK and gap["high"] < 0 and gap["value"] <= -CLEAR_GAP
    ]
    if worse:
        where = part.heading.lower()
        yield Said("Svakere enn ellers", f"{listed(worse)}, i prosentpoeng ved {where}.", is_good=False)


def _of_weak_labels(material: Material) -> Iterator[Said]:
    part = material.balanced
    for dimension in material.taxonomy.predicted:
        rows = part.of(dimension).get("labels", {})
        known = sorted((row["f1"], label) for label, row in rows.items() if row["support"] >= FEW)
        if len(known) > WEAKEST:
            names = names_of(dimension)
            weakest = [f"{names[label]} ({number(f1, 2)})" for f1, label in known[:WEAKEST]]
            told = f"svakest er {listed(weakest)}, målt som F1 på «{part.heading}»."
            yield Said(dimension.name, told, is_good=False)


def _largest_with(material: Material, name: str) -> Part | None:
    found = [part for part in material.parts if _gaps(material, part, name)]
    return max(found, key=lambda part: int(part.figures["slices"][name]["texts"]), default=None)


def _gaps(material: Material, part: Part, name: str) -> dict[str, Figures]:
    """Return the names of the predicted dimensions to the gap of a slice, where there is one."""
    of_slice = part.figures.get("slices", {}).get(name, {"texts": 0})
    return {
        dimension.name: of_slice[dimension.id]["gap"]
        for dimension in material.taxonomy.predicted
        if of_slice["texts"] >= FEW and "gap" in of_slice.get(dimension.id, {})
    }


def _points(gap: Figures) -> str:
    return signed(100 * gap["value"], 1)
