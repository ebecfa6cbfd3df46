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
# Kryssvalideringen dekker treningstekstene, hver bedømt av en modell som ikke har lest den. Prøvefilene er bedømt av
# den ferdige modellen. Etikettskjemaet er versjon 2025.1; neste celle skriver modell og kontrollsum. Alle tekstene er
# syntetiske, så eksempler kan vises.
#
# **Svar.**
#
# 1. Ingen enkelt grense står for områdefeilene. De ti hyppigste forvekslingene er en liten del av dem.
# 2. Det som går igjen, er «generell veiledning». Den blir oftest gitt feil, fordi modellen vet at slike spørsmål er
#    vanlige hos ombudet. I den naturlige blandingen er svaret likevel oftest riktig.
# 3. Når området er galt, er det riktige som regel blant de tre øverste. De fleste feilene blir heller ikke godtatt.
# 4. To ting gjør området vanskeligst: at tjenesten ikke er nevnt ved navn, og at flere tjenester er nevnt. Nynorsk er
#    ikke blant dem.
# 5. De sikre svarene er omtrent så ofte gale som sannsynligheten sier. De fleste sikre feil er tekster som også nevner
#    en tjeneste klagen ikke gjelder.
# 6. Modellen overser omtrent hvert fjerde flagg, og oftest de som handler om en fast regel, en standard eller noe som
#    tas for gitt. Et nesten-treff utløser flagget langt oftere enn andre tekster, men langt sjeldnere enn et treff.
# 7. Fastlegen, det største området hos ombudet, er blant områdene som oftest overses.
# 8. Årsakene modellen tar mest feil av, er de annotatorene også er minst enige om. «Informasjon» ligger øverst.
# 9. Den balanserte prøvefila er lettere enn treningstekstene, også blant tekster av samme slag. Tall fra prøvefilene er
#    det beste en kan vente.
#
# Neste celler regner ut tallene bak hvert svar og sier fra hvis et svar ikke lenger stemmer.

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
from training.evaluate import TOP, Bootstrap, evaluate, slices
from training.judge import examples
from training.kept import CROSS_VALIDATION
from training.natural_mix import natural_weights
from training.page.drawing import BLUE, GREY, LINES, ORANGE, per_cent, styled
from training.page.material import synthetic_texts
from training.page.words import SLICES, count, listed, number, part_heading, percent, shortened, signed
from training.predictions import load, predictions_path
from training.report import agreement_rounds
from training.sure_errors import SURE, sure_errors, words_for

# Areas for what fits nowhere else.
REST = ("kommunal_annet", "somatikk_annet", "generell_veiledning")
SHOWN = 10
output = console()
plt.rcParams["axes.axisbelow"] = True
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
weights = natural_weights(cross_validated.targets, taxonomy)
probability = cross_validated.predictions.probability[area.id]
is_accepted = cross_validated.predictions.accepted[area.id].any(axis=1)
rank = (probability > probability[np.arange(len(right)), right][:, None]).sum(axis=1)

output.print(f"Modell {kept.model_id}, etikettskjema {taxonomy.version}.")
for name, part in kept.parts.items():
    output.print(f"   {part_heading(name)}: {count(len(part))} tekster, kontrollsum {kept.digests[name][:12]}")

# %%
shown_dimensions = (area, cause, flag)
figures = evaluate(
    cross_validated.predictions,
    cross_validated.targets,
    taxonomy,
    Bootstrap(cross_validated.groups, samples=100, seed=config.seed),
)
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
is_flag, given_flag = cross_validated.targets[flag.id] == 1, cross_validated.predictions.accepted[flag.id]
is_near_miss = np.array([[label in row.near_miss for label in flag.label_ids] for row in rows])
said = cross_validated.predictions.probability[flag.id]
is_listed = said >= LISTED_SHARE_OF_THRESHOLD * scorer.artefact.thresholds[flag.id]
missed, false_alarm = is_flag & ~given_flag, given_flag & ~is_flag
groups_of_pairs = {
    "Flagget skal være der": is_flag,
    "Nesten-treff": is_near_miss,
    "Alle andre": ~is_flag & ~is_near_miss,
}
is_cause, given_cause = cross_validated.targets[cause.id] == 1, cross_validated.predictions.accepted[cause.id]
missed_cause, added_cause = is_cause & ~given_cause, given_cause & ~is_cause


def promised(dimension, part):
    """Return which answers are sure, which of these are wrong, and the weighted share that is, and that may be."""
    said, is_true = part.predictions.probability[dimension.id], part.targets[dimension.id] == 1
    is_sure = said > SURE
    if not is_sure.any():
        return is_sure, is_sure, 0.0, 0.0
    of_each = np.repeat(natural_weights(part.targets, taxonomy)[:, None], len(dimension.labels), axis=1)[is_sure]
    shares = (float(np.average(values[is_sure], weights=of_each)) for values in (~is_true, 1 - said))
    return is_sure, is_sure & ~is_true, *shares


