#define _POSIX_C_SOURCE 200809L

#include "CSupport.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct support_flag {
  atomic_int value;
};

double support_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

support_flag *support_flag_create(void) {
  support_flag *flag = malloc(sizeof *flag);
  if (flag != NULL) atomic_init(&flag->value, 0);
  return flag;
}

void support_flag_destroy(support_flag *flag) { free(flag); }

void support_flag_set(support_flag *flag, int value) { atomic_store(&flag->value, value); }

int support_flag_get(const support_flag *flag) {
  return atomic_load_explicit(&((support_flag *)flag)->value, memory_order_relaxed);
}
