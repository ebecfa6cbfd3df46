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
# # Hvor sikker skal modellen være før den svarer?
#
# **Spørsmål.** Hva får kontoret igjen for å kreve mer, og hva koster det? Hva må kontoret selv bestemme?
#
# **Data.** Kryssvalideringen i `models/default.predictions.safetensors`: hver treningstekst er bedømt av en modell som
# ikke har lest den. Etikettskjemaet er versjon 2025.1; neste celle skriver modell og kontrollsum. Hver tekst teller så
# mye som nivået dens utgjør hos ombudet. Alle tekstene er syntetiske.
#
# **Slik er det regnet.** Terskler som prøves på tekstene de er funnet på, ser bedre ut enn de er. Derfor er tekstene
# delt i to. Terskler funnet på den ene halvdelen avgjør den andre, og omvendt. Ingen gruppe står i begge. Den ferdige
# modellen finner tersklene sine på alle tekstene, så dens er litt jevnere enn de her.
#
# **Svar.**
#
# 1. Som modellen er innstilt nå, gir den området for over halvparten av henvendelsene og har rett i omtrent ni av ti.
# 2. Å kreve mindre gir nesten ikke flere svar. Da er det kostnadene som holder igjen.
# 3. Å kreve mye mer er dyrt: mange henvendelser mister området sitt for noen få færre feil.
# 4. Helt øverst leverer tersklene mindre enn det som kreves.
# 5. Svarer modellen bare med nivået, er det nesten alltid riktig. Og der den overlater alt til et menneske, er det
#    øverste forslaget likevel riktig i over halvparten.
# 6. Av kostnadene betyr prisen på et galt område mest, og så om nivået alene er til nytte.
# 7. Et strengt krav rammer områdene svært ulikt. Fastlegen er blant dem som oftest blir uten svar, også nå.
# 8. Flagg og årsaker: færre falske alarmer koster omtrent like mange oversette. I hverdagen er flagg sjeldnere enn her,
#    og da er en større del av dem falske.
#
# Neste celler regner ut tallene bak hvert svar og sier fra hvis et svar ikke lenger stemmer.

# %%
"""How the operating point moves what the model settles. Run from anywhere: `python notebooks/03_thresholds.py`."""

from dataclasses import replace
from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from pobo_nlp.cli.display import console
from pobo_nlp.model.scorer import Scorer
from training.automation import back_off
from training.claims import Claim, claims_table
from training.config import ROOT, load_config
from training.counts import Table
from training.decide import threshold_for_precision, thresholds
from training.display import rich_table
from training.kept import CROSS_VALIDATION
from training.natural_mix import natural_weights
from training.operating_point import MixBootstrap, cost_of_answers, cross_fitted
from training.page.drawing import DEPTHS, LEFT, LINES, per_cent, styled
from training.page.words import count, number, percent, percent_interval
from training.predictions import load, predictions_path
from training.slices import SELDOM_HEARD

output = console()
plt.rcParams["axes.axisbelow"] = True
config = load_config()
PRECISIONS = sorted({0.85, 0.88, 0.90, 0.92, 0.94, 0.96, config.decisions.precision})
folder = ROOT / config.data.out
kept, taxonomy = load(predictions_path(folder)), Scorer.load(folder).taxonomy
level, area, cause, flag = (
    taxonomy.dimension(name) for name in ("tjenesteniva", "tjenesteomrade", "arsak", "systemflagg")
)
part = kept.parts[CROSS_VALIDATION]
weights = natural_weights(part.targets, taxonomy)
bootstrap = MixBootstrap(part.groups, weights, samples=config.evaluation.bootstrap, seed=config.seed)
output.print(
    f"Modell {kept.model_id}, etikettskjema {taxonomy.version}, {count(len(part))} tekster. "
    f"Kontrollsum: {kept.digests[CROSS_VALIDATION]}",
    soft_wrap=True,
)


def decided(decisions):
    """Return what is accepted with some settings, each half decided by thresholds of the other."""
    find = partial(thresholds, taxonomy=taxonomy, options=decisions)
    return cross_fitted(part, find, taxonomy, seed=config.seed)