# %%
of_slices = of_parts[CROSS_VALIDATION]
wrong_pairs = [times for one, other, times in figures[area.id]["confusions"] if one != other]
in_ten = sum(wrong_pairs[:SHOWN]) / sum(wrong_pairs)
added = np.bincount(best[is_wrong], minlength=len(area.labels))
most_added = int(added.argmax())
right_in_mix = np.average(~is_wrong[best == most_added], weights=weights[best == most_added])
gaps = {name: of_slice[area.id]["gap"]["value"] for name, of_slice in of_slices.items()}
_, wrong_and_sure, wrong_areas, promised_areas = promised(area, cross_validated)
*_, wrong_levels, promised_levels = promised(level, cross_validated)
hard_of_sure = np.sum(is_hard & wrong_and_sure.any(axis=1)) / max(wrong_and_sure.sum(), 1)
per_area = np.bincount(right, minlength=len(area.labels))
missed_of_areas = np.bincount(right[is_wrong], minlength=len(area.labels)) / per_area
most_missed = np.argsort(-missed_of_areas, kind="stable")[:3]
overlooked = missed.sum(axis=0) / is_flag.sum(axis=0)
most_overlooked = [flag.label_ids[place] for place in np.argsort(-overlooked, kind="stable")[:3]]
set_share = {name: given_flag[chosen].mean() for name, chosen in groups_of_pairs.items()}
cause_f1 = np.array([figures[cause.id]["labels"][name]["f1"] for name in cause.label_ids])
agreed = agreement_rounds(ROOT / "docs")["before"]["dimensions"][cause.id]["labels"]
agreed_on_cause = np.array([agreed[name]["agreement"] for name in cause.label_ids])
follows = np.corrcoef(cause_f1, agreed_on_cause)[0, 1]
cause_errors = missed_cause.sum(axis=0) + added_cause.sum(axis=0)

claims = [
    Claim(
        "1. de ti hyppigste forvekslingene er en liten del av områdefeilene",
        f"{percent(in_ten)} av {count(int(is_wrong.sum()))} feil",
        in_ten < 0.2,
    ),
    Claim(
        "2. «generell veiledning» blir oftest gitt feil, men er oftest riktig i den naturlige blandingen",
        f"{area.labels[most_added].name} {added[most_added]} ganger; riktig i "
        f"{percent((~is_wrong)[best == most_added].mean())} av svarene her, {percent(right_in_mix)} i blandingen",
        bool(area.label_ids[most_added] == "generell_veiledning" and right_in_mix > 0.7),
    ),
    Claim(
        "3. det riktige området er som regel blant de tre øverste, og de fleste feil blir ikke godtatt",
        f"{percent((rank[is_wrong] < TOP).mean())} av feilene; {percent(is_accepted[is_wrong].mean())} ble godtatt, "
        f"mot {percent(is_accepted[~is_wrong].mean())} av de riktige",
        bool((rank[is_wrong] < TOP).mean() > 0.6 and is_accepted[is_wrong].mean() < 0.5),
    ),
    Claim(
        "4. vanskeligst er tekster uten tjenestens navn og tekster med flere tjenester; ikke nynorsk",
        ", ".join(
            f"{SLICES[name].lower()} {signed(gaps[name], 2)}"
            for name in ("names_service=false", "hard=true", "malform=nn")
        ),
        sorted(gaps, key=lambda name: gaps[name])[:2] == ["names_service=false", "hard=true"]
        and gaps["malform=nn"] > -0.05,
    ),
    Claim(
        "5. sikre svar er omtrent så ofte gale som de sier; de fleste sikre områdefeil er vanskelige tekster",
        f"område {number(100 * wrong_areas, 1)} % mot lovet {number(100 * promised_areas, 1)} %, nivå "
        f"{number(100 * wrong_levels, 1)} % mot {number(100 * promised_levels, 1)} %; {percent(hard_of_sure)} er "
        "vanskelige",
        abs(wrong_areas - promised_areas) < 0.025
        and abs(wrong_levels - promised_levels) < 0.025
        and bool(hard_of_sure > 0.5),
    ),
    Claim(
        "6. hvert fjerde flagg blir oversett; nesten-treff utløser flagg oftere enn andre tekster, sjeldnere enn treff",
        f"{percent(missed.sum() / is_flag.sum())}, mest {listed(most_overlooked)}; satt i "
        + ", ".join(f"{percent(share)} ({name.lower()})" for name, share in set_share.items()),
        bool(0.2 < missed.sum() / is_flag.sum() < 0.3)
        and set(most_overlooked) == {"rigid_praksisregel", "standardisert_avslag", "parorende_forutsatt"}
        and bool(set_share["Nesten-treff"] > 5 * set_share["Alle andre"])
        and bool(set_share["Nesten-treff"] < 0.5 * set_share["Flagget skal være der"]),
    ),
    Claim(
        "7. fastlegen er blant områdene som oftest overses",
        ", ".join(f"{area.labels[place].name} {percent(missed_of_areas[place])}" for place in most_missed),
        "fastlege" in [area.label_ids[place] for place in most_missed],
    ),
    Claim(
        "8. årsakene modellen tar mest feil av, er de annotatorene er minst enige om",
        f"samvariasjon mellom F1 og enighet {number(follows, 2)}; flest feil: "
        f"{cause.labels[cause_errors.argmax()].name}",
        bool(follows > 0.5 and cause.label_ids[cause_errors.argmax()] == "informasjon"),
    ),
]
if "test_balanced" in of_parts:
    compared = {
        name: tuple(of_parts[part_name][name][area.id]["value"] for part_name in (CROSS_VALIDATION, "test_balanced"))
        for name in ("hard=true", "hard=false", "names_service=false", "names_service=true")
    }
    claims.append(
        Claim(
            "9. den balanserte prøvefila er lettere enn treningstekstene, også blant tekster av samme slag",
            ", ".join(
                f"{SLICES[name].lower()} {number(one, 2)} mot {number(other, 2)}"
                for name, (one, other) in compared.items()
            ),
            all(other > one + 0.02 for one, other in compared.values()),
        )
    )
