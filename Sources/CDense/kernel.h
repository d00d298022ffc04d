// How kernels are compiled: for several instruction sets, chosen when the program starts.

#ifndef KERNEL_H
#define KERNEL_H

#include "CDense.h"

#if defined(__x86_64__) && defined(__linux__)
#define DENSE __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define DENSE
#endif

#endif
