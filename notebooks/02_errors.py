# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Hvor tar modellen feil, og hvorfor?
#
# **Spørsmål.** Hva slags feil gjør modellen, hvilke av dem kan rettes, og hvilke må et menneske ta?
#
# **Data.** `models/default.predictions.safetensors`: det modellen har sagt om tekster den ikke har sett.
# Kryssvalideringen dekker treningstekstene, hver bedømt av en modell som ikke har lest den. Prøvefilene er bedømt av den
# ferdige modellen. Etikettskjemaet er versjon 2025.1; neste celle skriver modell og kontrollsum. Alle tekstene er
# syntetiske, så eksempler kan vises.
#
# **Svar.**
#
# 1. SVAR

# %%
"""Where the model errs. Run from anywhere: `python notebooks/02_errors.py`."""

import matplotlib.pyplot as plt
import numpy as np

from pobo_nlp.cli.display import console
from pobo_nlp.model.decisions import LISTED_SHARE_OF_THRESHOLD
from pobo_nlp.model.scorer import Scorer
from training.annotations import annotation_files, read_annotations
from training.claims import Claim, claims_table
from training.config import ROOT, load_config
from training.counts import Table
from training.display import rich_table
from training.evaluate import Bootstrap, evaluate, slices
from training.judge import examples
from training.kept import CROSS_VALIDATION
from training.page.drawing import BLUE, GREEN, GREY, LINES, ORANGE, per_cent, styled
from training.page.material import synthetic_texts
from training.page.words import SLICES, between, count, number, part_heading, percent, shortened, signed
from training.predictions import load, predictions_path
from training.sure_errors import SURE, sure_errors, words_for

REST = ("kommunal_annet", "somatikk_annet", "generell_veiledning")
SHOWN = 10
output = console()
config = load_config()
folder = ROOT / config.data.out
scorer, kept = Scorer.load(folder), load(predictions_path(folder))
taxonomy = scorer.taxonomy
level, area, cause, flag, kind = (
    taxonomy.dimension(name) for name in ("tjenesteniva", "tjenesteomrade", "arsak", "systemflagg", "henvendelsestype")
)
files = annotation_files(ROOT / config.data.annotations)
annotated, _ = read_annotations([*files.train, *files.test], taxonomy)
row_of = {row.id: row for row in annotated}
text_of = synthetic_texts(annotated)
cross_validated = kept.parts[CROSS_VALIDATION]
rows = [row_of[text_id] for text_id in cross_validated.ids]

right, best = (
    values[area.id].argmax(axis=1) for values in (cross_validated.targets, cross_validated.predictions.probability)
)
is_wrong = right != best
is_hard = cross_validated.description["hard=true"]

output.print(f"Modell {kept.model_id}, etikettskjema {taxonomy.version}.")
for name, part in kept.parts.items():
    output.print(f"   {part_heading(name)}: {count(len(part))} tekster, kontrollsum {kept.digests[name][:12]}")

# %% [markdown]
# ## Forvekslingene som går igjen
#
# De ti hyppigste i hver dimensjon, i kryssvalideringen. Eksempelet er teksten der modellen var mest sikker på det gale
# svaret. «Ingen» betyr at en etikett manglet uten at noen annen kom i stedet, eller kom uten at noen manglet.
#
# **Lærdom.** LESSON

# %%
figures = evaluate(
    cross_validated.predictions,
    cross_validated.targets,
    taxonomy,
    Bootstrap(cross_validated.groups, samples=100, seed=config.seed),
)


