#ifndef CFILESYSTEM_H
#define CFILESYSTEM_H

/// Exchanges two paths of one file system in one step. Returns 0, or -1 with errno set.
int lodestone_exchange(const char *first, const char *second);

#endif
