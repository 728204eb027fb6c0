#include "tools/bench/synthetic_titles.h"

#include <string_view>

namespace eckart::bench {
namespace {

using Words = std::vector<std::string>;

/// What titles of one category are made of.
struct Lexicon {
    std::string category;
    Words adjectives;
    Words nouns;
};

const std::vector<Lexicon>& lexicons() {
    static const std::vector<Lexicon> all = {
        {"Drama",
         {"Unanswered", "Patient", "Quiet", "Borrowed", "Distant", "Faithful", "Unspoken", "Wistful", "Ordinary"},
         {"Orchard", "Inheritance", "Letter", "Harvest", "Witness", "Daughter", "Ferry", "Winter", "Schoolroom",
          "Confession", "Staircase"}},
        {"Comedy",
         {"Accidental", "Reluctant", "Absent-Minded", "Punctual", "Unemployed", "Overdressed", "Clumsy", "Amiable"},
         {"Plumber", "Wedding Guest", "Landlady", "Timetable", "Umbrella", "Dentist", "Housewarming", "Caterer",
          "Marmalade", "Neighbour"}},
        {"Action",
         {"Relentless", "Burning", "Armoured", "Scorching", "Reckless", "Explosive", "Ruthless", "Hunted"},
         {"Convoy", "Deadline", "Countdown", "Pursuit", "Detonator", "Runway", "Vendetta", "Extraction", "Bodyguard",
          "Highway"}},
        {"Thriller",
         {"Hidden", "Sleepless", "Flawless", "Silent", "Locked", "Double", "Missing", "Cold"},
         {"Alibi", "Passenger", "Corridor", "Signature", "Blackout", "Bystander", "Cipher", "Elevator", "Informant",
          "Negative"}},
        {"Romance",
         {"Tender", "Summer", "Moonlit", "Secret", "Endless", "First", "Forgotten", "Promised"},
         {"Waltz", "Proposal", "Rendezvous", "Bouquet", "Seaside", "Sweetheart", "Honeymoon", "Postcard", "Serenade",
          "Terrace"}},
        {"Horror",
         {"Crawling", "Hollow", "Unburied", "Bloodless", "Whispering", "Cursed", "Pale", "Starving"},
         {"Cellar", "Crypt", "Coven", "Hearse", "Gravedigger", "Seance", "Asylum", "Scarecrow", "Attic", "Mortuary"}},
        {"Adventure",
         {"Uncharted", "Golden", "Perilous", "Stormy", "Daring", "Vanished", "Wild", "Thousand-Mile"},
         {"Expedition", "Compass", "Caravan", "Lagoon", "Shipwreck", "Summit", "Treasure", "Balloonist", "Island",
          "Crossing"}},
        {"Sci-Fi",
         {"Orbital", "Artificial", "Parallel", "Frozen", "Synthetic", "Quantum", "Lunar", "Weightless"},
         {"Colony", "Android", "Transmission", "Starship", "Paradox", "Satellite", "Protocol", "Airlock", "Nebula",
          "Experiment"}},
        {"Animation",
         {"Little", "Curious", "Brave", "Singing", "Polka-Dot", "Sleepy", "Striped", "Enormous"},
         {"Hedgehog", "Teapot", "Snowflake", "Penguin", "Firefly", "Kite", "Turnip", "Badger", "Lantern", "Tugboat"}},
        {"Crime",
         {"Crooked", "Forged", "Midnight", "Stolen", "Loaded", "Undercover", "Guilty", "Smuggled"},
         {"Heist", "Ledger", "Pawnbroker", "Getaway", "Detective", "Jackpot", "Racket", "Safecracker", "Verdict",
          "Diamond"}},
        {"War",
         {"Fallen", "Forsaken", "Besieged", "Muddy", "Wounded", "Undefeated", "Ragged", "Captured"},
         {"Regiment", "Bridgehead", "Trench", "Armistice", "Lieutenant", "Bugle", "Barricade", "Battalion", "Dispatch",
          "Outpost"}},
        {"Musical",
         {"Dancing", "Glittering", "Velvet", "Syncopated", "Jubilant", "Standing", "Spinning", "Barefoot"},
         {"Chorus", "Ballroom", "Trombone", "Encore", "Cabaret", "Melody", "Carousel", "Spotlight", "Tambourine",
          "Revue"}},
        {"Western",
         {"Dusty", "Lawless", "Lonesome", "Galloping", "Sunburnt", "Rusty", "Desperate", "Nameless"},
         {"Sheriff", "Saloon", "Stagecoach", "Homestead", "Canyon", "Drifter", "Stampede", "Telegraph", "Gunslinger",
          "Prairie"}},
    };
    return all;
}

const Words& places() {
    static const Words words = {"Marrow Bay",   "Ostenveld", "Carrick Hollow", "Lindmark",       "Pellworth",
                                "San Orfeo",    "Veranova",  "Thornmere",      "Kestrel Point",  "Dunmallow",
                                "Port Salome",  "Istrava",   "Hallowford",     "Belmarsh Green", "Zarkovia",
                                "Little Upham", "Quillon",   "Mount Aldous",   "Santa Brisa",    "Greywater"};
    return words;
}

const Words& people() {
    static const Words names = {"Agnes",    "Bruno",    "Clementine", "Dorothea",  "Edgar",    "Fatima",
                                "Gustav",   "Hattie",   "Ignatz",     "Josephine", "Konrad",   "Lucinda",
                                "Mortimer", "Nadia",    "Otis",       "Philippa",  "Quentin",  "Rosalind",
                                "Solomon",  "Theodora", "Ulrike",     "Viktor",    "Winifred", "Yusuf"};
    return names;
}

std::string indefinite(const std::string& noun) {
    return std::string_view("AEIOU").find(noun.front()) == std::string_view::npos ? "A" : "An";
}

}  // namespace

const std::vector<std::string>& film_categories() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const Lexicon& lexicon : lexicons()) all.push_back(lexicon.category);
        return all;
    }();
    return names;
}