def confusions_table(dimension):
    """Return the most frequent confusions of a dimension."""
    found = figures[dimension.id]["confusions"]
    example_of = {(one, other): text_id for one, other, text_id in examples(dimension, cross_validated, found)}
    names = {None: "ingen"} | {label.id: label.name for label in dimension.labels}
    wrong = [(one, other, times) for one, other, times in found if one != other]
    cells = [(names[one], names[other], str(times), example_of[one, other]) for one, other, times in wrong[:SHOWN]]
    total = sum(times for _, _, times in wrong)
    shown = sum(times for _, _, times in wrong[:SHOWN])
    note = f"{count(shown)} av {count(total)} feil; {len(wrong)} ulike forvekslinger."
    return Table(f"Forvekslinger, {dimension.name}", ("riktig", "modellens svar", "tekster", "eksempel"), cells, note)


for dimension in (level, area, cause, flag):
    output.print(rich_table(confusions_table(dimension)))

# %% [markdown]
# Tekstene bak de tre hyppigste forvekslingene av områder:

# %%
for one, other, text_id in list(examples(area, cross_validated, figures[area.id]["confusions"]))[:3]:
    output.print(f"{text_id}. Riktig: {area.label(one).name}. Modellen: {area.label(other).name}.", markup=False)
    output.print(f"   «{text_of[text_id]}»\n", markup=False)

# %% [markdown]
# ## Områdefeilene etter slag
#
# * **Restområde.** Enten det riktige eller det gale svaret er et område for det som ikke passer andre steder.
# * **Nabo.** Galt område på rett nivå. Svarer modellen bare med nivået, er det riktig.
# * **Annet nivå.** Feilen gjør også nivået galt. Det er den dyreste.
#
# **Lærdom.** LESSON

# %%
in_rest = np.isin(right, [area.label_ids.index(name) for name in REST]) | np.isin(
    best, [area.label_ids.index(name) for name in REST]
)
parent_of = np.array([level.label_ids.index(str(label.parent)) for label in area.labels])
same_level = parent_of[right] == parent_of[best]
kinds = {
    "Restområde": is_wrong & in_rest,
    "Nabo": is_wrong & ~in_rest & same_level,
    "Annet nivå": is_wrong & ~in_rest & ~same_level,
}
probability = cross_validated.predictions.probability[area.id]
is_accepted = cross_validated.predictions.accepted[area.id].any(axis=1)
rank = (probability > probability[np.arange(len(right)), right][:, None]).sum(axis=1)
cells = []
for name, chosen in {**kinds, "Alle feil": is_wrong, "Riktige til sammenligning": ~is_wrong}.items():
    pairs, times = np.unique(np.column_stack([right, best])[chosen], axis=0, return_counts=True)
    cells.append(
        (
            name,
            count(int(chosen.sum())),
            percent(chosen.sum() / is_wrong.sum()) if name in kinds else "",
            percent(is_hard[chosen].mean()),
            percent((rank[chosen] < 3).mean()),
            percent(is_accepted[chosen].mean()),
            number(float(np.median(probability.max(axis=1)[chosen])), 2),
        )
    )
headings = ("slag", "tekster", "av feilene", "vanskelige", "riktig blant tre", "godtatt", "median sanns.")
note = "«Godtatt»: modellen ga området som svar. Resten ble gitt som bare nivå, eller overlatt til et menneske."
output.print(rich_table(Table("Områdefeil etter slag", headings, cells, note)))

# %% [markdown]
# ## Feil etter lengde, register, målform og vanskegrad
#
# Avstanden er mellom utsnittet og resten av tekstene, med 95 %-intervall. En stjerne betyr at hele intervallet ligger på
# én side av null. Områder måles med andelen riktige, årsaker og flagg med mikro-F1.
#
# **Lærdom.** LESSON

# %%
shown_dimensions = (area, cause, flag)
of_parts = {
    name: slices(
        part.predictions,
        part.targets,
        taxonomy,
        {one: part.description[one] for one in SLICES if one in part.description},
        part.groups,
        samples=config.evaluation.bootstrap,
        seed=config.seed,
    )
    for name, part in kept.parts.items()
}


