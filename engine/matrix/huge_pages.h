#pragma once

#include <cstddef>

namespace eckart {

/// Asks the system to back `bytes` bytes at `data` with huge pages, before they are first written. Products gather rows
/// of a panel from all over it, and with 4 kB pages each costs a miss of the address cache too: a tenth to a
/// quarter of the product. Only a hint: nothing depends on it.
void prefer_huge_pages(void* data, std::size_t bytes);

}  // namespace eckart
