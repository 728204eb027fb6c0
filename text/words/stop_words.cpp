#include "text/words/stop_words.h"

#include <algorithm>
#include <array>

namespace eckart::text {
namespace {

// clang-format off
// Articles, pronouns, prepositions, conjunctions, auxiliary verbs and the pieces that contractions leave. In bytewise order.
constexpr std::array<std::string_view, 121> danish = {
    "ad", "af", "al", "alle", "alt", "anden", "andre", "at", "blev", "blive", "bliver", "da", "de", "dem", "den",
    "denne", "der", "deres", "det", "dette", "dig", "din", "dine", "disse", "dit", "dog", "du", "efter", "eller",
    "en", "end", "er", "et", "for", "fordi", "fra", "få", "før", "gennem", "ham", "han", "hans", "har", "havde",
    "have", "hende", "hendes", "her", "hos", "hun", "hvad", "hver", "hvilken", "hvis", "hvor", "hvordan", "hvorfor",
    "i", "igen", "ikke", "ind", "ingen", "intet", "ja", "jeg", "jer", "jeres", "kan", "kom", "kun", "kunne", "man",
    "mange", "med", "meget", "mellem", "men", "mig", "min", "mine", "mit", "mod", "må", "ned", "nej", "nogen",
    "noget", "nogle", "nu", "når", "også", "om", "op", "os", "over", "på", "samme", "selv", "sig", "sin", "sine",
    "sit", "skal", "skulle", "som", "så", "sådan", "til", "ud", "uden", "under", "var", "ved", "vi", "vil", "ville",
    "vor", "vore", "vores", "være", "været"};

constexpr std::array<std::string_view, 157> german = {
    "aber", "alle", "allem", "allen", "aller", "alles", "als", "also", "am", "an", "auch", "auf", "aus", "bei",
    "beim", "bin", "bis", "bist", "da", "dabei", "damit", "dann", "das", "dass", "dein", "deine", "dem", "den",
    "denn", "der", "deren", "des", "dessen", "dich", "die", "dies", "diese", "diesem", "diesen", "dieser", "dieses",
    "dir", "doch", "dort", "du", "durch", "ein", "eine", "einem", "einen", "einer", "eines", "er", "es", "etwas",
    "euch", "euer", "für", "gegen", "habe", "haben", "hat", "hatte", "hatten", "hier", "hinter", "ich", "ihm", "ihn",
    "ihnen", "ihr", "ihre", "ihrem", "ihren", "ihrer", "im", "in", "indem", "ins", "ist", "ja", "jede", "jedem",
    "jeden", "jeder", "jedes", "kann", "kein", "keine", "keinem", "keinen", "keiner", "können", "man", "mein",
    "meine", "mich", "mir", "mit", "nach", "nicht", "nichts", "noch", "nun", "nur", "ob", "oder", "ohne", "sehr",
    "sein", "seine", "seinem", "seinen", "seiner", "seines", "seit", "sich", "sie", "sind", "so", "soll", "sollte",
    "sondern", "sowie", "um", "und", "uns", "unser", "unsere", "unter", "vom", "von", "vor", "war", "waren", "was",
    "weil", "welche", "welcher", "wenn", "wer", "werde", "werden", "wie", "wieder", "wir", "wird", "wo", "wurde",
    "wurden", "würde", "zu", "zum", "zur", "zwar", "zwischen", "über"};

constexpr std::array<std::string_view, 302> english = {
    "a", "about", "above", "after", "again", "against", "all", "almost", "alone", "along", "already", "also",
    "although", "always", "am", "among", "an", "and", "another", "any", "anybody", "anyone", "anything", "anywhere",
    "are", "aren't", "around", "as", "at", "away", "be", "became", "because", "become", "becomes", "been", "before",
    "behind", "being", "below", "beneath", "beside", "besides", "between", "beyond", "both", "but", "by", "can",
    "can't", "cannot", "could", "couldn't", "d", "did", "didn't", "do", "does", "doesn't", "doing", "don't", "done",
    "down", "due", "during", "each", "either", "else", "enough", "et", "etc", "even", "ever", "every", "everyone",
    "everything", "everywhere", "except", "few", "for", "from", "further", "had", "hadn't", "has", "hasn't", "have",
    "haven't", "having", "he", "he'd", "he'll", "he's", "her", "here", "here's", "hers", "herself", "him", "himself",
    "his", "how", "how's", "however", "i", "i'd", "i'll", "i'm", "i've", "if", "in", "indeed", "instead", "into", "is",
    "isn't", "it", "it'd", "it'll", "it's", "its", "itself", "just", "least", "less", "let's", "like", "ll", "m",
    "many", "may", "me", "might", "mightn't", "more", "moreover", "most", "much", "must", "mustn't", "my", "myself",
    "namely", "near", "neither", "never", "nevertheless", "next", "no", "nobody", "none", "nor", "not", "nothing",
    "now", "nowhere", "o", "of", "off", "often", "on", "once", "one", "ones", "only", "onto", "or", "other", "others",
    "otherwise", "ought", "our", "ours", "ourselves", "out", "over", "own", "per", "perhaps", "quite", "rather", "re",
    "s", "same", "seem", "seemed", "seems", "several", "shall", "shan't", "she", "she'd", "she'll", "she's", "should",
    "shouldn't", "since", "so", "some", "somebody", "someone", "something", "sometimes", "somewhat", "somewhere",
    "still", "such", "t", "than", "that", "that'd", "that'll", "that's", "the", "their", "theirs", "them", "themselves",
    "then", "there", "there'd", "there's", "thereby", "therefore", "therein", "these", "they", "they'd", "they'll",
    "they're", "they've", "this", "those", "though", "through", "throughout", "thus", "to", "together", "too", "toward",
    "towards", "under", "unless", "until", "up", "upon", "us", "ve", "very", "via", "was", "wasn't", "we", "we'd",
    "we'll", "we're", "we've", "well", "were", "weren't", "what", "what's", "whatever", "when", "when's", "whence",
    "whenever", "where", "where's", "whereas", "whereby", "wherein", "whether", "which", "while", "who", "who'd",
    "who'll", "who's", "whoever", "whole", "whom", "whose", "why", "will", "with", "within", "without", "won't",
    "would", "wouldn't", "yet", "you", "you'd", "you'll", "you're", "you've", "your", "yours", "yourself", "yourselves"};

constexpr std::array<std::string_view, 131> spanish = {
    "a", "al", "algo", "alguna", "algunas", "alguno", "algunos", "algún", "ante", "antes", "aquel", "aquella", "así",
    "aunque", "bajo", "bien", "cada", "como", "con", "contra", "cual", "cuales", "cuando", "de", "del", "desde",
    "donde", "dos", "durante", "e", "el", "ella", "ellas", "ellos", "en", "entre", "era", "eran", "eres", "es",
    "esa", "esas", "ese", "eso", "esos", "esta", "estaba", "estas", "este", "esto", "estos", "está", "están", "fue",
    "fueron", "ha", "había", "habían", "han", "hasta", "hay", "la", "las", "le", "les", "lo", "los", "me", "mi",
    "mientras", "mis", "muy", "más", "nada", "ni", "no", "nos", "nosotros", "nuestra", "nuestro", "nuestros", "o",
    "os", "otra", "otras", "otro", "otros", "para", "pero", "poco", "por", "porque", "que", "quien", "quienes",
    "qué", "se", "sea", "según", "ser", "si", "sido", "sin", "sobre", "son", "su", "sus", "sí", "también", "tan",
    "tanto", "te", "tiene", "tienen", "toda", "todas", "todo", "todos", "tu", "tus", "un", "una", "unas", "uno",
    "unos", "usted", "ustedes", "y", "ya", "yo", "él"};

constexpr std::array<std::string_view, 138> finnish = {
    "ei", "eikä", "eivät", "eli", "emme", "en", "enemmän", "ennen", "ensin", "et", "ette", "että", "he", "heidän",
    "heille", "heitä", "hyvin", "hän", "häneen", "hänelle", "hänen", "hänet", "häntä", "ilman", "itse", "ja", "jo",
    "joiden", "joihin", "joita", "joka", "jokainen", "joko", "jolla", "jolle", "jonka", "jos", "joskus", "jossa",
    "josta", "jota", "jotka", "jotta", "kaikki", "kanssa", "kautta", "keiden", "kenen", "koska", "kuin", "kuinka",
    "kuka", "kukaan", "kun", "kuten", "lisäksi", "me", "meidän", "meille", "meitä", "mihin", "miksi", "mikä",
    "mikään", "millä", "minkä", "minua", "minulla", "minun", "minä", "missä", "mistä", "miten", "mitkä", "mitä",
    "muiden", "mukaan", "mutta", "muu", "muun", "muut", "myös", "ne", "niiden", "niihin", "niin", "niitä", "noin",
    "nuo", "nyt", "näiden", "näitä", "nämä", "ole", "olemme", "olen", "olet", "olette", "oli", "olin", "olisi",
    "olivat", "olla", "olleet", "ollut", "on", "ovat", "paitsi", "saakka", "sama", "se", "sekä", "sen", "siellä",
    "siihen", "siinä", "siis", "siitä", "sillä", "sinun", "sinä", "sitten", "sitä", "tai", "te", "teidän", "tuo",
    "tämä", "tämän", "tässä", "tästä", "tätä", "vaan", "vaikka", "vain", "vielä", "voi", "välillä"};

constexpr std::array<std::string_view, 133> french = {
    "a", "ai", "alors", "as", "au", "aucun", "aucune", "aussi", "autre", "autres", "aux", "avait", "avec", "avez",
    "avoir", "avons", "c", "ce", "ceci", "cela", "celle", "celles", "celui", "ces", "cet", "cette", "ceux", "chaque",
    "comme", "d", "dans", "de", "des", "dont", "du", "elle", "elles", "en", "encore", "entre", "es", "est", "et",
    "eu", "eux", "fait", "font", "furent", "fut", "ici", "il", "ils", "j", "je", "l", "la", "le", "les", "leur",
    "leurs", "lui", "m", "ma", "mais", "me", "mes", "moi", "mon", "même", "mêmes", "n", "ne", "ni", "nos", "notre",
    "nous", "on", "ont", "ou", "où", "par", "pas", "peu", "peut", "plus", "pour", "qu", "quand", "que", "quel",
    "quelle", "quelles", "quels", "qui", "s", "sa", "sans", "se", "sera", "ses", "si", "sien", "soi", "soit",
    "sommes", "son", "sont", "sous", "suis", "sur", "t", "ta", "te", "tes", "toi", "ton", "tous", "tout", "toute",
    "toutes", "très", "tu", "un", "une", "vos", "votre", "vous", "y", "étaient", "était", "étant", "été", "être"};

constexpr std::array<std::string_view, 148> italian = {
    "a", "abbia", "abbiamo", "ad", "agli", "ai", "al", "alla", "alle", "allo", "anche", "ancora", "avere", "aveva",
    "avevano", "c", "che", "chi", "ci", "ciò", "coi", "col", "come", "con", "contro", "cui", "d", "da", "dagli",
    "dai", "dal", "dalla", "dalle", "dallo", "degli", "dei", "del", "della", "delle", "dello", "di", "dopo", "dove",
    "e", "ed", "egli", "era", "erano", "essa", "esse", "essere", "essi", "fra", "gli", "ha", "hanno", "ho", "i",
    "il", "in", "io", "l", "la", "le", "lei", "li", "lo", "loro", "lui", "ma", "me", "mentre", "mi", "mia", "mie",
    "miei", "mio", "ne", "negli", "nei", "nel", "nella", "nelle", "nello", "noi", "non", "nostra", "nostro", "o",
    "ogni", "oppure", "ove", "per", "perché", "però", "più", "poi", "prima", "qual", "quale", "quali", "quando",
    "quanto", "quella", "quelle", "quelli", "quello", "questa", "queste", "questi", "questo", "qui", "se", "sei",
    "senza", "si", "sia", "siamo", "siano", "sono", "stata", "stati", "stato", "su", "sua", "sue", "sugli", "sui",
    "sul", "sulla", "sulle", "sullo", "suo", "suoi", "ti", "tra", "tu", "tua", "tuo", "tutta", "tutte", "tutti",
    "tutto", "un", "una", "uno", "vi", "voi"};

constexpr std::array<std::string_view, 114> dutch = {
    "aan", "al", "alle", "als", "altijd", "andere", "ben", "bij", "daar", "dan", "dat", "de", "der", "deze", "die",
    "dit", "doch", "doen", "door", "dus", "een", "eens", "en", "er", "ge", "geen", "geweest", "haar", "had",
    "hadden", "heb", "hebben", "heeft", "hem", "het", "hier", "hij", "hoe", "hun", "iemand", "iets", "ik", "in",
    "is", "ja", "je", "jij", "jou", "jouw", "jullie", "kan", "kon", "kunnen", "maar", "me", "meer", "men", "met",
    "mij", "mijn", "moet", "na", "naar", "niet", "niets", "nog", "nu", "of", "om", "omdat", "onder", "ons", "onze",
    "ook", "op", "over", "reeds", "te", "tegen", "tegenover", "toch", "toen", "tot", "tussen", "u", "uit", "uw",
    "van", "veel", "voor", "waar", "waren", "was", "wat", "we", "wel", "welke", "werd", "werden", "wie", "wij",
    "wil", "worden", "wordt", "zal", "ze", "zelf", "zich", "zij", "zijn", "zo", "zonder", "zou", "zouden"};

constexpr std::array<std::string_view, 135> norwegian = {
    "alle", "alt", "andre", "at", "av", "bare", "begge", "ble", "blei", "bli", "blir", "blitt", "både", "da", "de",
    "deg", "dei", "dem", "den", "denne", "der", "dere", "deres", "det", "dette", "di", "din", "disse", "ditt", "du",
    "dykk", "eg", "ein", "eit", "eller", "elles", "en", "enn", "er", "et", "etter", "for", "fordi", "fra", "før",
    "ha", "hadde", "han", "hans", "har", "hennes", "her", "hos", "hun", "hva", "hvem", "hver", "hvilken", "hvis",
    "hvor", "hvordan", "hvorfor", "i", "ikke", "ikkje", "ingen", "inn", "ja", "jeg", "kan", "kom", "korleis", "kun",
    "kunne", "kva", "kven", "man", "mange", "med", "meg", "meget", "mellom", "men", "mi", "min", "mine", "mitt",
    "mot", "må", "ned", "no", "noe", "noen", "noko", "nokon", "nå", "når", "og", "også", "om", "opp", "oss", "over",
    "på", "samme", "seg", "selv", "si", "sia", "siden", "sin", "sine", "sitt", "skal", "skulle", "som", "så", "sånn",
    "til", "um", "under", "upp", "ut", "uten", "var", "ved", "vere", "vi", "vil", "ville", "vore", "vår", "være",
    "vært", "å"};

constexpr std::array<std::string_view, 138> portuguese = {
    "a", "ainda", "algum", "alguma", "algumas", "alguns", "ante", "ao", "aos", "aquela", "aquele", "aqueles",
    "aquilo", "as", "assim", "até", "cada", "com", "como", "contra", "da", "das", "de", "dela", "dele", "deles",
    "depois", "desde", "do", "dos", "e", "ela", "elas", "ele", "eles", "em", "entre", "era", "eram", "essa", "essas",
    "esse", "esses", "esta", "estas", "estava", "este", "estes", "está", "estão", "eu", "foi", "foram", "há", "isso",
    "isto", "já", "la", "lhe", "lhes", "lo", "mais", "mas", "me", "mesmo", "meu", "meus", "minha", "minhas", "muito",
    "muitos", "na", "nas", "nem", "no", "nos", "nossa", "nosso", "num", "numa", "não", "nós", "o", "onde", "os",
    "ou", "outra", "outras", "outro", "outros", "para", "pela", "pelas", "pelo", "pelos", "por", "porque", "pouco",
    "quais", "qual", "quando", "quanto", "que", "quem", "se", "seja", "sem", "ser", "seu", "seus", "si", "sido",
    "sob", "sobre", "sua", "suas", "são", "também", "tanto", "te", "tem", "tinha", "toda", "todas", "todo", "todos",
    "tu", "têm", "um", "uma", "umas", "uns", "você", "vocês", "vos", "à", "às", "é"};

constexpr std::array<std::string_view, 136> russian = {
    "а", "без", "бы", "был", "была", "были", "было", "быть", "в", "вам", "вас", "весь", "во", "вот", "все", "всего",
    "всех", "вы", "да", "для", "до", "его", "ее", "ей", "ему", "если", "есть", "еще", "же", "за", "здесь", "и", "из",
    "или", "им", "иногда", "их", "к", "как", "какая", "какой", "ко", "когда", "кто", "куда", "ли", "между", "меня",
    "мне", "мной", "может", "можно", "мой", "моя", "мы", "на", "над", "надо", "нас", "наш", "не", "него", "нее",
    "ней", "нельзя", "нет", "ни", "нибудь", "никогда", "ним", "них", "но", "ну", "о", "об", "однако", "он", "она",
    "они", "оно", "от", "перед", "по", "под", "после", "потом", "потому", "почти", "при", "про", "с", "сам", "свой",
    "свою", "себе", "себя", "со", "так", "также", "такой", "там", "тебя", "тем", "теперь", "то", "тогда", "того",
    "тоже", "той", "только", "том", "тот", "тут", "ты", "у", "уж", "уже", "хотя", "чего", "чей", "чем", "через",
    "что", "чтобы", "чуть", "эта", "эти", "этим", "этих", "это", "этого", "этой", "этом", "этот", "эту", "я"};

constexpr std::array<std::string_view, 117> swedish = {
    "all", "alla", "allt", "att", "av", "blev", "bli", "blir", "båda", "de", "dem", "den", "denna", "deras", "dess",
    "dessa", "det", "detta", "dig", "din", "dina", "ditt", "du", "där", "då", "efter", "ej", "eller", "en", "er",
    "era", "ett", "från", "för", "genom", "ha", "hade", "han", "hans", "har", "henne", "hennes", "hon", "honom",
    "hur", "här", "i", "icke", "in", "inga", "ingen", "inget", "inom", "inte", "ja", "jag", "ju", "kan", "kunde",
    "man", "med", "mellan", "men", "mig", "min", "mina", "mitt", "mot", "mycket", "måste", "ni", "nu", "när",
    "någon", "något", "några", "och", "om", "oss", "på", "samma", "sedan", "sig", "sin", "sina", "sitt", "ska",
    "skall", "skulle", "som", "så", "sådan", "till", "under", "upp", "ut", "utan", "vad", "var", "vara", "varit",
    "varje", "vars", "vem", "vi", "vid", "vilka", "vilken", "vilket", "vår", "våra", "vårt", "än", "är", "även",
    "åt", "över"};
// clang-format on

struct List {
    std::string_view code;
    std::span<const std::string_view> words;
};

constexpr std::array<List, 12> lists = {{
    {"da", danish},
    {"de", german},
    {"en", english},
    {"es", spanish},
    {"fi", finnish},
    {"fr", french},
    {"it", italian},
    {"nl", dutch},
    {"no", norwegian},
    {"pt", portuguese},
    {"ru", russian},
    {"sv", swedish},
}};

}  // namespace

std::span<const std::string_view> stop_words(Language language) {
    for (const List& list : lists)
        if (list.code == language.code()) return list.words;
    return {};
}

bool is_stop_word(std::string_view word, Language language) {
    const auto words = stop_words(language);
    return std::binary_search(words.begin(), words.end(), word);
}

}  // namespace eckart::text