def gap_of(figure):
    """Return a gap as it is shown, with a star where it is not chance."""
    gap = figure.get("gap")
    if gap is None:
        return ""
    star = "*" if gap["low"] > 0 or gap["high"] < 0 else ""
    return f"{signed(gap['value'], 2)} ({between(gap, 2)}){star}"


for part_name, of_slices in of_parts.items():
    cells = [
        (
            SLICES[name],
            count(of_slice["texts"]),
            *(
                cell
                for dimension in shown_dimensions
                for cell in (number(of_slice[dimension.id]["value"], 2), gap_of(of_slice[dimension.id]))
            ),
        )
        for name, of_slice in of_slices.items()
    ]
    headings = ["", "tekster"]
    for dimension in shown_dimensions:
        headings += [dimension.name.lower(), "avstand"]
    output.print(rich_table(Table(f"Utsnitt: {part_heading(part_name)}", headings, cells)))

# %%
with styled():
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    names = list(of_parts[CROSS_VALIDATION])
    for place, (dimension, (colour, marker)) in enumerate(zip(shown_dimensions, LINES, strict=False)):
        found = [of_parts[CROSS_VALIDATION][name][dimension.id] for name in names]
        axes.errorbar(
            [one["value"] for one in found],
            np.arange(len(names)) + 0.22 * (place - 1),
            xerr=[
                [one["value"] - one["low"] for one in found],
                [one["high"] - one["value"] for one in found],
            ],
            color=colour,
            marker=marker,
            markersize=4,
            linewidth=0,
            elinewidth=1,
            label=f"{dimension.name} ({'andel riktige' if dimension.kind == 'single' else 'mikro-F1'})",
        )
    axes.set_yticks(np.arange(len(names)), [SLICES[name] for name in names])
    axes.invert_yaxis()
    per_cent(axes, "x")
    axes.set(title="Hvor godt modellen treffer i utsnitt (kryssvalidering)", xlabel="prosent, med 95 %-intervall")
    figure.legend(loc="outside lower center", ncols=3)
    plt.show()

# %% [markdown]
# Registrene har ulik lengde og ulikt mange vanskelige tekster. Derfor hver for seg:

# %%
registers = [name for name in SLICES if name.startswith("register=")]
cells = [
    (
        SLICES[name],
        *(
            f"{percent((~is_wrong)[chosen].mean())} av {count(int(chosen.sum()))}"
            for chosen in (
                cross_validated.description[name] & ~is_hard,
                cross_validated.description[name] & is_hard,
            )
        ),
    )
    for name in registers
]
output.print(rich_table(Table("Riktig område (kryssvalidering)", ("", "ikke vanskelige", "vanskelige"), cells)))

# %% [markdown]
# ## Sikre feil
#
# Feil der modellen ga det gale svaret en sannsynlighet over 0,9. De er farligst, fordi ingen ser etter. En kalibrert
# modell *skal* ta noen slike: av svar med sannsynlighet 0,95 er ett av tjue galt. Spørsmålet er om det er flere enn
# lovet.
#
# **Lærdom.** LESSON


# %%
def promised(dimension, part):
    """Return the number of sure answers, how many of them are wrong, and how many may be by their probabilities."""
    said, is_true = part.predictions.probability[dimension.id], part.targets[dimension.id] == 1
    is_sure = said > SURE
    return int(is_sure.sum()), int((is_sure & ~is_true).sum()), float((1 - said[is_sure]).sum())


cells = []
for name, part in kept.parts.items():
    for dimension in (level, area, cause, flag, kind):
        sure, wrong, may_be = promised(dimension, part)
        share_of_sure = percent(wrong / sure) if sure else ""
        cells.append((part_heading(name), dimension.name, count(sure), str(wrong), number(may_be, 1), share_of_sure))
headings = ("", "dimensjon", "sikre svar", "gale", "lovet gale", "andel gale")
output.print(rich_table(Table(f"Svar med sannsynlighet over {number(SURE, 1)}", headings, cells)))