output.print(rich_table(claims_table(claims)))

# %% [markdown]
# ## Forvekslingene som går igjen
#
# De ti hyppigste i hver dimensjon, i kryssvalideringen. Eksempelet er teksten der modellen var mest sikker på det gale
# svaret. «Ingen» betyr at en etikett manglet uten at noen annen kom i stedet, eller kom uten at noen manglet.
#
# **Lærdom.** Ingen enkelt grense er verdt å rette alene: feilene er spredt på hundrevis av par. Det som går igjen, er
# «generell veiledning». Spør teksten om rettigheter eller klage, velger modellen den lett, også når tjenesten er nevnt.
# Det er meningen: hos ombudet er slike spørsmål mye vanligere enn her, og sannsynlighetene er laget for det. For
# årsaker og flagg er det oftest én etikett for mye eller for lite, ikke en annen i stedet.


# %%
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
# **Lærdom.** **Restområdene** trekker til seg det som mangler et tydelig navn. Der hjelper bare at teksten sier mer.
# **Naboene** gjør minst skade: nivået er rett, og det riktige området står som oftest blant de tre. **Feil på annet
# nivå** er den dyreste gruppa, og det er oftest vanskelige tekster: modellen følger tjenesten det står mest om, ikke
# den det klages på.
#
# Den andre tabellen viser hvem det går ut over. Fastlegen og hjemmetjenestene er gjerne et ledd på vei til noe annet,
# så en klage på dem er full av andre tjenesters ord.

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
cells = []
for name, chosen in {**kinds, "Alle feil": is_wrong, "Riktige til sammenligning": ~is_wrong}.items():
    cells.append(
        (
            name,
            count(int(chosen.sum())),
            percent(chosen.sum() / is_wrong.sum()) if name in kinds else "",
            percent(is_hard[chosen].mean()),
            percent((rank[chosen] < TOP).mean()),
            percent(is_accepted[chosen].mean()),
            number(float(np.median(probability.max(axis=1)[chosen])), 2),
        )
    )
headings = ("slag", "tekster", "av feilene", "vanskelige", "riktig blant tre", "godtatt", "median sanns.")
note = "«Godtatt»: modellen ga området som svar. Resten ble gitt som bare nivå, eller overlatt til et menneske."
output.print(rich_table(Table("Områdefeil etter slag", headings, cells, note)))

# %%
cells = []
for place in np.argsort(-missed_of_areas, kind="stable")[:SHOWN]:
    instead = np.bincount(best[is_wrong & (right == place)], minlength=len(area.labels))
    most = np.argsort(-instead, kind="stable")[:3]
    cells.append(
        (
            area.labels[place].name,
            str(per_area[place]),
            percent(missed_of_areas[place]),
            ", ".join(f"{area.labels[other].name} ({instead[other]})" for other in most),
        )
    )
headings = ("område", "tekster", "galt svar", "oftest i stedet")
output.print(rich_table(Table("Områdene som oftest overses", headings, cells)))

