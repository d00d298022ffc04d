#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

#include <stdint.h>

/// How many blocks of memory the process has asked for since it began, in all threads and libraries. A block that is
/// given another size counts again.
uint64_t lodestone_allocations(void);

#endif