# %% [markdown]
# De sikreste områdefeilene i kryssvalideringen, med tekst. Ordene er de som taler mest for det gale svaret i den ferdige
# modellen. Den har siden lært av teksten med riktig etikett. Gir den likevel galt svar, er etiketten verdt en ny titt.

# %%
most_sure = list(sure_errors(area, cross_validated))[:SHOWN]
answers = scorer.suggest([text_of[one.id] for one in most_sure], with_evidence=False)
for one, answer in zip(most_sure, answers, strict=True):
    now = answer.suggestions[area.id][0].label
    words = ", ".join(words_for(scorer, text_of[one.id], area, one.given))
    output.print(
        f"{one.id}. Riktig: {area.label(one.right[0]).name}. Modellen: {area.label(one.given).name} "
        f"({number(one.probability, 2)}).{' Vanskelig.' if row_of[one.id].description['hard'] else ''} "
        f"Den ferdige modellen: {area.label(now).name}.\n   Ord for det gale svaret: {words}\n"
        f"   «{text_of[one.id]}»\n",
        markup=False,
    )

# %% [markdown]
# De sikre feilene i prøvefilene. Her er det nettopp den ferdige modellen som tok feil, så ordene er hele forklaringen.
# Prøvetekstene vises ikke: den som retter modell eller tekster etter dem, har ikke lenger noe å prøve modellen på.

# %%
for name, part in kept.parts.items():
    if name == CROSS_VALIDATION:
        continue
    cells = [
        (
            one.id,
            ", ".join(dimension.label(label).name for label in one.right) or "ingen",
            dimension.label(one.given).name,
            number(one.probability, 2),
            ", ".join(words_for(scorer, row_of[one.id].text, dimension, one.given)),
        )
        for dimension in (area, flag)
        for one in list(sure_errors(dimension, part))[:SHOWN]
    ]
    headings = ("tekst", "riktig", "modellens svar", "sanns.", "ord for det gale svaret")
    output.print(rich_table(Table(f"Sikre feil: {part_heading(name)}", headings, cells)))

# %% [markdown]
# ## Hva flaggene overser, og når de roper for tidlig
#
# Et flagg er et spørsmål til rådgiveren. Oversett betyr at spørsmålet ikke ble stilt. «Vist likevel» er oversette flagg
# som lå over halve terskelen, så de står i lista uten å være godtatt. Falsk alarm er et flagg der det ikke skulle vært
# noe.
#
# **Lærdom.** LESSON

# %%
is_flag, given_flag = cross_validated.targets[flag.id] == 1, cross_validated.predictions.accepted[flag.id]
is_near_miss = np.array([[label in row.near_miss for label in flag.label_ids] for row in rows])
said = cross_validated.predictions.probability[flag.id]
is_listed = said >= LISTED_SHARE_OF_THRESHOLD * scorer.artefact.thresholds[flag.id]
missed, false_alarm = is_flag & ~given_flag, given_flag & ~is_flag
cells = [
    (
        shortened(label.name, 44),
        str(is_flag[:, place].sum()),
        percent(1 - missed[:, place].sum() / is_flag[:, place].sum()),
        str(missed[:, place].sum()),
        str((missed & is_listed)[:, place].sum()),
        str(false_alarm[:, place].sum()),
        str((false_alarm & is_near_miss)[:, place].sum()),
    )
    for place, label in enumerate(flag.labels)
]
cells.append(
    (
        "Alle",
        str(is_flag.sum()),
        percent(1 - missed.sum() / is_flag.sum()),
        str(missed.sum()),
        str((missed & is_listed).sum()),
        str(false_alarm.sum()),
        str((false_alarm & is_near_miss).sum()),
    )
)
headings = ("flagg", "tekster", "funnet", "oversett", "vist likevel", "falsk alarm", "av dem nesten-treff")
note = "«Vist likevel» er regnet med den ferdige modellens terskler."
output.print(rich_table(Table("Flagg i kryssvalideringen", headings, cells, note)))