# %% [markdown]
# ## Feil etter lengde, register, målform og vanskegrad
#
# Avstanden er mellom utsnittet og resten av tekstene. En stjerne betyr at hele 95 %-intervallet for avstanden ligger på
# én side av null. Områder måles med andelen riktige, årsaker og flagg med mikro-F1.
#
# **Lærdom.** Navnet på tjenesten betyr mest for området, så vanskegraden. Lange tekster er vanskeligere enn korte. Noe
# av grunnen er at de oftere nevner flere tjenester, men ikke alt: også blant tekster som ikke er vanskelige, går skjema
# og brev dårligere enn telefonnotater og korte meldinger. Rådgiverens notat er ryddigere enn innsenderens egne ord.
# Årsaker og flagg følger ikke dette mønsteret. Flaggene er tvert imot vanskeligst i de korteste tekstene, der mønsteret
# sjelden er fortalt helt ut.


# %%
def gap_of(figure):
    """Return a gap as it is shown, with a star where it is not chance."""
    gap = figure.get("gap")
    if gap is None:
        return ""
    star = "*" if gap["low"] > 0 or gap["high"] < 0 else " "
    return f"{signed(gap['value'], 2)}{star}"


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
# **Lærdom.** De sikre svarene om område og nivå holder omtrent det de lover. Flagg er oftere riktige enn lovet. De
# sikre feilene tyder altså ikke på at tallene er gale, men på at noen tekster lurer modellen.
#
# De fleste er tekster der en annen tjeneste er nevnt med mange sterke ord. Ofte er etiketten riktig, og teksten
# vanskelig. Et menneske ser det av én setning om hvem som var grei og hvem som ikke var det. Modellen teller ord.

# %%
cells = []
for name, part in kept.parts.items():
    for dimension in (level, area, cause, flag, kind):
        is_sure, is_sure_error, wrong_share, promised_share = promised(dimension, part)
        shares = [f"{number(100 * value, 1)} %" for value in (wrong_share, promised_share)]
        cells.append((part_heading(name), dimension.name, count(int(is_sure.sum())), str(is_sure_error.sum()), *shares))
headings = ("", "dimensjon", "sikre svar", "gale", "andel gale", "lovet andel gale")
note = "Andelene er regnet for den naturlige blandingen, som sannsynlighetene er laget for."
output.print(rich_table(Table(f"Svar med sannsynlighet over {number(SURE, 1)}", headings, cells, note)))

# %% [markdown]
# De sikreste områdefeilene i kryssvalideringen, med tekst. Ordene er de som taler mest for det gale svaret i den
# ferdige modellen. Den har siden lært av teksten med riktig etikett. Gir den likevel galt svar, er etiketten verdt en
# ny titt.

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
    note = "" if cells else "Ingen."
    output.print(rich_table(Table(f"Sikre feil: {part_heading(name)}", headings, cells, note)))

# %% [markdown]
# ## Hva flaggene overser, og når de roper for tidlig
#
# Et flagg er et spørsmål til rådgiveren. Oversett betyr at spørsmålet ikke ble stilt. «Vist likevel» er oversette flagg
# som lå over halve terskelen, så de står i lista uten å være godtatt. Falsk alarm er et flagg der det ikke skulle vært
# noe.
#
# **Lærdom.** Flaggene som oftest overses, har ikke egne ord: en fast regel, et standardsvar, en pårørende som tas for
# gitt. Da må mønsteret forstås, og det gjør ikke en modell som teller ord. De som finnes best, har faste uttrykk:
# frist, klage, stengt. De fleste oversette ligger under halve terskelen. Å hente dem med lavere terskel koster mange
# falske alarmer (se `03_thresholds.py`). Flere eksempler på nettopp disse mønstrene, også nesten-treff, er det som kan
# hjelpe.

# %%
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
with styled():
    figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
    limits = np.linspace(0.01, 1, 100)
    for (name, chosen), colour in zip(groups_of_pairs.items(), (BLUE, ORANGE, GREY), strict=True):
        above = [(said[chosen] >= limit).mean() for limit in limits]
        axes.plot(limits, above, linewidth=1.4, color=colour, label=name)
    per_cent(axes, "x", "y")
    axes.set(
        title="Hvor mange som får et flagg, etter hvor terskelen settes",
        xlabel="terskel (prosent)",
        ylabel="andel som får flagget (prosent)",
        xlim=(0, 1),
        ylim=(0, 1),
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
# **Lærdom.** Modellen gir årsaker for ofte og for sjelden omtrent like mye. Det gjelder de samme årsakene, og det er de
# annotatorene også var minst enige om: «informasjon» og «medvirkning» øverst. Der er det kodeboka som må bli klarere,
# ikke modellen. Avslag, fristbrudd og tvang har faste ord og går bra.

# %%
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
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(100 * value):.0f} %")
    axes.set(title="Årsaker som mangler, og årsaker som er gitt for mye", xlabel="prosent (til venstre: for mye)")
    figure.legend(loc="outside lower center", ncols=2)
    plt.show()
