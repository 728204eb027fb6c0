#include "recsys/interface/figures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"

namespace eckart::recsys {
namespace {

using Json = nlohmann::ordered_json;

Json object_of(const Figures& figures);

struct ToJson {
    Json operator()(const Figures& figures) const { return object_of(figures); }
    Json operator()(const std::vector<Figures>& all) const {
        Json array = Json::array();
        for (const Figures& one : all) array.push_back(object_of(one));
        return array;
    }
    template <typename Plain>
    Json operator()(const Plain& value) const {
        return value;
    }
};

Json object_of(const Figures& figures) {
    Json object = Json::object();
    for (const Figures::Entry& entry : figures.entries()) object[entry.name] = std::visit(ToJson(), entry.value);
    return object;
}

Figures figures_of(const Json& object);

bool is_number(const Json& value) {
    return value.is_number() || value.is_null();
}

double number_of(const Json& value) {
    return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

Figures::Entry::Value array_of(const Json& array) {
    const auto all = [&](auto is_it) { return std::all_of(array.begin(), array.end(), is_it); };
    if (all([](const Json& value) { return value.is_number_integer(); })) return array.get<std::vector<std::int64_t>>();
    if (all(is_number)) {
        std::vector<double> numbers;
        for (const Json& value : array) numbers.push_back(number_of(value));
        return numbers;
    }
    std::vector<Figures> objects;
    for (const Json& value : array) objects.push_back(figures_of(value));
    return objects;
}

Figures::Entry::Value value_of(const Json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (is_number(value)) return number_of(value);
    if (value.is_string()) return value.get<std::string>();
    if (value.is_array()) return array_of(value);
    return figures_of(value);
}

Figures figures_of(const Json& object) {
    if (!object.is_object()) throw UsageError("found " + object.dump() + ", expected a JSON object");
    Figures figures;
    for (const auto& [name, value] : object.items()) figures.set({name, value_of(value)});
    return figures;
}

template <typename Entries>
auto place_of(Entries& entries, std::string_view name) {
    return std::find_if(entries.begin(), entries.end(), [name](const auto& entry) { return entry.name == name; });
}

}  // namespace

Figures::Figures(std::initializer_list<Entry> entries) : entries_(entries) {}

void Figures::set(Entry entry) {
    const auto place = place_of(entries_, entry.name);
    if (place == entries_.end()) {
        entries_.push_back(std::move(entry));
    } else {
        place->value = std::move(entry.value);
    }
}

void Figures::append(const Figures& more) {
    for (const Entry& entry : more.entries_) set(entry);
}

bool Figures::contains(std::string_view name) const {
    return place_of(entries_, name) != entries_.end();
}

template <typename T>
const T& Figures::value(std::string_view name, const char* expected) const {
    const auto place = place_of(entries_, name);
    const T* found = place == entries_.end() ? nullptr : std::get_if<T>(&place->value);
    if (found == nullptr) throw UsageError("no " + std::string(expected) + " \"" + std::string(name) + "\"");
    return *found;
}

bool Figures::truth(std::string_view name) const {
    return value<bool>(name, "truth value");
}

std::int64_t Figures::count(std::string_view name) const {
    return value<std::int64_t>(name, "whole number");
}

double Figures::number(std::string_view name) const {
    const auto place = place_of(entries_, name);
    if (place != entries_.end()) {
        if (const auto* whole = std::get_if<std::int64_t>(&place->value)) return static_cast<double>(*whole);
    }
    const double number = value<double>(name, "number");
    if (!std::isfinite(number)) throw UsageError("\"" + std::string(name) + "\" is not a finite number");
    return number;
}

const std::string& Figures::text(std::string_view name) const {
    return value<std::string>(name, "text");
}

std::vector<double> Figures::numbers(std::string_view name) const {
    const auto place = place_of(entries_, name);
    if (place != entries_.end()) {
        if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&place->value)) {
            return {whole->begin(), whole->end()};
        }
    }
    const auto& numbers = value<std::vector<double>>(name, "list of numbers");
    const auto finite = [](double number) { return std::isfinite(number); };
    if (std::all_of(numbers.begin(), numbers.end(), finite)) return numbers;
    throw UsageError("\"" + std::string(name) + "\" has a number that is not finite");
}

const Figures& Figures::object(std::string_view name) const {
    return value<Figures>(name, "object");
}

const std::vector<Figures>& Figures::objects(std::string_view name) const {
    return value<std::vector<Figures>>(name, "list of objects");
}

std::string json_of(const Figures& figures) {
    return object_of(figures).dump();
}

Figures parse_figures(std::string_view json) {
    try {
        return figures_of(Json::parse(json));
    } catch (const Json::exception& problem) {
        throw UsageError(std::string("found no JSON object: ") + problem.what());
    }
}

}  // namespace eckart::recsys