# %%
groups_of_pairs = {
    "Flagget skal være der": is_flag,
    "Nesten-treff": is_near_miss,
    "Alle andre": ~is_flag & ~is_near_miss,
}
with styled():
    figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
    bins = np.linspace(0, 1, 21)
    for (name, chosen), colour in zip(groups_of_pairs.items(), (BLUE, ORANGE, GREY), strict=True):
        weight = np.full(int(chosen.sum()), 1 / max(int(chosen.sum()), 1))
        axes.hist(said[chosen], bins=bins, weights=weight, histtype="step", linewidth=1.4, color=colour, label=name)
    per_cent(axes, "x", "y")
    axes.set(
        title="Sannsynligheten flagg får",
        xlabel="sannsynlighet for flagget (prosent)",
        ylabel="andel (prosent, log)",
        yscale="log",
        xlim=(0, 1),
    )
    axes.legend()
    plt.show()

cells = [
    (name, count(int(chosen.sum())), percent(given_flag[chosen].mean())) for name, chosen in groups_of_pairs.items()
]
output.print(rich_table(Table("Hvor ofte flagget blir satt", ("par av tekst og flagg", "antall", "satt"), cells)))

# %%
slices_of_flags = [name for name in SLICES if name in cross_validated.description]
cells = []
for name in slices_of_flags:
    chosen = cross_validated.description[name]
    found = percent(1 - missed[chosen].sum() / is_flag[chosen].sum())
    precise = percent(1 - false_alarm[chosen].sum() / given_flag[chosen].sum())
    cells.append((SLICES[name], str(is_flag[chosen].sum()), found, precise))
output.print(rich_table(Table("Flagg etter slag tekst", ("", "flagg", "funnet", "av de satte er rett"), cells)))

# %% [markdown]
# To oversette flagg som modellen var langt fra å se, i hvert av de to flaggene som oftest overses:

# %%
shares = missed.sum(axis=0) / is_flag.sum(axis=0)
for place in np.argsort(-shares, kind="stable")[:2]:
    for text in np.argsort(np.where(missed[:, place], said[:, place], np.inf), kind="stable")[:2]:
        text_id = cross_validated.ids[text]
        output.print(f"{text_id}. Oversett: {flag.labels[place].name} ({number(said[text, place], 2)}).", markup=False)
        output.print(f"   «{text_of[text_id]}»\n", markup=False)

# %% [markdown]
# ## Årsakene: for få eller for mange?
#
# **Lærdom.** LESSON

# %%
is_cause, given_cause = cross_validated.targets[cause.id] == 1, cross_validated.predictions.accepted[cause.id]
missed_cause, added_cause = is_cause & ~given_cause, given_cause & ~is_cause
with styled():
    figure, axes = plt.subplots(figsize=(7, 5), layout="constrained")
    order = np.argsort(missed_cause.sum(axis=0) / is_cause.sum(axis=0), kind="stable")
    axes.barh(
        np.arange(len(order)),
        (missed_cause.sum(axis=0) / is_cause.sum(axis=0))[order],
        color=BLUE,
        label="mangler: andel av tekstene med årsaken",
    )
    axes.barh(
        np.arange(len(order)),
        -(added_cause.sum(axis=0) / np.maximum(given_cause.sum(axis=0), 1))[order],
        color=ORANGE,
        label="for mye: andel av gangene den ble gitt",
    )
    axes.axvline(0, color="black", linewidth=0.6)
    axes.set_yticks(np.arange(len(order)), [shortened(cause.labels[place].name, 40) for place in order])
    per_cent(axes, "x")
    axes.set(title="Årsaker som mangler, og årsaker som er gitt for mye", xlabel="prosent (til venstre: for mye)")
    figure.legend(loc="outside lower center", ncols=2)
    plt.show()
