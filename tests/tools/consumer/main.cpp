// Succeeds if an installed Eckart can be found, compiled against, linked and used.
#include <engine/matrix/csr.h>
#include <engine/support/error.h>
#include <text/index.h>

int main() {
    const auto matrix = eckart::csr_from_entries(2, 2, {{0, 0, 3.0f}, {1, 1, 4.0f}});
    try {
        eckart::text::Index::open("no such index");
    } catch (const eckart::InputError&) {
        return eckart::squared_norm(matrix) == 25 ? 0 : 1;
    }
    return 2;
}