def settled(decisions):
    """Return area, level and a person, in that order: how often, and how often right; then the mean cost."""
    said = decided(decisions)
    cost = cost_of_answers(area, said.accepted, part.targets, taxonomy, decisions.costs)
    return back_off(area, said, part.targets, taxonomy, bootstrap), float(np.average(cost, weights=weights))


def cells_of(found, cost):
    """Return what is shown of one operating point."""
    of_area, of_level, of_person = found
    return (
        percent_interval(of_area["share"]),
        percent_interval(of_area["accuracy"]) if of_area["accuracy"] else "",
        percent(of_level["share"]["value"]),
        percent_interval(of_level["accuracy"]) if of_level["accuracy"] else "",
        percent(of_person["share"]["value"]),
        percent(of_person["accuracy"]["value"]) if of_person["accuracy"] else "",
        number(cost, 2),
    )


HEADINGS = ("område", "riktig", "bare nivå", "riktig", "menneske", "ville vært riktig", "kostnad")

# %%
of_precision = {precision: settled(replace(config.decisions, precision=precision)) for precision in PRECISIONS}
COSTS = {
    "som nå": {},
    "galt område 2": {"wrong": 2.0},
    "galt område 4": {"wrong": 4.0},
    "galt område 10": {"wrong": 10.0},
    "galt område 20": {"wrong": 20.0},
    "galt nivå 2": {"wrong_parent": 2.0},
    "galt nivå 8": {"wrong_parent": 8.0},
    "galt nivå 16": {"wrong_parent": 16.0},
    "bare nivå 0,1": {"parent": 0.1},
    "bare nivå 0,9": {"parent": 0.9},
}
of_costs = {}
for name, changed in COSTS.items():
    costs = replace(config.decisions.costs, **changed)
    of_costs[name] = settled(replace(config.decisions, costs=costs))
accepted_now = decided(config.decisions).accepted[area.id]
accepted_strict = decided(replace(config.decisions, precision=PRECISIONS[-1])).accepted[area.id]
is_area = part.targets[area.id] == 1
answered = np.array(
    [[accepted[of_area].any(axis=1).mean() for accepted in (accepted_now, accepted_strict)] for of_area in is_area.T]
)


def found_for(dimension, precision):
    """Return a way to find thresholds that reach a precision for each label of a dimension, and accept nothing else."""

    def find(probability, targets):
        mix = natural_weights(targets, taxonomy)
        found = {one.id: np.full(len(one.labels), np.inf) for one in taxonomy.dimensions}
        found[dimension.id] = np.array(
            [
                threshold_for_precision(is_true == 1, said, precision=precision, weights=mix)
                for is_true, said in zip(targets[dimension.id].T, probability[dimension.id].T, strict=True)
            ]
        )
        return found

    return find


def trade(dimension, accepted):
    """Return micro precision and recall in the natural mix, and shown, right and overlooked labels per 100 texts."""
    is_true = (part.targets[dimension.id] == 1).astype(float)
    given = accepted[dimension.id].astype(float)
    hits, shown, wanted = (given * is_true).sum(axis=1), given.sum(axis=1), is_true.sum(axis=1)
    mean = partial(np.average, weights=weights)
    return {
        "precision": bootstrap.share(hits, shown),
        "recall": bootstrap.share(hits, wanted),
        "f1": bootstrap.share(2 * hits, shown + wanted),
        "shown": 100 * mean(shown),
        "right": 100 * mean(hits),
        "overlooked": 100 * mean(wanted - hits),
        "silent": int((~accepted[dimension.id].any(axis=0)).sum()),
    }


WANTED = (0.5, 0.6, 0.7, 0.8, 0.9)
best_f1 = decided(config.decisions).accepted
trades = {
    dimension.id: {"best F1 (nå)": trade(dimension, best_f1)}
    | {
        f"presisjon {number(wanted, 1)}": trade(
            dimension, cross_fitted(part, found_for(dimension, wanted), taxonomy, seed=config.seed).accepted
        )
        for wanted in WANTED
    }
    for dimension in (cause, flag)
}

# %%
of_area, of_level, of_person = of_precision[config.decisions.precision][0]
least, most = (of_precision[one][0][0] for one in (PRECISIONS[0], PRECISIONS[-1]))
shares_by_cost = {name: found[0]["share"]["value"] for name, (found, _) in of_costs.items()}


