#ifndef CPAGES_H
#define CPAGES_H

#include <stddef.h>

// The files that reports and the live page are made of, held in the program. As arrays of a Swift source, which is how the
// package manager embeds resources, they take longer to compile than all else in their module.

struct page_part {
  const char *name;
  const unsigned char *bytes;
  size_t count;
};

/// The file of this name; its bytes are NULL where there is none.
struct page_part page_part_named(const char *name);

#endif
