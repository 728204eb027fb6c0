#include "tools/cli/commands/all_commands.h"

namespace eckart::tools {

std::vector<Command> all_commands() {
    return {index_command(),   search_command(),  show_command(),     similar_command(), terms_command(),
            cluster_command(), assign_command(),  map_command(),      train_command(),   recommend_command(),
            ask_command(),     predict_command(), evaluate_command(), tune_command(),    info_command(),
            verify_command(),  plan_command(),    doctor_command(),   export_command(),  factorize_command(),
            encode_command(),  manual_command()};
}

}  // namespace eckart::tools
