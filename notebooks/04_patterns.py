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
# # Hva går igjen?
#
# **Spørsmål.** Én henvendelse om besøkstid kan gjelde alle som bor på sykehjemmet. Finner vi slikt i to års saker?
# Hva er bare tilfeldig? Og kan vi stole på tall som en modell har satt etikettene bak?
#
# **Data.** To år med 36 000 simulerte saker, laget som `python -m training simulate --years 2 --cases 36000` lager
# dem. Tekster og etiketter er korpusets, og alt er syntetisk. Nivåene er så vanlige som hos ombudet. Juli er stille
# og januar travel. Stedene er oppdiktet, og det er også hver kommune der noe er plantet. Etikettene er modellens
# (svar på tekster den ikke har lest); i omtrent hver sjuende sak er de satt av et menneske. Neste celle skriver
# modell og frø.
#
# **Slik er det regnet.** Alt som vises, er funnet av det samme som lager rapporten (`pobo-nlp patterns`). Fasiten
# brukes bare til å se etter om det stemmer. Modellens feilrater er målt på tekster som sakene er trukket fra. Derfor
# måles rettingen også slik den er på et kontor: med feilrater fra halvparten av tekstene, og saker fra resten.
#
# **Svar.**
#
# 1. Sykehjemmet med faste besøkstider, smerteklinikken som avslutter og kommunen som ikke sender klager videre, står
#    øverst på lista over kandidater. De er få blant tusenvis av saker, men svært mange for stedet sitt.
# 2. De fleste etikettene som dobles i siste kvartal, blir meldt som økninger. Modellen tar feil, så det som dobles,
#    ser ut som mindre enn en dobling.
# 3. Uten noe plantet er det sjelden noe å melde.
# 4. Råtall fra modellen er skjeve. Rettet for modellens feil er tallene nærmere fasiten for de fleste etikettene, og
#    intervallene holder fasiten.
# 5. Med feilrater fra andre tekster enn dem som telles, er gevinsten mindre, men rettet er fortsatt oftere nærmere enn
#    råtall. Intervallene holder også da.
#
# Siste celle med kode holder svarene mot tallene og sier fra hvis et svar ikke lenger stemmer.

# %%
"""What is planted in two simulated years, and what is found of it. Run from anywhere."""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from pobo_nlp.cli.display import console
from pobo_nlp.model.strict_json import as_json
from pobo_nlp.patterns.candidates import find_candidates
from pobo_nlp.patterns.counting import count_series
from pobo_nlp.patterns.error_rates import find_error_rates, read_error_rates
from pobo_nlp.patterns.surges import expected_band
from training.claims import Claim, claims_table
from training.config import ROOT, load_config
from training.counts import Table
from training.display import rich_table
from training.page.words import count, number, percent
from training.simulation.cases import simulated
from training.simulation.counted import label_counts, summary
from training.simulation.findings import findings
from training.simulation.judged import read_judged
from training.simulation.pool import held_out, read_pool
from training.simulation.tables import write

YEARS, N_CASES = 2, 36_000
output = console()
config = load_config()
pool = read_pool(config)
taxonomy = pool.taxonomy


def simulation(seed, *, with_events=True, texts=pool):
    """Return cases with their truth, read the way a report reads them."""
    cases = simulated(texts, years=YEARS, n_cases=N_CASES, seed=seed, with_events=with_events)
    with tempfile.TemporaryDirectory() as folder:
        write(cases, Path(folder), years=YEARS, seed=seed, with_texts=False)
        return read_judged(Path(folder), taxonomy)


def name_of(dimension, label):
    """Return what a reader calls a label."""
    labels = taxonomy.dimension(dimension)
    return labels.labels[labels.label_ids.index(label)].name


judged = simulation(config.seed)
cases = judged.cases
output.print(f"Modell {pool.model}, frø {config.seed}, {count(len(cases))} saker.", soft_wrap=True)

