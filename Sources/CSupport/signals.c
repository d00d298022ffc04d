#define _POSIX_C_SOURCE 200809L

#include "CSupport.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

// The flag that SIGINT and SIGTERM set, or NULL.
static _Atomic(support_flag *) heeded;

static void stop(int number) {
  support_flag *flag = atomic_load(&heeded);
  if (flag == NULL || support_flag_get(flag) != 0) _exit(128 + number);
  support_flag_set(flag, 1);
  static const char words[] = "\nstopping … (once more to end at once)\n";
  const int saved = errno;
  if (write(STDERR_FILENO, words, sizeof words - 1) < 0) errno = 0;
  errno = saved;
}

void support_heed_signals(support_flag *flag) {
  if (flag == NULL) return;
  atomic_store(&heeded, flag);
  struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART};
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGINT);
  sigaddset(&both, SIGTERM);
  action.sa_mask = both;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  // Whoever started this process may have had them blocked, which is inherited.
  pthread_sigmask(SIG_UNBLOCK, &both, NULL);
}
