// How kernels are compiled: for several instruction sets, chosen when the program starts. Sums run over lanes that are
// added in a fixed order and products are fused with sums, so that the two vector sets give the same to the bit; only
// processors without fused operations (before 2013) round differently.

#ifndef KERNEL_H
#define KERNEL_H

#include "CDense.h"

#if defined(__x86_64__) && defined(__linux__)
#define DENSE __attribute__((target_clones("avx512f", "arch=x86-64-v3", "default")))
#else
#define DENSE
#endif

#endif
