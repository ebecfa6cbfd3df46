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
# # Hva er i korpuset?
#
# **Spørsmål.** Hvilke henvendelser er modellen lært opp og prøvd på, og hva kan de ikke fortelle?
#
# **Data.** `data/annotated` og `data/lexicon`, merket etter etikettskjemaet versjon 2025.1. Neste celle skriver
# kontrollsummen. Alle tekstene er syntetiske: ingen er skrevet av eller om et virkelig menneske, så eksempler kan
# vises.
#
# **Svar.**
#
# 1. I treningen er områdene nesten like store, med vilje. Hos ombudet er de ikke det. Derfor teller hver tekst så mye
#    som nivået dens tilsier, når modellen kalibreres.
# 2. Generelle spørsmål, uten noe tjenestenivå, er tynnest dekket: få tekster må stå for mange henvendelser. Offentlig
#    tannhelse er det motsatte.
# 3. To av fem tekster er vanskelige: de nevner flere tjenester, og misnøyen gjelder bare én av dem. Generell veiledning
#    har nesten ingen slike.
# 4. Tekstene er korte. Hva modellen gjør med brev på flere sider, vet vi ikke.
# 5. Omtrent hver fjerde tekst er på nynorsk, i alle områder.
# 6. Området røper ikke årsaken: ingen årsak står i flertallet av tekstene fra et område.
# 7. Flagg er mye vanligere her enn i den naturlige blandingen. De aller fleste nesten-treff står i tekster uten flagg.
# 8. To annotatorer er mest enige om nivå, område og type, minst om årsak, og aller minst om årsaken «informasjon».
#
# Neste celle regner ut tallene bak hvert svar og sier fra hvis et svar ikke lenger stemmer. Tallene er fra syntetiske
# tekster. De sier ingenting om hvor ofte noe skjer i helsetjenesten.

# %%
"""What the corpus holds. Run from anywhere: `python notebooks/01_corpus.py`."""

from collections import Counter

import matplotlib.pyplot as plt
import numpy as np

from pobo_nlp.cli.display import console
from training.agreement import disagreements, read_pairs
from training.claims import Claim, claims_table
from training.config import ROOT, load_config
from training.corpus import Sources, read_corpus, targets_of
from training.counts import Table, tables
from training.decide import with_parents
from training.display import rich_table
from training.natural_mix import natural_weights
from training.page.drawing import BLUE, GREEN, GREY, LINES, ORANGE, per_cent, styled
from training.page.material import synthetic_texts
from training.page.words import SLICES, count, number, percent, shortened
from training.report import agreement_rounds
from training.requirements import TRAIN, part_name, share
from training.validate import validate

LONG_WORDS = 110
VIOLET = "#6b4c9a"
output = console()
plt.rcParams["axes.axisbelow"] = True
config = load_config()
sources = Sources(ROOT / config.data.taxonomy, ROOT / config.data.annotations, ROOT / config.data.lexicon)
data = validate(sources, near_duplicate=config.data.near_duplicate)
taxonomy = data.taxonomy
level, area, cause, flag = (
    taxonomy.dimension(name) for name in ("tjenesteniva", "tjenesteomrade", "arsak", "systemflagg")
)

parts = {name: [] for name in map(part_name, data.inquiries)}
for row in data.inquiries:
    parts[part_name(row)].append(row)
train = parts[TRAIN]
targets = with_parents(targets_of(train, taxonomy), taxonomy)
weights = natural_weights(targets, taxonomy)
n_words = np.array([len(row.text.split()) for row in train])
is_nynorsk = np.array([row.description["malform"] == "nn" for row in train])
per_area = targets[area.id].sum(axis=0)
is_hard = np.array([bool(row.description["hard"]) for row in train])
hard_per_area = targets[area.id][is_hard].sum(axis=0) / per_area
nynorsk_per_area = targets[area.id][is_nynorsk].sum(axis=0) / per_area
causes_per_area = (targets[area.id].T.astype(int) @ targets[cause.id]) / per_area[:, None]
near_misses = [row for row in data.inquiries if row.near_miss]
agreement = agreement_rounds(ROOT / "docs")["before"]["dimensions"]