def moved(*names):
    """Return how far the share of accepted areas moves between some prices."""
    shares = [shares_by_cost[name] for name in names]
    return max(shares) - min(shares)


by_area, by_level, by_parent = (
    moved(*names)
    for names in (
        ("galt område 2", "galt område 20"),
        ("galt nivå 2", "galt nivå 16"),
        ("bare nivå 0,1", "bare nivå 0,9"),
    )
)
now, strict = (trades[flag.id][name] for name in ("best F1 (nå)", f"presisjon {number(WANTED[-1], 1)}"))
fewer_false = (now["shown"] - now["right"]) - (strict["shown"] - strict["right"])
more_overlooked = strict["overlooked"] - now["overlooked"]
claims = [
    Claim(
        "1. modellen gir området for over halvparten og har rett i omtrent ni av ti",
        f"{percent_interval(of_area['share'])}, riktig i {percent_interval(of_area['accuracy'])}",
        of_area["share"]["value"] > 0.5 and 0.87 < of_area["accuracy"]["value"] < 0.95,
    ),
    Claim(
        "2. å kreve mindre gir nesten ikke flere svar",
        f"{percent(least['share']['value'])} ved {number(PRECISIONS[0], 2)}",
        least["share"]["value"] - of_area["share"]["value"] < 0.08,
    ),
    Claim(
        "3. å kreve mye mer er dyrt: mange mister området for noen få færre feil",
        f"{percent(most['share']['value'])} ved {number(PRECISIONS[-1], 2)}, riktig i "
        f"{percent(most['accuracy']['value'])}",
        of_area["share"]["value"] - most["share"]["value"]
        > max(0.05, 3 * (most["accuracy"]["value"] - of_area["accuracy"]["value"])),
    ),
    Claim(
        "4. helt øverst leverer tersklene mindre enn det som kreves",
        f"{percent_interval(most['accuracy'])} riktig ved {number(PRECISIONS[-1], 2)}",
        most["accuracy"]["value"] < PRECISIONS[-1],
    ),
    Claim(
        "5. nivået alene er nesten alltid riktig; forslaget et menneske får, er riktig i over halvparten",
        f"{percent(of_level['accuracy']['value'])} og {percent(of_person['accuracy']['value'])}",
        of_level["accuracy"]["value"] > 0.94 and of_person["accuracy"]["value"] > 0.5,
    ),
    Claim(
        "6. prisen på et galt område betyr mest, så om nivået alene er til nytte",
        f"andelen som får et område, flytter seg {number(100 * by_area, 0)}, {number(100 * by_parent, 0)} og "
        f"{number(100 * by_level, 0)} prosentpoeng (galt område, bare nivå, galt nivå)",
        by_area > by_parent > by_level,
    ),
    Claim(
        "7. et strengt krav rammer områdene ulikt; fastlegen er blant dem som oftest blir uten svar",
        f"fra {percent(answered[:, 1].min())} til {percent(answered[:, 1].max())} av tekstene får et område ved "
        f"{number(PRECISIONS[-1], 2)}",
        bool(answered[:, 1].max() - answered[:, 1].min() > 0.4)
        and "fastlege" in [area.label_ids[place] for place in np.argsort(answered[:, 0], kind="stable")[:10]],
    ),
    Claim(
        "8. færre falske flagg koster omtrent like mange oversette",
        f"fra best F1 til presisjon {number(WANTED[-1], 1)}: {number(fewer_false, 1)} færre falske og "
        f"{number(more_overlooked, 1)} flere oversette per 100 henvendelser",
        0.5 < more_overlooked / fewer_false < 2.5,
    ),
]
output.print(rich_table(claims_table(claims)))

# %% [markdown]
# ## Hva ønsket presisjon gjør
#
# Ønsket presisjon er hvor stor del av de godtatte svarene som skal være riktige. Den står i `training/config.toml`
# (`decisions.precision`). Tre ting kan hende med en henvendelse: modellen gir området, den gir bare nivået, eller et
# menneske ser på den uten forslag som er godtatt. «Ville vært riktig» er hvor ofte det øverste området var riktig der
# modellen ikke turte.
#
# **Lærdom.** Kravet betyr lite under dagens nivå: der velger kostnadene bort de samme svarene uansett. Over det mister
# stadig flere henvendelser området sitt. De fleste av dem får nivået i stedet, for det er fortsatt sikkert nok. Det
# høyeste kravet innfris ikke helt: hver terskel er valgt der den så vidt klarte kravet på den ene halvdelen, og flaks
# følger ikke med til den andre. Krev derfor litt mer enn det trengs, og mål på nye tekster.

