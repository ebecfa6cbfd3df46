"""Sentences that the rules for names were made with: a net for changes, and no measure of how good they are."""

import re

import pytest

from pobo_nlp.text.masking import Sought, identifier_spans

# Braces stand around names, and `\n` for the end of a line.
PET_NAMES = r"""
Vi kaller ham {Kalle}.
Vi kaller henne {Lillemor}.
Hun blir kalt {Bittelill}.
Sønnen vår {Lillegutt} er syk.
{Lillemor} ble lagt inn.
{Kalle} fikk feil medisin.
{Kalle} og {Lillemor} bor sammen.
Broren min {Tobben} er rusavhengig.
Mannen min {Steinar'n} vil ikke.
{Karimor} er glemsk.
{Olemann} har feber.
{Olamann} har feber.
Vesle {Kari} har feber.
Lille {Emma} har feber.
vesle {Odd} har feber.
{Pelle} falt ned trappa.
{Bella} ringte meg.
{Mosse} ringte.
Jeg pratet med {Tulla} i går.
Dattera mi, {Tulla}, er fire.
{Jonasen} vår er syk.
{Mattis'en} fikk ikkje time.
{Karia} ringte.
Kalla han {Tassen}.
kallenavnet er {Bolla}
{Gunnarmann} er seks.
{Vesle-Per} er seks.
{Lille-Anna} er seks.
{Svein'en} er sjuk.
{Siljemor} fikk ikke time.
Det gjelder {Siljemor} på ni.
Jeg snakka med {Monsen} på trygdekontoret.
{Jensemann} fikk feber.
{Kåremann} e sjuk.
Han {Petter'n} fekk slag.
"""
TITLES = r"""
Takk for hjelpen.\n\n{Liv}
Snakka med {Bjørn} på legevakta.
Fastlegen {Berg} svarer ikke.
Lege {Vik} skrev ut resepten.
Dr {Storm} henviste meg.
Dr. {Haug} sa nei.
Overlege {Strand} ville ikke operere.
Avd.overlege {Dahl} avslo.
avd.overlege {Dahl} avslo søknaden.
avd. overlege {Dahl} avslo søknaden.
Jeg traff ass.lege {Berg} på mandag.
Jeg traff ass. lege {Berg} på mandag.
spes.sykepleier {Moe} hjalp meg.
spes. sykepleier {Moe} hjalp meg.
spesialsykepleier {Moe} hjalp meg.
kst. overlege {Vik} skrev brevet.
konst. overlege {Vik} skrev brevet.
konstituert overlege {Vik} skrev brevet.
psyk.spl. {Lund} var på vakt.
psyk. spl. {Lund} var på vakt.
spl. {Moe} ga feil dose.
spl {Moe} ga feil dose.
sykepl. {Moe} ga feil dose.
avd.leder {Strand} lovet å ringe.
avd.spl. {Haug} lovet å ringe.
fysio. {Lie} avlyste timen.
fysioterapeut {Lie} avlyste timen.
hpl. {Nes} satt der.
psykolog {Storm} sluttet.
psykologspesialist {Vik} sluttet.
lis-lege {Vik} undersøkte meg.
LIS1 {Vik} undersøkte meg.
LIS {Berg} undersøkte meg.
turnuslege {Bakke} var der.
ortoped {Hagen} opererte.
Professor {Lund} vurderte saken.
prof. {Lund} vurderte saken.
Prof. dr. med. {Lund} vurderte saken.
nevrolog dr. {Sand} mente det.
saksbeh. {Berg} svarer ikke.
saksbehandlar {Bakken} svarer ikkje.
sakshandsamar {Bakken} svarer ikkje.
helsesjukepleiar {Moe} ringde.
sjukepleiar {Vik} var snill.
overlækjar {Haug} skreiv det.
lækjar {Strand} var sint.
legevaktslækjar {Berg} kom ikkje.
tolken {Dag} kom ikke.
assistenten {Odd} var sjuk.
rektor {Storm} skrev brev.
rådgjevar {Lie} tok imot.
einingsleiar {Nes} svarte.
teamleder {Holm} svarte.
teamleiar {Holm} svarte.
seksjonsoverlege {Holm} svarte.
klinikksjef {Berg} svarte.
The doctor, Dr {Berg}, refused.
Doctor {Berg} refused.
I talked to Mrs {Hope} about it.
nurse {Berg} was rude.
Nurse {Berg} was rude.
Verge for {Stein} er advokat {Lund}.
Heldigvis har {Liv} en god fastlege.
Så ringte {Stein} til legevakta.
Lege {Storm} på legevakta var frekk.
legen, {Berg}, mente det var greit
Overlege {Bakken} ved avdelingen tok feil.
overl. {Bakken} tok feil.
Fastlege {Odd Strand} nekter.
Fastlegen vår, {Strand}, nekter.
Fastlegen min {Haug} nekter.
Fastlegen heter {Haug}.
Legen het {Moe}.
Legen som heter {Vik} var grei.
en lege ved navn {Berg} sa det
en sykepleier som heter {Liv}
Sykepleieren {Liv} var grei.
Sykepleier {Stein} sa det.
avdelingsleder {Liv Moe} svarte
enhetsleder {Dag} svarte
ass. avdelingsleder {Holm} svarte
seksjonsleder {Holm} svarte
kommuneoverlege {Vik} svarte
fung. overlege {Vik} svarte
fagspl. {Vik} svarte
fagsykepleier {Vik} svarte
spl.{Vik} svarte
spes.lege {Vik} svarte
overlege dr. med. {Vik} svarte
Dr.{Vik} svarte
dr. {Vik} og dr. {Strand} var uenige
legene {Vik} og {Strand} var uenige
doktor {Berg} og sykepleier {Moe} var uenige
psykiater {Lund} skrev ut
adv. {Lund} skrev
advokatfullmektig {Lund} skrev
bostyrer {Moe} skrev
primærkontakt {Moe} skrev
hjemmehjelpen {Liv} stjal
presten {Dag} trøstet
kiropraktor {Bø} knakk
tannlege {Bø} trakk feil tann
helsefagarb. {Lien} sov
nattevakt {Lien} sov
vakthavende lege {Lien} sov
vakthavende {Lien} sov
my doctor, Dr. {Lund}, said no
Mr. {Berg} fell
Professor {Hope} is retired
Legen, {Odd Haug}, var ferdig.
Saksbehandler er {Berg}.
Saksbehandler: {Berg}
Saksbehandler: {Liv Strand}
Behandler: {Moe}
Lege: {Vik}
Fastlege: {Haug}
Fastlegen er {Haug}.
Fastlegen min er {Haug}.
Min fastlege {Haug} er syk.
Min fastlege, {Haug}, er syk.
Overlegen, {Strand}, var enig.
Kirurgen {Strand} var enig.
Kirurg {Holm} opererte meg.
Jeg ble undersøkt av {Haug} på legevakta.
Dagleg leiar {Bø} svarte.
Leder {Vik} svarte.
avdelingsoverlege {Sand} svarte
BPA-assistent {Lin} sluttet.
Vikarlege {Strand} sluttet.
vikaren, dr. {Vik}, sluttet
"""
ADDRESSED = r"""
Dattera mi {Vår} ventar på BUP.
Hilsen {Liv}
Mvh {Bjørn}
Vennlig hilsen\n{Odd}
Med venleg helsing\n{Mai}
Hilsen {Berg}
mvh\n{Stein Haug}
Takk for svar!\n{Kari}
Vår datter {Mai} er tolv.
Vi har en datter, {Liv}, på fem år.
Navn: {Odd Berg}
Pasient: {Liv Haug}
Pårørende: {Stein Vik}
Kontaktperson: {Dag}
Innsender: {Mai Storm}
Fra: {Liv Berg}
Til: {Odd Haug}
Hei {Liv}, takk for svar.
Hei {Odd}!
Kjære {Bjørn},
Stakkars {Liv} måtte vente.
Gjelder: {Liv Haug}
{Vår} er dattera mi.
{Odd} skulle ha hatt oppfølging.
Og {Mai} gråt hele natta.
Hei, jeg heter {Vår} og er 19.
Hei! {Liv} her.
Hei, dette er {Odd}.
Hilsen {Liv}, mor til {Even}
Hilsen {Odd} og {Liv}
Mvh {Dag} og {Mai Vik}
Med vennlig hilsen\n\n{Stein}\n(pårørende)
Mvh\n{Berg}
Helsing {Tor}
Helsing\n{Bjørn Haug}
Klem {Liv}
Klem fra {Liv}
Vh {Storm}
Beste hilsen,\n{Odd}
På forhånd takk\n{Liv}
På forhånd takk!\n{Stein}
Alt godt,\n{Mai}
Takk, {Liv}
Hei {Storm} og takk for svar.
Til {Berg}: du lovet å ringe.
{Liv} har hatt hjerneslag.
{Stein} takket nei.
{Liv} takka ja til plassen.
{Odd} venter fortsatt.
{Mai}, dattera mi, er blind.
Undertegnede, {Stein Berg}, klager.
Undertegnede {Odd} klager.
Jeg ble tatt imot av {Liv}.
Attestert av {Berg}.
Undertegnet {Vik}.
Signert {Lund}.
v/ {Berg}
v/{Berg}
att: {Vik}
Att. {Vik}
Deres ref.: {Berg}
Vennlig hilsen\n{Odd}\nTlf. 977 00 654
Hilsen fra {Mai}
Hilsen {Even} (17)
Hilsen {Dag}.
hilsen {liv}
mvh {odd}
mvh {stein}
Hilsen ektemannen {Odd}
Hilsen mamma {Liv}
Hilsen din pasient {Dag}
{Fred} ble sendt hjem med taxi midt på natta.
Verge: {Kai}
Fornavn: {Sol} Etternavn: {Moe}
Navn på pasient: {Sol Moe}
Pasientens navn: {Odd Vik}
Pas: {Odd Vik}
Pasientnavn: {Odd Vik}
Melder: {Liv}
Klager: {Odd Berg}
Tilbakemelding fra {Haug}: avslag.
Hilsen {Sol Moe}
Hilsen {Sol} 14 år
Hilsen {Kai} på 3. etasje
Beste helsing\n{Siv}
mvh {Roar}, pårørende
Mvh {R. Strand}
"""
FIRST_IN_SENTENCE = r"""
{Even} ringte legevakten klokka tre.
{Liv} fortalte at hun ikke fikk hjelp.
{Mai} ønsker å klage på behandlingen.
{Tor} ble sendt hjem samme kveld.
{Bjørn} ble operert i januar.
{Vår} fikk ikke time før i september.
{Storm} er ni år og har autisme.
{Liv} og {Dag} har vært gift i førti år.
{Stein}, {Even} og {Mai} er barna hennes.
{Steins} epikrise er feil.
{Liv Berg} ringte i dag.
{Odd Haug} fikk avslag.
{Berg, Liv}
{Haug, Odd} ønsker innsyn.
{Tor Even} er på sykehjem.
{Even} har ikke fått svar.
{Even} må vente til høsten.
{Stein} har ligget på gangen i tre dager.
{Liv} har ikke fått medisinene sine.
{Dag} har ventet i to år.
{Mai} har mistet synet.
{Vår} har ADHD.
{Bjørn} skal opereres på mandag.
{Tor} får ikke hjelp av kommunen.
{Odd} kunne ikke svelge.
{Stein} døde i mars.
{Liv} døydde på sjukeheimen.
{Dag} vart sendt heim utan følgje.
{Odd} blei ikkje høyrd.
{Bjørn} e heime no.
{Bassen} ringte meg.
{Berg} sa at jeg måtte vente.
{Vik} ringte aldri tilbake.
{Liv}, {Odd} og jeg reiste.
{Stein}, som er 70, falt.
{Liv}, min mor, er dement.
{Odd} (72) ble sendt hjem.
{Liv} (8) fikk ikke time.
{Mai}, 34 år, ble avvist.
{Odd B. Haug} fikk feil.
{L. Berg} fikk feil.
{Stein-Erik} fikk feil.
{Liv-Berit} fikk feil.
{Bjørn} Det gjelder.
{Stein} og jeg har bodd her i tolv år.
{Dag} og kona hans fikk beskjed om å reise hjem.
{Even} er sju år og har Downs syndrom.
{Even} er ein gut på sju år.
{Liv} er 87 år og bor alene.
{Liv} er nesten blind.
{Liv} er min mor.
{Odd} er pappaen min.
{Tor} er sønnen min.
{Storm} er vår sønn på fire.
{Bjørn} var alltid frisk før dette.
{Stein} var innlagt i tre uker.
{Liv} var inne til operasjon.
{Dag} hadde sterke smerter.
{Mai} hadde time i juni.
{Liv} kom hjem med liggesår.
{Odd} kom ikke inn på rehabilitering.
{Stein} gikk til legen i april.
{Tor} går på dagsenter tre dager i uken.
{Liv} bor på sykehjem.
{Mai} går i tredje klasse.
{Even} går på skolen.
{Vår} går i barnehage.
{Bjørn} sitter i rullestol.
{Odd} ligger på korridoren.
{Liv} ligg på sjukehuset.
{Dag} tok kontakt med legevakta.
{Tor} sto i kø i to år.
{Stein} måtte kjøres med ambulanse.
{Liv} måtte selv ringe 113.
{Mai} blei 45 år.
{Dag} skulle vært operert i fjor.
{Stein} vil klage på dette.
{Liv} vil ikke tilbake dit.
{Tor} kan ikke gå i trapper.
{Mai} kan ikkje snakke.
{Vår} kan ikke være alene.
{Even} må få hjelp nå.
{Odd} sin lege sluttet.
{Liv} sin journal er borte.
{Stein} si kone ringte.
{Dag} sitt vedtak er feil.
{Tor} sine medisiner ble glemt.
{Anne-Mor} er dement.
{Bjørn} har kroniske smerter etter ulykken.
{Tor} har fått amputert et bein.
{Liv} har demens og bor på bokollektiv.
{Odd} blei skrive ut for tidleg.
{Mai} fekk ikkje vite noko.
{Dag} fikk ikke vite noe.
{Stein} fikk hjerteinfarkt på ferie.
{Stein} fikk lungekreft i 2022.
{Liv} ble skrevet ut for tidlig.
{Liv} ble liggende på gulvet.
{Odd} ble bare sittende.
{Dag} ble flyttet til et annet sykehus.
{Vår} er utredet hos BUP.
{Storm} er for tida innlagt.
{Mai} er operert to ganger.
{Liv} trenger hjelp til å dusje.
{Stein} bruker rullator.
{Odd} bruker blodfortynnende.
{Dag} jobber som snekker.
{Tor} lever med sterke smerter.
{Liv} lå i sin egen urin.
{Mai} spiser nesten ingenting.
{Vår} tør ikke gå ut.
{Storm} nekter å gå på skolen.
{Stein} klarer ikke å gå selv.
{Liv} klarte ikke å reise seg.
{Odd} mistet jobben.
{Dag} prøvde å forklare dette.
{Mai} spurte om hjelp.
{Stein} besvimte hos legen.
{Tor} begynte på ny medisin.
{Odd} opplevde det som krenkende.
{Dag} merket at noe var galt.
{Mai} måtte betale selv.
{Tor} vet ikke hva han skal gjøre.
{Liv} vet ikkje kvar ho er.
{Liv}, som er dement, fikk ikke mat.
{Stein}, far til tre, døde.
{Odd}, pasienten, er blind.
{Bjørn}, {Tor} og {Liv} er søsken.
{Tone} har cerebral parese og trenger assistent.
{Siv} har ventet siden jul.
{Roar} har jobba hele livet.
{Ask} er født med hjertefeil.
{Vilje} ble lagt i reimer.
{Ronja} er redd for å dø.
{Helge} var på venteliste i to år.
{Inge} fekk ikkje oppfølging.
{Ro} er min yngste.
{Gry} kom til legevakta med pustevansker.
{Unn} trengte tolk.
{Kai} sitter i fengsel.
{Jo} ble tvangsinnlagt.
{Sol} er tretten og selvskader seg.
{Sten} hadde brystsmerter.
{Bo} har utviklingshemming.
{Stig} ble undersøkt av tre leger.
{Tom} tok overdose.
{Mons} vart køyrd i ambulanse.
{Jarl} har prostatakreft med spredning.
{Arne} har prostatakreft.
{Per} er 70.
{Jan} er min bror.
{Ola} bor i Bø med {Kari}.
{Kari} min er sjuk.
{Vår} og {Sol} har fått avslag.
{Berg} var arrogant og frekk.
{Haug} nektet å skrive henvisning.
{Moe} lovte å ringe tilbake.
{Strand} sa at prøvene var fine.
{Vik} hørte ikke på meg.
{Holm} mente det var psykisk.
{Lund} er min fastlege.
{Berg} (fastlegen) hører ikke.
{Berg}, fastlegen min, hører ikke.
{Vik} og {Strand} er overleger.
"""
WITHIN_SENTENCE = r"""
Jeg snakket med {Stein} om dette i går.
Det var {Odd} som ringte etter ambulansen.
Vi var hos {Dag} i helga.
Sønnen vår {Storm} er ni år.
Barna heter {Stein}, {Even} og {Mai}.
Journalen til {Bjørn} er borte.
Journalen til {Odd} mangler.
Ho {Liv} fekk ikkje time.
Han {Odd} e på sjukehuset.
Han {Stein} sa at det gikk bra.
Æ snakka med ho {Mai} på mottaket.
Broren min {Tor} er syk.
Naboen {Odd} fant henne.
Samboeren min {Stein} har KOLS.
Far, {Odd}, er 82 år.
Mor, {Liv}, er 82 år.
Mannen min, {Bjørn}, har demens.
Min mor {Liv} er dement.
Min mann {Tor} fikk slag.
Vår sønn {Even} fikk ikke plass.
Vi har en sønn, {Even}, som er ti.
Eg har ein son, {Odd}, på 20.
Pasienten {Stein} ble utskrevet.
Brukeren {Dag} har vedtak.
Pårørende {Liv} er misfornøyd.
jordmor {Liv} var flink.
jordmora {Liv} var flink.
My son {Even} is sick.
My name is {Liv} and I live in Oslo.
My mother {Liv} has cancer.
Eg heiter {Vår} og er mor til {Even}.
Jeg heter {Berg}.
jeg heter {liv berg} og har spørsmål
mitt navn er {odd haug}
Til {Liv} Det gjelder saken.
Jeg og {Liv} reiste dit sammen.
Både {Odd} og {Liv} ble syke.
Da {Odd} kom hjem, var det kaldt.
Etter at {Liv} falt, har hun ikke gått.
Når {Stein} spør, får han ikke svar.
Fordi {Even} har epilepsi, trenger han hjelp.
Hva skjer med {Bjørn} nå?
Hvem skal hjelpe {Liv}?
Hvorfor fikk ikke {Dag} hjelp?
Kan ikke {Tor} få plass?
Jeg er redd for at {Stein} dør.
lille {Emma} har feber.
Gamle {Odd} er syk.
Onkel {Stein} er innlagt.
Tante {Liv} er innlagt.
Bestemor {Liv} er innlagt.
Besta {Mai} er innlagt.
Oldefar {Odd} er innlagt.
Søsteren til {Dag} ringte.
Kona til {Bjørn} ringte.
moren til {Even} ringte.
Klage på vegne av {Liv}.
Jeg skriver på vegne av {Odd}.
Det gjelder {Mai}.
Gjelder {Stein Berg}, født 1950.
Saken til {Liv Vik} er ikke avgjort.
Avgjørelsen fra {Berg} er feil.
Ifølge {Haug} er alt i orden.
Jeg fikk beskjed av {Dahl} om det.
Snakket med {Moe} på kontoret.
Fru {Berg} er 90.
herr {Vik} er 90.
Herr og fru {Berg} er over 90.
familien {Haug} klager.
Familien {Strand} klager.
ekteparet {Lund} klager.
ekteparet {Liv} og {Odd Berg} klager.
brødrene {Dag} og {Tor} klager.
tvillingene {Liv} og {Mai} er premature.
mine barn {Even} og {Vår} er premature.
Jeg skriver fordi {Odd} ikke har fått svar på søknaden om rullestol.
I går kveld falt {Liv} på badet, og ingen kom.
Vi, det vil si {Mai} og jeg, klager på vedtaket.
Dessverre ble {Odd} glemt.
Men {Dag} fikk ikke komme inn.
At {Tor} måtte ligge på gangen er uverdig.
Om {Liv} hadde fått time, hadde det gått bra.
Dette er {Stein} sin mor.
Mamma til {Even} her.
Mor til {Storm}, 4 år.
Far til {Vår} (6).
en pleier, {Odd}, var grov
1. amanuensis {Vik} svarte
tannl. {Bø} trakk feil tann
my wife {Liv} fell
our daughter {Mai} fell
my husband {Odd} fell
Ho {Gunda} fekk slag.
a {Gerd} fekk slag
n {Odd} va på sjukehuset
Æ e mora hass {Odd}.
mamma {Liv} og pappa {Odd} er slitne
Hun sa at {Stein} ikke trengte mer hjelp.
Det er {Odd} det gjelder, ikke meg.
Søknaden til {Mai} ble avslått i vår.
Når {Dag} ringer, legger de på.
Både jeg og {Tor} er fortvilet.
Vi har bedt om at {Vår} får støttekontakt.
Ingen hører på {Storm}.
Ingen på posten visste hvem {Liv} var.
Min bror {Bjørn} er 54 år.
Til {Odd} sa de at alt var bra.
For {Liv} betyr dette alt.
Hos {Stein} fant de svulster.
Med {Dag} gikk det dårlig.
Jeg, {Liv}, klager herved.
Eg, {Dag Vik}, klagar.
Jeg ({Mai}) klager.
Pasienten ({Odd}) ble sendt hjem.
Min sønn ({Even}) er ti.
Sønnen min – {Storm} – er ti.
sønnen min, {Storm}, er ti
Barna våre ({Storm} og {Vår}) er ti og tolv.
Barna mine {Storm} og {Vår} er ti og tolv.
Søstera mi heiter {Liv} og bur i Førde.
Naboen vår, {Stein}, hjelper oss.
Svigermor {Liv} falt.
Jeg ble operert av {Holm}.
Jeg ble ringt av {Odd}.
På vegne av {Stein Haug} og {Liv Haug}.
ved {Liv Berg}
Eg skriv for {Dag}, som ikkje kan skrive sjølv.
Kan de hjelpe {Unn} med søknaden?
I fjor fikk {Jan} kreft.
Da kom {Storm} til verden.
Derfor ringte {Tone} til dere.
Nå nekter {Roar} å dra dit.
Etterpå sa {Helge} at han ville dø.
No vil ikkje {Odd} meir.
Guten min {Storm} får ikkje hjelp.
Jentene våre, {Sol} og {Vår}, har fått avslag.
Kona {Unn} er pleietrengende.
Sambuaren, {Stig}, er pleietrengande.
Barnebarnet {Sol} er pleietrengende.
Ektemannen {Fred} er pleietrengende.
bestefar {Odd} er pleietrengende.
Han bestefar {Odd} e dårlig.
Ho mor, {Liv}, e dårlig.
Ho {Gro} på postkontoret.
Han {Stig} va hær i går.
Hu {Mai} ringte.
Det e ho {Siv} så skriv.
Det er {Unn} som skriver.
Det er {Kai} som er verge.
Verge {Kai} har samtykket.
Hjelpeverge {Stig} har samtykket.
Støttekontakten {Tone} sluttet.
Avlaster {Siv} sluttet.
Fosterfar {Roar} sluttet.
Han som opererte heter {Holm}.
Hun het {Moe} til etternavn.
Etternavnet er {Moe}.
Pas. {Odd Vik} er innlagt.
Ringte {Holm} på kontoret i dag.
Snakket med {Liv} ved avdelingen.
Møte med {Berg} og {Strand} i dag.
Har prøvd å få tak i {Moe}.
Har sendt mail til {Lund}.
Sendte epost til {Vik}, uten svar.
Vi fikk svar av {Berg} i mars.
Ha det, {Liv}
"""
NO_NAMES = r"""
Stein på hjertet falt da svaret kom.
Det falt en stein fra hjertet.
Even etter det ble jeg syk.
Liv og død handler om tid.
Liv står på spill.
Dag for dag blir det verre.
Dag og natt må jeg passe på.
Dag ut og dag inn.
Mai var en tung måned.
Mai er fullt booket.
Mai måned var verst.
Jeg venter til i mai.
Timen er 3. mai.
Timen er i Mai.
17. Mai er en helligdag.
Den 5. Mai ringte jeg.
Jeg bor på Berg.
Jeg bor i Vik.
Vik kommune svarer ikke.
Haug sykehjem svarer ikke.
Berg skole svarer ikke.
Han bor på Moe omsorgssenter.
Vår erfaring er at ingen svarer.
Vår sak er ikke behandlet.
Vår mor er syk.
Vår i lufta hjelper ikke.
Vår fastlege har sluttet.
Vår klage ble avvist.
Storm og regn gjorde at ambulansen ikke kom.
Storm i vannglass.
Stein i nyrene er vondt.
Stein i galleblæra ble påvist.
Tor ikke at det hjelper.
Odd situasjon, spør du meg.
Liv uten smerter er umulig.
Liv er skjørt.
Liv ble spart.
Liv kan gå tapt.
Livet mitt er ødelagt.
Håp er alt.
Hope you can help me.
I hope this is fine.
Even though I asked, nobody came.
Even if I asked, nobody came.
Even my doctor said so.
May I ask a question?
Will you help me?
Mark my words.
Even the nurse was rude.
In May I had surgery.
In August I had surgery.
Strand og sjø hjelper.
Strand kommune svarer ikke.
Lund kommune i Rogaland.
Jeg bor i Lund.
Hagen er gjengrodd.
Bakken er bratt.
Berg og dalbane.
Haugen er bratt.
Skogen er stor.
Dal er et sted.
Dalen distriktspsykiatriske senter.
Per dags dato er det ikke svart.
Per i dag er det ikke svart.
Per telefon fikk jeg beskjed.
Jan. og feb. var verst.
Are you able to help?
To be or not.
Tone i brevet var krass.
Tonen var krass.
Ask og eik.
Du må ha tro.
Tro det eller ei.
Siv og gress.
Ro og hvile trengs.
Fred og ro trengs.
Fred er viktig.
Gry av dag.
Sol og sommer hjelper.
Glad for svar.
Mvh pårørende
Hilsen en fortvilet mor
Hilsen mor til tre
Med vennlig hilsen Pasient
Hilsen Helse Bergen
Liv i årene.
Dagens legevakt er dårlig.
Livs erfaring tilsier noe annet.
Steins hardhet.
Odd Fellow har et hus her.
Mai-feiringen ble avlyst.
På Stein sykehjem er det kaldt.
På Liv omsorgssenter.
Legen på Berg sa det.
Legekontoret i Vik svarer ikke.
Ved Haug avdeling.
Post Berg.
Avdeling Storm.
Bruker Marevan daglig.
Bruker Paralgin Forte.
Pasient på Ullevål.
Lege på vakt svarte ikke.
Legen I Bergen.
Legen har sagt nei.
Sykepleier kom ikke.
Overlege Og Klinikksjef.
Sønnen min Har Autisme.
Fastlegen Min har sluttet.
Naboen til Ullevål.
Vår tillit er borte. Vår tro også.
Han fikk stein. Stein gjør vondt.
Dagen etter døde hun.
Mor Og Far er slitne.
Mai/juni ble det utsatt.
Ultimo Mai.
Medio Mai ble det utsatt.
Fra Mai til August.
Mai er for sent.
Kalle inn til time gjør de aldri.
Kalle det hva du vil.
Kalles dette hjelp?
Lille hjelp har jeg fått.
Vesle hjelp har eg fått.
Lille Bergen finnes.
Liv ble reddet av legen.
Vår kommune har ikke plass.
Vår har kommet.
Våren har kommet.
Våren er fin.
Storm er meldt.
Storm ble meldt.
Stein ble funnet i galleblæra.
Stein må fjernes.
Stein har jeg hatt før.
Odd nok fikk jeg svar.
Mannen min Ringte legen.
Kommunen Ringte meg.
Legevakta Sa nei.
Dr. er på ferie.
Dr. På Vakt.
Avd. Overlege skrev.
Kst. Overlege skrev.
Spl. På Vakt.
Psyk. Avdeling.
Psyk. Spl. På Vakt.
Ass. Lege skrev.
Dag er det lenge siden sist.
Liv er viktig for alle.
Liv er verdifullt, også for gamle.
Liv kan reddes med rask hjelp.
Liv må prioriteres.
Stein er påvist i urinlederen.
Stein er min sykdom.
Vår tid er knapp.
Vår sønn fikk ikke hjelp.
Vår er fin.
Vår fikk vi aldri.
Mai er 31 dager.
Mai fikk vi time.
Mai er min siste måned.
Mai var vi på sykehuset.
Mai hadde vi time.
Mai går fort.
Mai kom uten svar.
Storm kom inn fra havet.
Storm gjorde at helikopteret ikke fløy.
Tro hva de tenker.
Tro kan flytte fjell.
Tone i samtalen var hard.
Ro kom ikke.
Fred kom ikke.
Håp har jeg ikke.
Even gjennom natta.
Berg har ingen lege.
Vik har ingen lege.
Lund er langt unna.
Svar fra Haukeland kom sent.
Svar fra Nav kom sent.
Brev fra Helfo kom sent.
Ifølge Helfo er alt betalt.
Ifølge Lovdata er det slik.
I Stein bor ingen.
Medisinene er Sobril, Valium og Imovane.
Klagen ble sendt til Pasientombudet.
Takk for svar!\nPasient
Takk.\nOslo
Hilsen\nBekymret
Hei!\nVår mor er syk.
Sendt fra min iPhone
Sendt fra Outlook for iOS
Mai 2024
Bergen, mai 2024
Vår ref.: 12
Vår dato: 12
Deres ref.
Dag 1: feber. Dag 2: utslett.
Dag 3 etter operasjonen fikk jeg feber.
Dag (1) feber.
Mai (31) dager.
Stein (5 mm) i nyren.
Stein, 5 mm, i nyren.
Stein, som er hard, ble fjernet.
Liv, helse og velferd.
Liv, død og håp.
Liv og Helse er et blad.
Familie og venner hjelper.
Familien Min er sliten.
Familie Er viktig.
Psyk avdeling Berg.
Avdelinga på Lund.
Psyk. Helse er viktig.
Familien til pasienten.
Familien Har klaget.
Kalle opp igjen.
Kalle det feil.
Kalte meg Hysterisk.
Kalles inn.
Lillen fikk vondt.
Legen kalte det Migrene.
De kaller ham Pasienten.
Gamle Oslo bydel.
Store Norske.
Ny Tid.
Alle Hjerter.
Ring Røde Kors.
Ring Mental Helse.
Kirkens SOS.
Norsk Pasientskadeerstatning avslo.
Stein på stein.
Liv på landet er sunt.
Liv med smerter er tungt.
Liv lages ikke på sykehus.
Dag etter dag venter jeg.
Dag og natt ringer jeg.
Mai, juni og juli gikk.
Mai og juni var lange.
I juni og Juli ventet jeg.
Mai, da vi fikk svar, var fin.
Vår og sommer gikk uten svar.
Vår og høst er verst for astma.
Vår lege er dårlig.
Vår yngste er syk.
Vår er ikke den eneste saken.
Vår klage er ikke besvart.
Vår 2023 ble jeg syk.
Vår kommune trenger flere leger.
Storm førte til at vi ikke kom.
Stein eller kalk ble funnet.
Stein ligger i nyren.
Stein satt fast i urinlederen.
Stein sitter i galleblæren.
Stein kom ut av seg selv.
Liv går tapt hver dag.
Liv går tapt på sykehus.
Liv må reddes på sykehus.
Berg og fjell.
Berg ligger langt unna sykehus.
Vik ligger langt fra sykehus.
Lund kommune har ingen lege.
Haug omsorgssenter ringte.
Strand legesenter ringte.
Moe gård.
Sol og bad.
Sol er bra.
Ro i sjela.
Ask er et tre.
Bjørk og or gir allergi.
Or og bjørk gir allergi.
Or er verst.
Gry av.
Siv har jeg plukket.
Kai var stengt.
Kaia er stengt.
Rosa drakt.
Rosa resept fikk jeg.
Rosa resept er brukt opp.
Blind er jeg.
Aurora borealis.
Viktig beskjed: Ring nå.
Hei Pasientombud!
Til Pasientombudet: Jeg klager.
Til Rette Vedkommende
Til den det gjelder:
Til Nav: jeg klager.
Hilsen\nMor
Hilsen\nEn Oppgitt Pasient
Takk på forhånd\nAnonym
Takk\nPasienten
Legen, Kommunen, alle svikter.
Fastlegen, Nav, og alle svikter.
Fastlegen min Er sluttet.
Saksbehandler er syk.
Saksbehandler: Ukjent
Lege: Ukjent
Undertegnede Klager.
Tone og innhold i brevet var kaldt.
Tone er viktig.
Gro gror ikke.
Ro er viktig for pasienten.
Ro og fred trengs på avdelingen.
Fred er alt jeg ønsker.
Ask finnes.
Sol har vi lite av.
Sol ga utslett.
Sol og varme hjelper mot smerter.
Gry er fint.
Vilje har jeg.
Vilje til å hjelpe mangler.
Vilje og evne mangler.
Tro på legen har jeg ikke.
Bo hjemme kan han ikke.
Bo på sykehjem vil han ikke.
Lin er et stoff.
Tom for krefter.
Tom venteliste er sjelden.
Tom for medisiner, igjen.
Kai er en brygge.
Per person er det 300.
Per nå er ingen ting gjort.
Pr. mai er det 12.
Stig på!
Bare Berg og Moe er igjen av husene.
Mo i Rana sykehus.
På Strand og i Vik er det ikke lege.
Til Vik er det fem mil.
Fra Berg er det langt.
Mellom Haug og Moe er det langt.
Holm er nedlagt.
Lund har fått ny legevakt.
Strand har fått ny legevakt.
Vik har fått nytt sykehjem.
Berg skal få sykehjem.
Vik får hjelp fra nabokommunen.
Nes må betale.
Os har ventet lenge på legevakt.
Bø har lagt ned sykehjemmet.
Time har ikke svart.
Time har jeg ikke fått.
Time fikk jeg ikke.
Hole har klaget på vedtaket.
Melder: sykehus
Klager: pasienten selv
Verge: ikke oppnevnt
Avlaster Trengs.
Pas. Er innlagt.
"""