digest = read_corpus(sources, config).digest
output.print(f"Etikettskjema {taxonomy.version}, {count(len(data.inquiries))} henvendelser.")
output.print(f"Kontrollsum for det modellen læres opp på: {digest}", soft_wrap=True)

# %%
in_train, in_natural = (1 - share(f"{flag.id}=none", parts[name]) for name in (TRAIN, "test_natural"))
without_flag = sum(not row.labels[flag.id] for row in near_misses) / len(near_misses)
agreed = {name: (figures.get("agreement") or figures["micro_f1"])["value"] for name, figures in agreement.items()}
least_agreed = min(agreement[cause.id]["labels"].items(), key=lambda one: one[1]["agreement"])[0]


def place_of(text):
    """Return the level of a training text."""
    return level.label_ids[targets[level.id][text].argmax()]


claims = [
    Claim(
        "1. områdene er nesten like store i treningen, ikke hos ombudet",
        f"fra {per_area.min()} til {per_area.max()} tekster; vektene går fra {number(weights.min(), 1)} "
        f"til {number(weights.max(), 1)}",
        bool(per_area.max() < 1.5 * per_area.min() and weights.max() > 10 * weights.min()),
    ),
    Claim(
        "2. tekster uten tjenestenivå må telle mest, de om offentlig tannhelse minst",
        f"en tekst teller fra {number(weights.min(), 1)} til {number(weights.max(), 1)}; derfor sier "
        f"{count(len(train))} tekster ikke mer enn {count(round(weights.sum() ** 2 / (weights**2).sum()))} like tunge",
        [place_of(weights.argmax()), place_of(weights.argmin())] == ["ikke_plassert", "tannhelse"],
    ),
    Claim(
        "3. to av fem tekster er vanskelige, nesten ingen i generell veiledning",
        f"{percent(is_hard.mean())}; {percent(hard_per_area.min())} i {area.labels[hard_per_area.argmin()].name}",
        bool(0.35 < is_hard.mean() < 0.45 and area.label_ids[hard_per_area.argmin()] == "generell_veiledning"),
    ),
    Claim(
        "4. tekstene er korte",
        f"median {np.median(n_words):g} ord; {percent((n_words > LONG_WORDS).mean())} er over {LONG_WORDS} ord, den "
        f"lengste er på {n_words.max()}",
        bool(n_words.max() < 400),
    ),
    Claim(
        "5. omtrent hver fjerde tekst er på nynorsk, i alle områder",
        f"{percent(is_nynorsk.mean())}; fra {percent(nynorsk_per_area.min())} til {percent(nynorsk_per_area.max())} "
        "i hvert område",
        bool(0.2 < is_nynorsk.mean() < 0.3 and nynorsk_per_area.min() > 0.15),
    ),
    Claim(
        "6. ingen årsak står i flertallet av tekstene fra et område",
        f"på det meste {percent(causes_per_area.max())}",
        bool(causes_per_area.max() < 0.5),
    ),
    Claim(
        "7. flagg er mye vanligere i treningen enn i naturlig blanding; nesten-treff står oftest uten flagg",
        f"{percent(in_train)} mot {percent(in_natural)}; {percent(without_flag)} av nesten-treffene står uten flagg",
        in_train > 1.5 * in_natural and without_flag > 0.85,
    ),
    Claim(
        "8. annotatorene er mest enige om nivå, område og type, minst om årsak",
        ", ".join(f"{taxonomy.dimension(name).name.lower()} {number(value)}" for name, value in agreed.items())
        + f"; lavest: {least_agreed}",
        agreed[cause.id] < agreed[flag.id] < min(agreed[name] for name in (level.id, area.id, "henvendelsestype"))
        and least_agreed == "informasjon",
    ),
]
output.print(rich_table(claims_table(claims)))

# %% [markdown]
# ## Hvor mye det er av hver ting
#
# De samme tellingene som i databladet. `train` er alle treningsfilene. De tre prøvefilene brukes bare til den siste
# målingen: balansert, naturlig blanding, og par av tekster som deler ord, men ikke etiketter. En henvendelse har ett
# område, ingen eller flere årsaker, og som oftest ingen flagg.

# %%
for table in tables(data):
    output.print(rich_table(table))