# %% [markdown]
# ## To år
#
# Sommeren og jula er stille. En økning må derfor holdes mot årstiden, og mot hvor mange saker det var i alt.

# %%
(everything,) = count_series(cases)
codes = [period.code for period in everything.periods]
figure, axes = plt.subplots(figsize=(9, 3), layout="constrained")
axes.bar(codes, everything.observed, color="#3b6ea5")
axes.set(title="Saker per måned", ylabel="saker")
axes.tick_params(axis="x", labelrotation=90)
plt.show()

# %% [markdown]
# ## Kandidater til systemsaker
#
# Lista er ordnet etter hvor overraskende antallet er for akkurat det stedet og den etiketten, ikke etter antallet
# alene. Et stort sykehus har alltid mange saker.

# %%
candidates = find_candidates(cases, None)
rows = [
    (
        str(place),
        one.site or one.site_kind or ", ".join(one.municipalities[:2]),
        " × ".join(name_of(*label) for label in one.labels),
        str(one.n),
        number(one.expected, 1),
        f"{one.first:%d.%m.%y}-{one.last:%d.%m.%y}",
    )
    for place, one in enumerate(candidates[:10], start=1)
]
headings = ("", "sted", "etiketter", "saker", "ventet", "dager")
output.print(rich_table(Table("De ti første kandidatene", headings, rows)))
output.print(candidates[0].why, soft_wrap=True)

found = findings(judged)
ranks, surges = found.ranks, found.surges
of_event = {one.id: one for one in judged.planted}
rows = [
    (one.id, of_event[one.id].sites[0], str(one.n), "ikke på lista" if one.rank is None else str(one.rank))
    for one in ranks
]
output.print(rich_table(Table("Det som var plantet på ett sted", ("mønster", "sted", "saker", "plass"), rows)))

# %% [markdown]
# ## Økninger
#
# Siste kvartal er holdt mot fortiden til hver serie. Alle seriene er testet sammen, så falske funn er holdt nede over
# hele rapporten. «Ganger» er det som ble talt, delt på det som var ventet.

# %%
rows = [
    (
        name_of(dimension, label),
        number(one.mean, 0),
        number(one.factor, 2),
        "ja" if one.is_found else "ikke funnet",
    )
    for one in surges.planted
    for dimension, (label,) in of_event[one.id].labels.items()
]
output.print(rich_table(Table("Etiketter som dobles", ("etikett", "før, per måned", "ganger", "funnet"), rows)))
output.print(
    f"{surges.n_tested} serier testet, {surges.n_found} meldt, {len(surges.false_alarms)} uten noe plantet bak.",
    soft_wrap=True,
)

# %%
largest = max(surges.planted, key=lambda one: one.factor)
((dimension, (label,)),) = of_event[largest.id].labels.items()
series = next(one for one in count_series(cases, (dimension,)) if one.key == ((dimension, label),))
band = expected_band(series, everything.observed)
figure, axes = plt.subplots(figsize=(9, 3), layout="constrained")
axes.fill_between(codes, band.low, band.high, color="#c9d9ea", label="ventet, 95 %")
axes.plot(codes, band.mean, color="#3b6ea5", linestyle="--", label="ventet")
axes.plot(codes, series.observed, color="#b03a2e", marker="o", label="talt")
axes.set(title=f"{name_of(dimension, label)}, saker per måned", ylabel="saker", ylim=(0, None))
axes.tick_params(axis="x", labelrotation=90)
axes.legend(loc="upper left")
plt.show()

# %% [markdown]
# ## Bare støy
#
# Fem simuleringer uten noe plantet. Her er hver melding en falsk alarm.

# %%
noises = [findings(simulation(config.seed + 1 + place, with_events=False)).surges for place in range(5)]
n_alarming = sum(one.n_found > 0 for one in noises)
output.print(f"{n_alarming} av {len(noises)} rapporter på støy meldte en økning.", soft_wrap=True)