# %%
rows = [
    (number(precision, 2) + (" (nå)" if precision == config.decisions.precision else ""), *cells_of(*found))
    for precision, found in of_precision.items()
]
note = (
    "Andel av henvendelsene i den naturlige blandingen, i parentes 95 %-intervall. Kostnaden er per henvendelse, der "
    "et menneske som ser på den koster 1."
)
output.print(rich_table(Table("Ønsket presisjon", ("ønsket", *HEADINGS), rows, note)))

# %%
with styled():
    figure, (left_axes, right_axes) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    bottom = np.zeros(len(PRECISIONS))
    places = np.arange(len(PRECISIONS))
    for which, (name, colour) in enumerate(
        (("modellen gir området", DEPTHS[0]), ("modellen gir bare nivået", DEPTHS[2]), ("et menneske ser på den", LEFT))
    ):
        shares = np.array([found[which]["share"]["value"] for found, _ in of_precision.values()])
        left_axes.bar(places, shares, 0.7, bottom=bottom, color=colour, label=name)
        bottom += shares
    left_axes.set_xticks(places, [number(precision, 2) for precision in PRECISIONS])
    per_cent(left_axes, "y")
    left_axes.set(
        title="Hva som skjer med henvendelsene", xlabel="ønsket presisjon", ylabel="andel av henvendelsene (prosent)"
    )
    left_axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18))
    for which, (name, (colour, marker)) in enumerate(zip(("område", "bare nivå"), LINES, strict=False)):
        accuracies = [found[which]["accuracy"] for found, _ in of_precision.values()]
        right_axes.errorbar(
            PRECISIONS,
            [one["value"] for one in accuracies],
            yerr=[
                [one["value"] - one["low"] for one in accuracies],
                [one["high"] - one["value"] for one in accuracies],
            ],
            color=colour,
            marker=marker,
            markersize=4,
            linewidth=1,
            elinewidth=0.8,
            label=name,
        )
    right_axes.plot(PRECISIONS, PRECISIONS, color="grey", linewidth=0.8, linestyle=(0, (4, 3)), label="ønsket")
    per_cent(right_axes, "x", "y")
    right_axes.set(
        title="Holder det modellen lover?",
        xlabel="ønsket presisjon (prosent)",
        ylabel="riktige av de godtatte (prosent)",
    )
    right_axes.legend(loc="lower right")
    plt.show()

# %% [markdown]
# Til sammenligning: den ferdige modellen på prøvefila `test_natural`, med tersklene den har nå. Ingenting er valgt
# etter denne fila, og den skal ikke brukes til å velge.

# %%
if "test_natural" in kept.parts:
    test = kept.parts["test_natural"]
    of_test = MixBootstrap(test.groups, np.ones(len(test)), samples=config.evaluation.bootstrap, seed=config.seed)
    found = back_off(area, test.predictions, test.targets, taxonomy, of_test)
    cost = cost_of_answers(area, test.predictions.accepted, test.targets, taxonomy, config.decisions.costs).mean()
    cells = (number(config.decisions.precision, 2), *cells_of(found, float(cost)))
    output.print(rich_table(Table("Modellen nå, på test_natural", ("ønsket", *HEADINGS), [cells])))

# %% [markdown]
# ## Hva kostnadene gjør
#
# Under den ønskede presisjonen velges terskelen som koster minst. Et menneske som ser på en henvendelse, koster 1. De
# andre tallene sier hvor mange slike et galt eller halvt svar er verdt: et galt område, et galt nivå, og rett nivå uten
# område. Én kostnad er endret i hver rad. Kostnaden i siste kolonne er regnet med radens egne tall, så den kan bare
# sammenlignes innenfor samme pris.
#
# **Lærdom.** Prisen på et galt område flytter grensen mellom område og nivå. Prisen på et galt nivå flytter grensen
# mellom nivå og menneske. Koster nivået alene nesten ingenting, gir modellen det i stedet for området langt oftere.
# Uten krav om presisjon blir det nesten likt med dagens priser. Bare der et galt område er satt til å koste lite, er
# det kravet som holder igjen.

