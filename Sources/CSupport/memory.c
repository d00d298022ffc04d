#include "CSupport.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

void support_keep_freed_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 29);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}