TitleWriter::TitleWriter(std::uint64_t seed) : random_(seed, 0x7117E5) {}

std::string TitleWriter::attempt(std::uint64_t film, std::uint64_t number, std::size_t category) const {
    constexpr std::uint64_t draws_an_attempt = 8, attempts_a_film = 64;
    std::uint64_t at = (film * attempts_a_film + number) * draws_an_attempt;
    const auto pick = [&](const Words& words) -> const std::string& {
        return words[random_.below(at++, words.size())];
    };

    const Lexicon& words = lexicons()[category];
    const std::string &adjective = pick(words.adjectives), &noun = pick(words.nouns), &other = pick(words.nouns);
    const std::string &place = pick(places()), &person = pick(people()), &companion = pick(people());
    switch (random_.below(at++, 10)) {
        case 0:
        case 1:
            return adjective + " " + noun + ", The";
        case 2:
            return noun + " of " + place + ", The";
        case 3:
            return adjective + " " + noun;
        case 4:
            return person + "'s " + noun;
        case 5:
            return noun == other ? adjective + " " + noun : noun + " and the " + other + ", The";
        case 6:
            return noun + " in " + place + ", " + indefinite(noun);
        case 7:
            return person + " and the " + adjective + " " + noun;
        case 8:
            return adjective + " " + noun + " of " + place + ", The";
        default:
            return person == companion ? person + " of " + place : person + ", " + companion + " and the " + noun;
    }
}

std::string TitleWriter::title(std::uint64_t film, std::size_t category) {
    constexpr std::uint64_t attempts = 40;
    for (std::uint64_t number = 0; number < attempts; ++number) {
        std::string title = attempt(film, number, category);
        if (taken_.insert(title).second) return title;
    }
    std::string title = attempt(film, 0, category);
    for (std::size_t part = 2; !taken_.insert(title).second; ++part) {
        title = attempt(film, 0, category) + " Part " + std::to_string(part);
    }
    return title;
}

}  // namespace eckart::bench
