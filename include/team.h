// Threads that do a piece of work together: each its share, with meetings where all wait for all.
// Who waits spins for some microseconds and then sleeps, so that a busy machine loses little.
#ifndef MNIST_TRAIN_TEAM_H
#define MNIST_TRAIN_TEAM_H

#include "error.h"

#include <stddef.h>

typedef struct Team Team;

typedef void TeamWork(void *context, size_t thread);

// A team of `threads`, of which the caller's is number 0. To be destroyed by the caller; or NULL
// and the error: memory or threads are short.
Team *team_create(size_t threads, Error *error);
void team_destroy(Team *team); // NULL is allowed

size_t team_threads(const Team *team);

// All threads do the work, the caller's among them; returns when all are done.
void team_run(Team *team, TeamWork *work, void *context);

// Within the work, to be called equally often by all threads: none goes on before all have come.
// What one wrote before, the others read behind it.
void team_meet(Team *team);

// How many processors this process may use (its affinity is respected).
size_t team_processors(void);

#endif