# %%
rows = [(name, *cells_of(*found)) for name, found in of_costs.items()]
output.print(
    rich_table(Table(f"Kostnader, ved ønsket presisjon {number(config.decisions.precision, 2)}", ("", *HEADINGS), rows))
)

# %% [markdown]
# Kostnadene alene, uten krav om presisjon:

# %%
without = {}
for name, changed in COSTS.items():
    costs = replace(config.decisions.costs, **changed)
    without[name] = settled(replace(config.decisions, costs=costs, precision=0.0))
rows = [(name, *cells_of(*found)) for name, found in without.items()]
output.print(rich_table(Table("Kostnader uten krav om presisjon", ("", *HEADINGS), rows)))

# %% [markdown]
# ## Hvem det går ut over
#
# Et snitt kan skjule at noen områder aldri får svar. Her er områdene der modellen oftest lar være å svare, ved dagens
# innstilling og ved den strengeste. Andelen er av tekstene som skulle hatt området.
#
# **Lærdom.** To slags områder får færrest svar: de med uklare grenser, og offentlig tannhelse, som gis lavere
# sannsynlighet fordi den er sjelden hos ombudet. Fastlegen er blant de første, enda den er det største området der. Et
# strengt krav halverer svarene for noen av dem. Linja under tabellen gjelder områdene til dem som sjelden klager:
# eldre, folk med funksjonsnedsettelser og andre som trenger noen til å tale sin sak. De skal ikke komme dårligere ut
# enn resten.

# %%
order = np.argsort(answered[:, 0], kind="stable")
rows = [
    (
        area.labels[place].name,
        str(is_area[:, place].sum()),
        percent(answered[place, 0]),
        percent(answered[place, 1]),
    )
    for place in order[:10]
]
headings = ("område", "tekster", "får et område nå", f"ved {number(PRECISIONS[-1], 2)}")
of_seldom = np.array([name in SELDOM_HEARD for name in area.label_ids])
seldom, others = (answered[chosen].mean(axis=0) for chosen in (of_seldom, ~of_seldom))
note = (
    f"Områdene til dem som sjelden klager: {percent(seldom[0])} nå og {percent(seldom[1])} ved det strengeste kravet. "
    f"De andre: {percent(others[0])} og {percent(others[1])}."
)
output.print(rich_table(Table("Områdene med færrest svar", headings, rows, note)))

# %% [markdown]
# ## Årsaker og flagg
#
# Her er «ingen» et fullgodt svar, og en tekst kan ha flere. Terskelen er i dag den som gir best F1 for hver etikett,
# det beste bytte mellom presisjon (hvor mange av de viste er riktige) og gjenfinning (hvor mange av de riktige vises).
# Alternativet er å kreve en presisjon. Etiketter som ikke når den, blir aldri godtatt.
#
# **Lærdom.** Det finnes ikke noe punkt der de falske alarmene forsvinner gratis. Hvert skritt opp koster flere riktige
# enn det forrige, og høyt oppe ryker omtrent like mange riktige som falske. Presisjonen som kreves, blir nesten levert,
# også på tekster som tersklene ikke er funnet på.

# %%
for dimension in (cause, flag):
    rows = [
        (
            name,
            percent_interval(one["precision"]),
            percent_interval(one["recall"]),
            number(one["f1"]["value"], 2),
            number(one["shown"], 0),
            number(one["right"], 0),
            number(one["overlooked"], 0),
            str(one["silent"]),
        )
        for name, one in trades[dimension.id].items()
    ]
    headings = ("", "presisjon", "gjenfinning", "F1", "vist", "riktige", "oversett", "aldri vist")
    note = "Vist, riktige og oversett er per 100 henvendelser. «Aldri vist» er antall etiketter."
    output.print(rich_table(Table(dimension.name, headings, rows, note)))

