#include "engine/storage/manifest.h"

#include <nlohmann/json.hpp>
#include <span>

#include "engine/support/error.h"

namespace eckart {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view opening = "{\"manifest_checksum\": \"";
constexpr std::string_view closing = "\",\n";
constexpr std::size_t digits = 16;
constexpr std::size_t first_line = opening.size() + digits + closing.size();
constexpr const char* own_members[] = {"manifest_checksum", "format_version", "kind", "files"};

std::string checksum_of(std::string_view text) {
    return checksum(std::as_bytes(std::span(text)));
}

Json parsed_fields(std::string_view fields) {
    Json json = Json::parse(fields, nullptr, false);
    if (!json.is_object()) throw UsageError("the fields of a manifest are not a JSON object");
    for (const char* name : own_members) {
        if (json.contains(name)) throw UsageError("the manifest has a member '" + std::string(name) + "' of its own");
    }
    return json;
}

/// A name that cannot lead out of the generation's folder.
bool plain_name(const std::string& name) {
    return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
}

Manifest manifest_from(const Json& json) {
    Manifest manifest;
    manifest.kind = json.at("kind").get<std::string>();
    for (const auto& [name, file] : json.at("files").items()) {
        if (!plain_name(name)) throw DamagedError("'" + name + "' is no file name");
        manifest.files.push_back(
            {name, {file.at("bytes").get<std::uint64_t>(), file.at("checksum").get<std::string>()}});
    }
    return manifest;
}

}  // namespace

std::string manifest_text(const Manifest& manifest, std::string_view fields) {
    Json json;
    json["format_version"] = store_format_version;
    json["kind"] = manifest.kind;
    json.update(parsed_fields(fields));
    json["files"] = Json::object();
    for (const auto& file : manifest.files) {
        json["files"][file.name] = {{"bytes", file.summary.bytes}, {"checksum", file.summary.checksum}};
    }
    // Invalid UTF-8 in a field (a path, say) is replaced: a manifest that cannot be written would lose all the work.
    const std::string body = json.dump(1, ' ', false, Json::error_handler_t::replace).substr(2) + "\n";
    return std::string(opening) + checksum_of(body) + std::string(closing) + body;
}

bool looks_like_manifest(std::string_view text) {
    return text.starts_with(opening);
}

Manifest parse_manifest(std::string_view text, const std::string& path) {
    const bool whole = text.size() > first_line && text.starts_with(opening) &&
                       text.substr(first_line - closing.size(), closing.size()) == closing;
    if (!whole) throw DamagedError(path + ": found no manifest of a store, expected one; make the store again");
    const std::string_view expected = text.substr(opening.size(), digits);
    const std::string found = checksum_of(text.substr(first_line));
    if (found != expected) {
        throw DamagedError(path + ": found the checksum " + found + ", expected " + std::string(expected) +
                           "; make the store again");
    }
    // The checksum holds, so from here on only a program of another version can be the reason.
    try {
        const Json json = Json::parse(text);
        const auto version = json.at("format_version").get<std::int64_t>();
        if (version != store_format_version) {
            throw DamagedError("format version " + std::to_string(version));
        }
        return manifest_from(json);
    } catch (const std::exception& error) {
        throw DamagedError(path + ": written by another version of the program (" + error.what() +
                           "); this one reads format version " + std::to_string(store_format_version) +
                           "; make the store again or use the program that wrote it");
    }
}

}  // namespace eckart