# %% [markdown]
# ## Korpuset mot den naturlige blandingen
#
# Korpuset er balansert for at sjeldne områder skal læres. Andelene hos ombudet (årsmeldingen for 2025) står i
# etikettskjemaet for nivåene, men ikke for områdene. Derfor rettes det bare for nivået: innenfor et nivå er områdene
# like store som i korpuset.
#
# **Lærdom.** «Ikke plassert på tjenestenivå» er det tynneste stedet: få tekster, men en stor del av henvendelsene. Nye
# tekster gir mest der. Offentlig tannhelse er omvendt: mange tekster for en liten del.

# %%
level_shares = {
    "treningen": targets[level.id].mean(axis=0),
    "test_natural": with_parents(targets_of(parts["test_natural"], taxonomy), taxonomy)[level.id].mean(axis=0),
    "ombudet": np.array([label.share or np.nan for label in level.labels]),
}
counted = targets[level.id].sum(axis=0)
rows = [
    (
        label.name,
        count(int(counted[place])),
        *(f"{number(100 * shares[place], 1)} %" for shares in level_shares.values()),
        number(weights[targets[level.id][:, place] == 1].mean(), 2),
    )
    for place, label in enumerate(level.labels)
]
output.print(
    rich_table(Table("Nivåene", ("nivå", "tekster", *level_shares, "en tekst teller"), rows, "Snittet teller 1."))
)

with styled():
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    height = 0.26
    for number_of_bar, ((name, shares), colour) in enumerate(
        zip(level_shares.items(), (BLUE, GREY, ORANGE), strict=True)
    ):
        axes.barh(np.arange(len(level.labels)) + height * number_of_bar, shares, height, color=colour, label=name)
    axes.set_yticks(np.arange(len(level.labels)) + height, [shortened(label.name, 34) for label in level.labels])
    axes.invert_yaxis()
    per_cent(axes, "x")
    axes.set(title="Nivåene i treningen, i prøvefila og hos ombudet", xlabel="andel av henvendelsene (prosent)")
    axes.legend(loc="lower right")
    plt.show()

# %%
of_level = np.array([level.label_ids.index(str(label.parent)) for label in area.labels])
with styled():
    figure, axes = plt.subplots(figsize=(7, 6.5), layout="constrained")
    places = np.arange(len(area.labels))
    for one, (label, colour) in enumerate(zip(level.labels, (BLUE, ORANGE, GREEN, GREY, VIOLET), strict=True)):
        chosen = of_level == one
        axes.barh(places[chosen], per_area[chosen], color=colour, label=shortened(label.name, 34))
    axes.barh(places, targets[area.id][is_nynorsk].sum(axis=0), color="black", alpha=0.3, label="av dem på nynorsk")
    axes.set_yticks(places, [shortened(label.name, 40) for label in area.labels])
    axes.invert_yaxis()
    axes.grid(visible=True, axis="x")
    axes.set(title="Treningstekster i hvert område", xlabel="antall tekster")
    figure.legend(loc="outside lower center", ncols=3)
    plt.show()

# %% [markdown]
# ## Lengde, målform og hvordan teksten kom inn
#
# Registeret er hvordan henvendelsen kom inn: nettskjema, rådgiverens telefonnotat, brev, eller en kort melding.
#
# **Lærdom.** Registrene har hver sin lengde, så en forskjell mellom korte og lange tekster er ofte en forskjell mellom
# registre. Nesten ingen tekst er lang. Et brev på to sider er lengre enn alt modellen har sett.

# %%
registers = [name for name in SLICES if name.startswith("register=")]
of_register = {
    name: np.array([row.description["register"] == name.removeprefix("register=") for row in train])
    for name in registers
}
rows = [
    (
        SLICES[name],
        count(int(chosen.sum())),
        percent(is_nynorsk[chosen].mean()),
        ", ".join(f"{value:g}" for value in np.quantile(n_words[chosen], [0.25, 0.5, 0.75])),
        str(n_words[chosen].max()),
        percent(is_hard[chosen].mean()),
    )
    for name, chosen in of_register.items()
]
output.print(
    rich_table(Table("Registrene", ("", "tekster", "nynorsk", "ord: kvartiler", "lengste", "vanskelige"), rows))
)