# %% [markdown]
# ## Tall fra en modell
#
# Modellen forveksler etiketter. Er noe vanlig, smitter det over på naboene. Når vi vet hvor ofte det skjer, kan vi
# regne tilbake. Det gjelder antallet, ikke den enkelte saken.

# %%
folder = ROOT / config.data.out
rates = find_error_rates(folder, taxonomy)
counts = label_counts(judged, rates)
with tempfile.TemporaryDirectory() as temporary:
    path = Path(temporary) / "error_rates.json"
    counts_of_half = []
    for seed in range(config.seed, config.seed + 4):
        half, measured = held_out(config, seed)
        path.write_bytes(as_json(measured, indent=None))
        counts_of_half += label_counts(simulation(seed, texts=half), read_error_rates(path, taxonomy))
of_all, of_half = summary(counts), summary(counts_of_half)
rows = [
    (
        title,
        percent(found["closer"]),
        number(found["mean_raw_error_of_quarters"], 1),
        number(found["mean_corrected_error_of_quarters"], 1),
        percent(found["coverage_of_quarters"]),
    )
    for title, found in (("feilrater fra samme tekster", of_all), ("feilrater fra andre tekster", of_half))
]
headings = ("", "rettet er nærmest", "råtall bommer", "rettet bommer", "intervallet holder")
output.print(rich_table(Table(f"{of_all['n_labels']} etiketter, saker per kvartal", headings, rows)))

farthest = sorted(counts, key=lambda one: -abs(one.raw - one.true))[:8]
rows = [
    (name_of(one.dimension, one.label), count(one.true), count(one.raw), count(round(one.corrected)))
    for one in farthest
]
output.print(rich_table(Table("Der råtallene er lengst unna", ("etikett", "fasit", "råtall", "rettet"), rows)))

# %% [markdown]
# ## Svarene øverst

# %%
story = [one for one in ranks if one.id in ("besoksregel", "smerteklinikk", "klager")]
doubled = [one for one in surges.planted if one.mean >= 10]
n_found = sum(one.is_found for one in doubled)
factor = float(np.mean([one.factor for one in doubled]))
output.print(
    rich_table(
        claims_table(
            [
                Claim(
                    "1. De tre står øverst",
                    ", ".join(f"{one.id}: {one.rank}" for one in story),
                    all(one.rank is not None and one.rank <= 5 for one in story),
                ),
                Claim(
                    "2. De fleste doblinger meldes, og ser mindre ut",
                    f"{n_found} av {len(doubled)}, {number(factor, 2)} ganger",
                    n_found >= 0.8 * len(doubled) and factor < 1.9,
                ),
                Claim("3. Støy gir sjelden melding", f"{n_alarming} av {len(noises)}", n_alarming <= 1),
                Claim(
                    "4. Rettet er nærmere, og intervallet holder",
                    f"{percent(of_all['closer'])}, {percent(of_all['coverage_of_quarters'])}",
                    of_all["closer"] >= 0.8 and of_all["coverage_of_quarters"] >= 0.9,
                ),
                Claim(
                    "5. Med feilrater fra andre tekster mindre gevinst, men intervallet holder",
                    f"{percent(of_half['closer'])}, {percent(of_half['coverage_of_quarters'])}",
                    0.6 <= of_half["closer"] < of_all["closer"]
                    and of_half["mean_corrected_error_of_quarters"] < of_half["mean_raw_error_of_quarters"]
                    and of_half["coverage_of_quarters"] >= 0.9,
                ),
            ]
        )
    )
)

# %% [markdown]
# ## Hva dette ikke sier
#
# Tekstene er syntetiske og går igjen flere ganger, så grupper av like fortellinger lar seg ikke prøve her. Et kontor
# har også mønstre som ingen har tenkt på å plante. En kandidat er et spørsmål, aldri et funn: et menneske leser
# sakene bak.
#
# Flere simuleringer, og kravene med ja og nei, lages av `python -m training patterns-check DIR`.