# %%
with styled():
    figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
    for dimension, (colour, marker) in zip((cause, flag), LINES, strict=False):
        first, *others = trades[dimension.id].values()
        line = [(one["recall"]["value"], one["precision"]["value"]) for one in others]
        axes.plot(
            *zip(*line, strict=True), color=colour, marker=marker, markersize=4, linewidth=1, label=dimension.name
        )
        axes.scatter(
            [first["recall"]["value"]],
            [first["precision"]["value"]],
            s=80,
            facecolor="none",
            edgecolor=colour,
            label=f"{dimension.name} nå (best F1)",
        )
    per_cent(axes, "x", "y")
    axes.set(
        title="Vis mer eller vis riktigere",
        xlabel="gjenfinning: andel av de riktige som vises (prosent)",
        ylabel="presisjon: andel av de viste som er riktige (prosent)",
    )
    axes.legend(loc="lower left")
    plt.show()

# %% [markdown]
# ### Flagg i hverdagen
#
# Den naturlige blandingen retter bare for nivåene. Flagg er fortsatt mye vanligere i korpuset enn i `test_natural`. Når
# noe er sjeldnere, er en større del av alarmene falske. Derfor er flaggtallene over for gode. Slik ser det ut om flagg
# er så sjeldne som i `test_natural`, og gjenfinningen og andelen falske alarmer er den samme:

# %%
natural = kept.parts.get("test_natural")
if natural is not None:
    is_flag, given = part.targets[flag.id] == 1, best_f1[flag.id]
    rates = partial(np.average, weights=np.repeat(weights, len(flag.labels)))
    found, alarm = (given & is_flag).ravel(), (given & ~is_flag).ravel()
    now, rare = rates(is_flag.ravel()), (natural.targets[flag.id] == 1).mean()
    recall, false_rate = rates(found) / now, rates(alarm) / (1 - now)
    measured = natural.predictions.accepted[flag.id]
    is_measured = natural.targets[flag.id] == 1
    rows = [
        ("kryssvalideringen", now, recall, recall * now / (recall * now + false_rate * (1 - now))),
        ("regnet om til sjeldne flagg", rare, recall, recall * rare / (recall * rare + false_rate * (1 - rare))),
        (
            "målt på test_natural",
            rare,
            (measured & is_measured).sum() / is_measured.sum(),
            (measured & is_measured).sum() / max(measured.sum(), 1),
        ),
    ]
    cells = [
        (name, number(100 * len(flag.labels) * prevalence, 0), percent(one), percent(other))
        for name, prevalence, one, other in rows
    ]
    headings = ("", "flagg per 100 henvendelser", "gjenfinning", "presisjon")
    output.print(rich_table(Table("Flagg når de er sjeldnere", headings, cells)))

# %% [markdown]
# ## Dette må kontoret bestemme
#
# Modellen kan regne ut følgene, men ikke velge.
#
# 1. **Hvor ofte får et godtatt område være galt?** Det er `decisions.precision`. Spør: hva brukes området til uten at
#    noen ser på det? Statistikk tåler mer enn fordeling av saker.
# 2. **Hva er et galt svar verdt mot et blikk?** Det er `decisions.costs`. Mål det gjerne: hvor lang tid tar det å rette
#    et galt område, mot å sette et selv?
# 3. **Er nivået alene til nytte?** Er det ikke det, settes `parent` nær 1, og slike henvendelser går til et menneske.
# 4. **Flagg: oversette spørsmål eller falske alarmer?** Et flagg er et spørsmål, aldri et funn. Tåler rådgiverne noen
#    spørsmål for mye, er dagens terskler riktige. Blir de så mange at ingen leser dem, er de for lave.
# 5. **Hvem skal ikke rammes?** Se tabellen over områdene med færrest svar. Et strengt krav går først ut over dem.
# 6. **Hvem ser på resten,** og blir svarene deres brukt til å måle modellen igjen?
#
# Tallene er fra syntetiske tekster. Kontoret bør merke noen hundre egne henvendelser, hos seg selv, og se på denne boka
# igjen med dem før noe tas i bruk.
#
# **Slik settes det.** Endre `[decisions]` i `training/config.toml`, kjør `make train`, og sammenlign med modellen før
# (`python -m training compare`). Tersklene lagres i modellen, ikke i koden.