def _marked(sentence):
    """Return a sentence with braces around the names that are found in it."""
    text = re.sub("[{}]", "", sentence).replace(r"\n", "\n")
    for _, start, end in reversed(identifier_spans(text, int(Sought.NAMES))):
        text = f"{text[:start]}{{{text[start:end]}}}{text[end:]}"
    return text.replace("\n", r"\n")


def _lines(block):
    return block.strip().split("\n")


@pytest.mark.parametrize("sentence", _lines(FIRST_IN_SENTENCE))
def test_a_sentence_begins_with_a_name_that_is_a_word_too(sentence):
    assert _marked(sentence) == sentence


@pytest.mark.parametrize("sentence", _lines(WITHIN_SENTENCE))
def test_a_name_within_a_sentence_is_found(sentence):
    assert _marked(sentence) == sentence


@pytest.mark.parametrize("sentence", _lines(TITLES))
def test_a_name_behind_a_title_or_a_role_is_found(sentence):
    assert _marked(sentence) == sentence


@pytest.mark.parametrize("sentence", _lines(ADDRESSED))
def test_a_name_in_a_greeting_or_a_field_is_found(sentence):
    assert _marked(sentence) == sentence


@pytest.mark.parametrize("sentence", _lines(PET_NAMES))
def test_a_pet_name_is_found(sentence):
    assert _marked(sentence) == sentence


@pytest.mark.parametrize("sentence", _lines(NO_NAMES))
def test_a_word_that_could_be_a_name_stays(sentence):
    assert _marked(sentence) == sentence