with styled():
    figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
    bins = np.arange(0, n_words.max() + 10, 10)
    for (name, chosen), (colour, _) in zip(of_register.items(), LINES, strict=True):
        axes.hist(n_words[chosen], bins=bins, histtype="step", linewidth=1.4, color=colour, label=SLICES[name])
    axes.set(title="Hvor lange tekstene er", xlabel="lengde (ord, i tiere)", ylabel="antall tekster", xlim=(0, None))
    axes.legend()
    plt.show()

# %% [markdown]
# ## Område og årsak sammen
#
# Hver rad er et område, hver kolonne en årsak. Fargen er andelen av områdets tekster som har årsaken.
#
# **Lærdom.** Noen par hører sammen, som pasientreiser og økonomi. Modellen skal lære dem, men ikke bare dem: et område
# uten noen tekst med en årsak gir lett en modell som aldri foreslår den der. Tabellen viser de sterkeste parene, og
# hvor mange par som mangler helt eller nesten.

# %%
with styled(font_size=7):
    figure, axes = plt.subplots(figsize=(8, 8), layout="constrained")
    image = axes.imshow(100 * causes_per_area, cmap="Blues", aspect="auto")
    axes.set_xticks(np.arange(len(cause.labels)), [shortened(label.name, 34) for label in cause.labels], rotation=90)
    axes.set_yticks(np.arange(len(area.labels)), [shortened(label.name, 38) for label in area.labels])
    axes.set(title="Årsaker i hvert område", xlabel="årsak", ylabel="område")
    figure.colorbar(image, label="andel av områdets tekster (prosent)", shrink=0.6)
    plt.show()

# %%
together = targets[area.id].T.astype(int) @ targets[cause.id]
overall = targets[cause.id].mean(axis=0)
strongest = np.argsort(-causes_per_area.ravel(), kind="stable")[:12]
rows = [
    (
        area.labels[one].name,
        cause.labels[other].name,
        str(together[one, other]),
        percent(causes_per_area[one, other]),
        percent(overall[other]),
    )
    for one, other in zip(*np.unravel_index(strongest, together.shape), strict=True)
]
note = (
    f"Av {together.size} par mangler {int((together == 0).sum())} helt i treningen, "
    f"og {int((together < 3).sum())} har færre enn tre tekster."
)
headings = ("område", "årsak", "tekster", "av områdets", "av alle")
output.print(rich_table(Table("De sterkeste parene av område og årsak", headings, rows, note)))

# %% [markdown]
# ## Vanskelige tekster og nesten-treff
#
# **Vanskelig** er en tekst der flere tjenester er nevnt eller underforstått, og misnøyen bare gjelder én. Den som leser
# etter nøkkelord, velger feil.
#
# **Nesten-treff** er en tekst der mønsteret til et flagg nesten er der, men ikke helt: vedtaket er innvilget og kommer
# sent, men det kommer. Da skal flagget ikke settes. Uten slike tekster lærer modellen ordene i stedet for mønsteret.
#
# **Lærdom.** Hvor vanskelige tekstene er, er ulikt fordelt. Generell veiledning har nesten ingen, for der er det ingen
# tjeneste å blande sammen. Andre instanser har flest.

# %%
order = np.argsort(-hard_per_area, kind="stable")
rows = [(area.labels[place].name, percent(hard_per_area[place])) for place in (*order[:4], *order[-4:])]
output.print(rich_table(Table("Andel vanskelige tekster: de fire høyeste og laveste", ("område", "andel"), rows)))

near = Counter(label for row in train for label in row.near_miss)
given = targets[flag.id].sum(axis=0)
rows = [
    (label.name, str(given[place]), str(near[label.id]), number(near[label.id] / given[place], 2))
    for place, label in enumerate(flag.labels)
]
headings = ("flagg", "med flagget", "nesten-treff", "nesten-treff per flagg")
output.print(rich_table(Table("Flagg og nesten-treff i treningen", headings, rows)))

# %% [markdown]
# To syntetiske eksempler på hver, de korteste. Det som ville pekt ut en person, er dekket.

