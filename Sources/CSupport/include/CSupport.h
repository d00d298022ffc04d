// What every floor needs from the system: a monotonic clock, a cancellation flag that a signal handler may
// set, and a setting of the allocator.

#ifndef CSUPPORT_H
#define CSUPPORT_H

// Seconds of the monotonic clock.
double support_now(void);

// A flag that any thread or a signal handler may set: an atomic integer.
typedef struct support_flag support_flag;

// NULL where there is no memory.
support_flag *support_flag_create(void);
void support_flag_destroy(support_flag *flag);
// Async-signal-safe.
void support_flag_set(support_flag *flag, int value);
int support_flag_get(const support_flag *flag);

// From now on the first SIGINT or SIGTERM sets the flag and says on standard error that the process is
// stopping; the second ends the process with 128 + the signal's number. Needs no thread. Nothing is changed
// where the flag is NULL. The flag must live as long as the process.
void support_heed_signals(support_flag *flag);

// Makes the allocator of the whole process keep freed memory instead of returning it to the system.
void support_keep_freed_memory(void);

#endif
