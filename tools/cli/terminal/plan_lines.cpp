#include "tools/cli/terminal/plan_lines.h"

#include <fmt/format.h>

#include "tools/cli/terminal/json.h"

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;

Json index_fields(const jobs::Plan& plan) {
    Json fields;
    for (const jobs::NamedCount& size : plan.sizes) {
        fields[size.name] = size.count;
        if (size.name == "documents") fields["text_bytes"] = or_null(plan.text);
    }
    fields["memory"] = plan.memory;
    fields["memory_available"] = plan.memory_available;
    fields["disk"] = or_null(plan.disk);
    fields["seconds"] = or_null(plan.seconds);
    if (plan.sample) {
        fields["sampled_documents"] = plan.sample->documents;
        fields["sampled_fraction"] = plan.sample->fraction;
    }
    return fields;
}

Json fields_of(const jobs::Plan& plan) {
    if (plan.work == jobs::PlannedWork::index) return index_fields(plan);
    Json fields;
    fields[plan.work == jobs::PlannedWork::train ? "model" : "source"] = plan.subject;
    for (const jobs::NamedCount& size : plan.sizes) fields[size.name] = size.count;
    fields["memory"] = plan.memory;
    fields["memory_available"] = plan.memory_available;
    fields["seconds"] = or_null(plan.seconds);
    return fields;
}

/// "about 0.12 s", "about 34 s".
std::string about(double seconds) {
    return seconds < 10 ? fmt::format("about {:.2g} s", seconds) : fmt::format("about {:.0f} s", seconds);
}

void print_table(Output& out, const jobs::Plan& plan) {
    const bool index = plan.work == jobs::PlannedWork::index;
    Table table({"to " + std::string(name(plan.work)), index ? "about" : plan.subject});
    for (const jobs::NamedCount& size : plan.sizes) table.add({size.name, fmt::to_string(size.count)});
    if (plan.text) table.add({"text", readable_bytes(*plan.text)});
    table.add({"memory", readable_bytes(plan.memory) + " of " + readable_bytes(plan.memory_available) + " available"});
    if (plan.disk) table.add({"disk", readable_bytes(*plan.disk)});
    if (plan.seconds) table.add({"time", index ? fmt::format("{:.1f} s", *plan.seconds) : about(*plan.seconds)});
    table.print(out);
    if (!plan.sample) return;
    out.line(fmt::format("estimated by indexing the first {} documents, {:.3g}% of the text", plan.sample->documents,
                         100 * plan.sample->fraction));
}

}  // namespace

void print_plan(Session& session, const jobs::Plan& plan) {
    if (session.common.json) {
        session.out.object(fields_of(plan));
    } else {
        print_table(session.out, plan);
    }
    jobs::require_memory(plan, session.work());
}

}  // namespace eckart::tools