# %%
shown_texts = synthetic_texts(train)
shortest = sorted((row for row in train if row.id in shown_texts), key=lambda row: len(row.text))
examples = {
    "Vanskelig": [row for row in shortest if row.description["hard"] and not row.near_miss][:2],
    "Nesten-treff": [row for row in shortest if row.near_miss][:2],
}
for heading, chosen in examples.items():
    for row in chosen:
        name = area.label(row.labels[area.id][0]).name
        almost = "".join(f"; nesten: {flag.label(label).name}" for label in sorted(row.near_miss))
        output.print(f"{heading}, {row.id}. Område: {name}{almost}.", markup=False)
        output.print(f"   «{shown_texts[row.id]}»\n", markup=False)

# %% [markdown]
# ## Hvor enige to annotatorer er
#
# En del av henvendelsene er merket to ganger, uten at den andre så den første. Dette er taket en modell kan måles mot.
# Tallene er fra før uenighetene ble sett på. Også de er for høye: begge annotatorene er språkmodeller av samme slag, og
# virkelige tekster er mindre entydige. Ingen fra ombudet har sett på etikettene.
#
# **Lærdom.** Der annotatorene er uenige, kan ikke modellen ventes å være enig. Tabellen viser hvilke etiketter det
# gjelder. «Informasjon» og «medvirkning» ligger tett på hverandre, og restområdene deler grense med alt.

# %%
rows = []
for dimension in taxonomy.dimensions:
    figures = agreement[dimension.id]
    main = figures.get("agreement") or figures["micro_f1"]
    what = "andel like" if "agreement" in figures else "mikro-F1"
    rows.append((dimension.name, what, number(main["value"]), f"{number(main['low'])}-{number(main['high'])}"))
output.print(rich_table(Table("Enighet", ("", "mål", "verdi", "95 %-intervall"), rows)))

_, pairs = read_pairs(sources)
now = Counter(one.dimension for one in disagreements(taxonomy, pairs))
output.print(f"{len(pairs)} tekster er merket to ganger. Uenige nå, etter at etiketter er rettet:")
for dimension in taxonomy.predicted:
    output.print(f"   {dimension.name}: {now[dimension.id]} tekster")

# %%
of_labels = [
    (dimension, dimension.label(name).name, figures["agreement"], figures["first"])
    for dimension in (area, cause, flag)
    for name, figures in agreement[dimension.id]["labels"].items()
    if figures["first"] >= 10
]
lowest = sorted(of_labels, key=lambda one: one[2])[:15]
with styled():
    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    for dimension, colour in zip((area, cause, flag), (BLUE, ORANGE, GREEN), strict=True):
        chosen = [(place, one[2]) for place, one in enumerate(lowest) if one[0] is dimension]
        axes.barh([place for place, _ in chosen], [value for _, value in chosen], color=colour, label=dimension.name)
    axes.set_yticks(range(len(lowest)), [f"{shortened(name, 40)} ({seen})" for _, name, _, seen in lowest])
    axes.invert_yaxis()
    per_cent(axes, "x")
    axes.set(
        title="Etikettene annotatorene er minst enige om",
        xlabel="enighet om etiketten (prosent); i parentes: tekster som fikk den først",
        xlim=(0, 1),
    )
    figure.legend(loc="outside lower center", ncols=3)
    plt.show()

# %% [markdown]
# ## Hva korpuset ikke kan fortelle
#
# * **Om virkelige henvendelser.** Alle tekstene kommer fra samme slags skribent. De kan være lettere enn virkelige
#   tekster (samme hånd skrev tekst og etikett) eller vanskeligere (to av fem er laget for å være det).
# * **Om lange brev.** Ingen tekst er på mer enn noen hundre ord.
# * **Om hvor ofte noe skjer.** Andelene er bestemt på forhånd, bortsett fra nivåene i `test_natural`.
# * **Om flagg i hverdagen.** De er med vilje vanligere her. Et flagg som treffer to av tre ganger i korpuset, treffer
#   sjeldnere der flagg er sjeldnere. Det regnes på i `03_thresholds.py`.
#
# Det som hjelper mest: virkelige henvendelser, merket av ombudets egne rådgivere, inne hos ombudet.
