"""Words that stand beside the name of a person, in bokmål, nynorsk and dialect, and what they tell."""


def forms(words: str, endings: str = "") -> frozenset[str]:
    """Return words, and each of them with each of some endings."""
    return frozenset(word + ending for word in words.split() for ending in ("", *endings.split()))


# A name follows: of whoever writes, of a form, of a person that is spoken of.
GREETINGS = forms("mvh vh hilsen hilsning hilsningar hilsener helsing helsingar helsning regards sincerely")
CALLED = forms("heter heiter heite hete hette het hetar heitte eiter kalles kalt kalla named called kallar")
FIELDS = forms("navn navnet namn namnet fornavn etternavn fornamn etternamn name") | forms(
    "navnet namnet kallenavn fødenavn pikenavn mellomnavn kontaktperson pårørende pårørande innsender innsendar "
    "kallenavnet etternavnet fornavnet underskrift"
)
# Behind these a name is sought in lower case too.
BEFORE_LOWER = (
    GREETINGS
    | forms("heter heiter heite hete hette het heitte hetar")
    | forms("navn navnet namn namnet fornavn etternavn fornamn etternamn name innsender innsendar")
)
# Those never stand before anything but a name.
SHORT_ROLES = forms(
    "spl sykepl sjukepl spespl avdspl hpl hjpl vpl overl ovl fysio ergo saksbeh lis lis1 lis2 lis3 avdl tannl psyk "
    "helsefagarb"
)
ADDRESSES = forms("fru frk frøken herr hr dr doktor doktoren mrs prof professor")
ROLES = (
    ADDRESSES
    | forms(
        "lege fastlege overlege tannlege turnuslege legevaktslege sykehuslege sykehjemslege hudlege barnelege øyelege "
        "spesialist psykolog saksbehandler saksbehandlar sykepleier sjukepleiar hjelpepleier hjelpepleiar "
        "helsefagarbeider helsefagarbeidar vernepleier vernepleiar jordmor fysioterapeut ergoterapeut "
        "kiropraktor logoped "
        "advokat rådgiver rådgivar konsulent kontaktlege kontaktsykepleier koordinator verge rektor kirurg ortoped "
        "nevrolog kardiolog onkolog gynekolog anestesilege radiolog psykiater psykiatar avdelingsleder "
        "avdelingsleiar enhetsleder avdelingssykepleier leder leiar sjef kommunelege kommuneoverlege sosionom "
        "miljøterapeut miljøarbeider støttekontakt assistent helsesykepleier helsesøster "
        "behandler behandlar terapeut pleier pleiar vikar sekretær helsesekretær pasient bruker brukar beboer klient "
        "ambulansearbeider prest tolk vaktlege nabo kollega verkar sokneprest frisør lærer lærar ansatt student "
        "rådgjevar sakshandsamar helsesjukepleiar vakthavende vakthavande nattevakt dagvakt bakvakt hjemmehjelp "
        "fotterapeut tannpleier bandagist optiker audiograf bioingeniør radiograf farmasøyt apoteker ombud "
        "pasientombud",
        "n en a ene ane",
    )
    | forms("legen fastlegen overlegen tannlegen psykologen psykiateren jordmora sjukepleiaren saksbehandlaren vergen")
    | SHORT_ROLES
    | forms("doctor nurse surgeon midwife caseworker therapist psychologist psychiatrist")
    | forms("undertegnet undertegnede underteikna signert")
    | forms("familien familie ekteparet søsknene brødrene søstrene søskena brørne systrene")
)
# A verb is written the same: *bruker Marevan*.
ROLES_OR_VERBS = forms("bruker brukar leder leiar ansatt tolk")
# As words for those who work in the services end.
ROLE_ENDS = tuple(
    "lege legen lækjar spesialist spesialisten psykolog psykologen terapeut terapeuten pleier pleieren pleiar pleiaren "
    "konsulent konsulenten leder lederen leiar leiaren kontakt kontakten koordinator koordinatoren rådgiver rådgiveren "
    "assistent assistenten arbeider arbeideren arbeidar kirurg kirurgen loge logen fullmektig ingeniør sjef rådgjevar "
    "rådgjevaren behandler behandleren behandlar behandlaren handsamar handsamaren legene legane pleierne "
    "pleiarane".split()
)
RELATIONS = forms(
    "mor mora moren far faren mamma pappa mammaen pappaen mammaa bror broren broder bróren søster søstera "
    "søsteren syster "
    "systera sønn sønnen son sonen guten gutten gutt jenta jente datter dattera datteren dotter dottera mann "
    "mannen kone "
    "kona kjerring kjerringa ektefelle ektefellen ektemann ektemannen samboer samboeren sambuar sambuaren partner "
    "partneren kjæreste kjæresten kjærasten bestemor bestemora bestefar bestefaren farmor farfar mormor morfar oldemor "
    "besta bestemoren oldefar tante tanta onkel onkelen niese niesa nevø nevøen kusine fetter fetteren svigermor "
    "svigermora svigerfar svigersønn svigerdatter svoger svigerinne stefar stemor stesønn stedatter barnebarn "
    "barnebarnet "
    "barnebarna venn vennen venninne venninna venninnen ven venen veninna kamerat kameraten barn barnet tvilling "
    "tvillingen tvillingene lillebror lillesøster storebror storesøster veslebror fosterbarn fostersønn "
    "fosterdatter guttungen jentungen ungen eldste yngste eldstemann yngstemann minstemann minsten gubben pus "
    "nabo naboen naboa brukeren pasienten kollegaen sjefen sønnene døtrene gutane gutane guttene jentene "
    "foreldrene son "
    "sonane enke enka enkemann enkemannen eksmann eksmannen ekskona eks-mannen foster bror-sønn svigerforeldre"
)
POSSESSIVES = forms(
    "min mi mitt mine vår vårt våre vores hans hennes hennar sin si sitt deres dykkar deira din hennas hannes åres vår "
    "våres hansj eldste yngste hos til"
)
# After these a single unknown word with a capital is a person.
TALKED = forms(
    "snakket snakka snakte prata pratet pratte møtte møte møtt traff truffet samtale samtalen snakke prate "
    "snakkar snakker "
    "prater pratar avtale avtalen avtalt time timen kontakt kontakta mailet mailen kommunisert snakt"
)
WITH = forms("med hos mæ me ved av til fra frå for v og både samt")
PLACE_WORDS = forms(
    "i på ved fra frå til mot over ved utenfor utafor nær ute oppe nede inne rundt gjennom kommune in at"
)
# What a person does, and rarely anything else.
DEEDS = forms(
    "ringte ringer ringjer ringde sa sier seier sei sade fortalte fortalde forteller fortel mener meiner mente meinte "
    "spurte spurde spør ønsker ønskjer ønsket ønska bor bur bodde budde klaget klaga klager klagar svarte svara svarer "
    "skrev skriv skreiv skriver trenger treng trengte opplever opplevde fikk får fekk gråt gråter kom kjem føler følte "
    "kjenner lurer lurte lurar døde sov sovnet våknet våkna falt fall datt sliter slit slet ville vil hadde lovet lova "
    "lovte nektet nekta forklarte bekreftet hevder hevdet påstår påsto tok ba bad kontaktet kontakta har ble vart blei "
    "skal skulle er var tåler orker klarer klarte må måtte kan kunne takket takker sitter ligger bruker brukar "
    "går gikk "
    "blir vert lever jobber arbeider søkte søker mangler mista mistet reiste står sto venter ventet visste "
    "trodde sendte "
    "said told called asked says wants lives needs has was is ringt skriv brukte besøkte"
)
# Of those, the ones that only a person does.
SPEECH = forms(
    "ringte ringer ringjer ringde sa sier seier fortalte fortalde forteller fortel spurte spurde spør svarte "
    "svara svarer "
    "gråt gråter døde bor bur bodde budde lurer lurte lurar skrev skreiv sliter slet lovet lova nektet nekta forklarte "
    "mener meiner mente meinte hevder ba bad føler følte said told asked says lives"
)
# What besides only a person does, of whom the word before may be a word of everyday language too.
FEELS = forms(
    "ønsker ønskjer ønsket ønska trenger treng trengte klager klagar klaget klaga gruer gruar gruet grua orker "
    "orkar opplevde savner saknar ventar døydde døyr dør frykter fryktar gret græt høyrer hører håper håpar vegrer "
    "spiser spiste jobber jobbar jobbet jobba nekter nektar tør torde våger våga prøvde prøver forsøkte forsøker "
    "besvimte merket merka merker takket takka takker vet veit visste husker hugsar huska glemte gløymde klarte "
    "klarer klarar greide greier tenker tenkte tror trur trodde forstår skjønner leser leste reagerte skrek ropte "
    "hostet kastet pustet snakker snakket snakka sovnet sovna hinker takler taklet kjemper kjempet kjempa fryser "
    "frøs flyttet flytta dusjer trener trente drikker drakk betalte oppsøkte møtte bekymrer uroer bruker brukar "
    "knakk brakk skadet skada"
)
# Behind *er*, *har*, *fikk* or *skal* they tell of a person.
HAS_OR_IS = forms(
    "er e æ var har hadde hadd ha ble blei blir vart vert vart fikk får fekk fikk skal skulle må måtte vil ville kan "
    "kunne has had is was"
)
NOT_YET = forms(
    "nesten helt heilt svært veldig så nokså ganske selv sjølv ein en ei vært vore ha bli "
    "ikke ikkje ikkj itj aldri også òg nå no no' enda ennå dessverre bare berre alltid fortsatt framleis not"
)
FATES = forms(
    "ventet venta mistet mista fått ligget lege ringt klaget klaga søkt bedt hatt bodd budd slitt spist ete sovet sove "
    "opplevd opplevt sluttet slutta fortalt sagt prøvd forsøkt betalt flyttet flytta kjempet kjempa kjent "
    "jobba jobbet køyrd kjørt tretten fjorten femten vite "
    "skrevet skrive utskrive liggende liggande sittende sittande utredet utreda lagt glemt gløymd amputert "
    "syk sjuk innlagt sendt utskrevet utskreven utskrive operert undersøkt født fødd redd sliten uføretrygdet dement "
    "død "
    "avvist henvist tilvist lagt alene åleine deprimert sengeliggende blind døv døvblind lam rullestolbruker utmattet "
    "overgrepsutsatt bekymret fortvilet enke enkemann gravid sykmeldt sjukmeld trett glemsk ufør plaget høyrd hørt "
    "opereres opererast vente ligge klage flytte legges leggast dusje sitte kjøres hentes innlegges utredes henvises "
    "snakke prate spise svelge puste sove lese jobbe stå "
)
# The same behind *har* and *fikk* alone.
GETS = forms("har hadde hadd fikk får fekk has had")
GIFTS = forms(
    "avslag time feil beskjed hjelp svar tilbud medisin medisiner medisinen medisinene vedtak diagnose diagnosen vondt "
    "plass smerter avlastning slag hjerneslag "
    "adhd autisme diabetes kols demens kreft epilepsi angst depresjon ms parkinson parkinsons alzheimers asperger "
    "utviklingshemming lungebetennelse feber"
)
# Behind these, the places where persons are cared for tell of one too: *Liv kom hjem*.
MOVES = forms(
    "er var kom kjem kommer gikk går gjekk ligger ligg låg lå sitter sit satt sat står sto stod tok tar reiste reiser "
    "bor skal måtte må"
)
GOES_TO = forms(
    "hjem heim hjemme heime legen lege legevakt legevakta sykehus sykehuset sjukehus sjukehuset sykehjem sykehjemmet "
    "sjukeheim sjukeheimen skole skolen skulen barnehage barnehagen klasse rullestol korridoren gangen dagsenter "
    "fengsel kontakt operasjon rehabilitering utredning behandling psykolog tannlege avlastning"
)
# Behind the genitive of a name they are a person's: *Livs epikrise*.
BELONGINGS = (
    RELATIONS
    | ROLES
    | forms(
        "epikrise journal sak klage søknad vedtak behandling diagnose medisiner helse situasjon tilstand leilighet "
        "bolig "
        "operasjon henvisning pårørende foreldre familie fastlege lege kropp smerter sykdom rettigheter sykehjemsplass "
        "epikrisen journalen saken saka klagen klaga søknaden vedtaket behandlingen behandlinga diagnosen medisinene "
        "helsa helsen situasjonen tilstanden operasjonen henvisningen familien medisinen"
    )
)
# From whom something comes; a last name that is a word too may follow.
SENT = forms(
    "beskjed brev brevet svar svaret melding meldingen uttalelse uttalelsen mail mailen epost henvisning henvisningen "
    "erklæring erklæringen avgjørelsen avgjerda vurderingen vurdering vurderinga telefon sms notat notatet råd "
    "tilbakemelding tilbakemeldinga tilbakemeldingen "
    "operert undersøkt undersøkte behandlet behandla attestert signert henvist mottatt fulgt vurdert innkalt avvist "
    "skrevet"
)
# Somebody is called by the word behind: *vi kaller ham Kalle*.
CALLS = forms("kaller kallar kalte kalla kalle call calls")
# Wards are called so.
WARDS = forms("avdeling avdelinga avdelingen avd post sengepost seksjon team gruppe ward enhet eining")
# Pet names that are words as well, or in no list.
PETS = forms(
    "kalle lillegutt veslegutt vesla veslemann veslejenta lillejenta lillevenn bittelill bittemann tulla nusse nussa "
    "pelle bassen mosse snuppa gullungen tutta lolla lillemann"
)
# A word behind a name that makes it the name of a house, a disease or a street.
HOUSES = forms(
    "sykehus sjukehus sykehuset sjukehuset hospital hospitalet sykehjem sjukeheim sykehjemmet sjukeheimen bosenter "
    "omsorgssenter omsorgsbolig omsorgsboliger bo- aldershjem eldresenter helsehus legesenter legekontor legevakt "
    "legesenteret legekontoret legegruppe legekontora tannklinikk tannlegesenter tannlegekontor klinikk klinikken "
    "senter senteret skole skule skolen barnehage stiftelse stiftelsen stifting fond minde hjemmet heimen bofellesskap "
    "bufellesskap dagsenter rehabilitering rehabiliteringssenter behandlingssenter kurbad sanatorium apotek "
    "kommune bydel "
    "fylke universitetssykehus universitet høgskole gate gata gaten vei veien veg vegen plass allé torg "
    "syndrom syndromet sykdom "
    "sykdommen sjukdom sjukdommen tyreoiditt tyreoiditten parese lymfom anemi test testen skala skalaen score "
    "skår tremor refleks fenomen "
    "tegn metode metoden demens ulcus kontraktur as asa ab hf rhf dps bup bad park kirke stadion arena "
    "ambulanse hjemmetjeneste "
    "hjemmesykepleie avdeling avdelinga sengepost post poliklinikk institutt opptreningssenter hus huset gård garden "
    "bygg bygget institusjon tjeneste tjenester barneskole ungdomsskole videregående vgs krise krisesenter bedrift"
)
# With one capital alone: written otherwise they are an illness and a picture of the body.
ENGLISH_TITLES = frozenset({"mr", "ms"})
# Between the parts of a name.
PARTICLES = forms("von van der den de da al el bin ben ibn abu di du la le af zu ten ter dos del bint")
# Ordinary names that may stand alone in lower case behind a relation, as in "mannen min odd".
LOWER_BEHIND_RELATION = forms("odd even liv stein bjørn tor siv tone frank may ane leo lara inge helge")
# The common ones among the last names that are words too.
LOWER_LAST = forms(
    "nordmann berg lund moen haugen bakken dahl hagen strand lie vik moe holm solheim bakke eide nes haug hauge"
)
# At the beginning of a sentence these are rather persons than words.
RATHER_NAMES = forms("odd even bjørn tor jan siv tone kim may tom frank ane inge helge lara lea leo august jo")
MONTHS = forms("mai mars august jan jul april juni")
BEFORE_MONTHS = forms("i til fra frå den in of medio ultimo primo siden sidan innen før etter")
# Of whom one is fond, or whom one listens to: before *i* and *på*.
MINDS = forms("hører høre høyrer høyre hørte lytter lytte stoler glad glade sint sinte forelsket forelska passe passer")
# First names that are in no list, since they are rather words.
ALSO_NAMES = forms("sol vilje ro")
# To whom something is sent, and whom one reaches: before a last name that is a word too.
SENT_TO = forms("mail mailen epost sms melding brev brevet")
REACHES = forms("ringte ringde ringe ringt kontaktet kontakta møtte traff nådd")
# What is said of those who work in the services, behind *er* and *var*.
MANNERS = forms(
    "arrogant frekk uhøflig flink snill sint sur overlege lege legen fastlegen uenig ueinig hyggelig hyggeleg grei "
    "nedlatende overleger leger fastlege sykepleier psykolog"
)
