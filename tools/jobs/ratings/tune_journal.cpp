#include "tools/jobs/ratings/tune_journal.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"

namespace eckart::jobs {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const TuneSubject& subject) {
    const recsys::Split& split = subject.split;
    return {{"model", subject.model},
            {"metric", subject.metric},
            {"protocol", subject.protocol},
            {"seed", subject.seed},
            {"fixed", subject.fixed},
            {"training", {split.train.rows, split.train.cols, split.train.nonzeros()}},
            {"validation", split.test.nonzeros()}};
}

Json json_of(const recsys::Trial& trial) {
    return {{"options", trial.options},
            {"value", trial.value ? Json(*trial.value) : Json(nullptr)},
            {"seconds", trial.seconds}};
}

recsys::Trial trial_of(const Json& line) {
    recsys::Trial trial;
    trial.options = line.at("options").get<std::map<std::string, std::string>>();
    if (!line.at("value").is_null()) trial.value = line.at("value").get<double>();
    trial.seconds = line.at("seconds").get<double>();
    return trial;
}

std::string line_of(const Json& object) {
    return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw InputError(path + ": " + std::strerror(errno));
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Gives the journal's trials to `search`; returns how many bytes of it are whole lines.
std::size_t take_up(const std::string& path, const Json& subject, recsys::OptionSearch& search) {
    const std::string content = content_of(path);
    std::size_t begin = 0;
    for (std::size_t number = 1;; ++number) {
        const std::size_t end = content.find('\n', begin);
        if (end == std::string::npos) return begin;
        try {
            const Json line = Json::parse(content.substr(begin, end - begin));
            if (number > 1) {
                search.add(trial_of(line));
            } else if (line != subject) {
                throw UsageError(path + " is the journal of another search: it is of " + line.dump() +
                                 ", and this of " + subject.dump());
            }
        } catch (const Json::exception&) {
            throw InputError(path, number, "found no line of a journal of trials");
        }
        begin = end + 1;
    }
}

}  // namespace

TuneJournal::TuneJournal(const std::string& path, const TuneSubject& subject, bool resume, recsys::OptionSearch& search)
    : path_(path) {
    if (path.empty()) {
        if (resume) throw UsageError("resume: there is no journal to go on from; name it");
        return;
    }
    const bool exists = std::filesystem::exists(path);
    if (exists && !resume) throw UsageError(path + " exists; resume it, or give another journal");
    const Json first = json_of(subject);
    const std::size_t whole = exists ? take_up(path, first, search) : 0;
    if (exists) std::filesystem::resize_file(path, whole);
    if (whole == 0) append(line_of(first));
}

void TuneJournal::add(const recsys::Trial& trial) const {
    if (!path_.empty()) append(line_of(json_of(trial)));
}

void TuneJournal::append(const std::string& line) const {
    errno = 0;
    std::ofstream file(path_, std::ios::binary | std::ios::app);
    file << line << '\n';
    file.close();
    if (!file) throw InputError(path_ + ": " + (errno != 0 ? std::strerror(errno) : "cannot be written"));
}

}  // namespace eckart::jobs
