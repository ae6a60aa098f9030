#if defined(__linux__)
#define _GNU_SOURCE // sched_getaffinity
#endif
#include "team.h"

#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CACHE_LINE = 64 };

// Longer than threads of a training step wait for each other, far shorter than a turn that the
// system gives to another process.
static const long spin_nanoseconds = 50000;
static const long lost_turn_nanoseconds = 1000000;

typedef struct {
    Team *team;
    size_t number;
    pthread_t handle;
} Member;

struct Team {
    size_t threads;
    bool spins;     // there is a processor for each
    size_t started; // of the threads beside the caller's
    Member *members;
    TeamWork *work; // NULL: the team is over
    void *context;
    pthread_mutex_t mutex; // for who sleeps
    pthread_cond_t over;
    // Each in a cache line of its own, or who spins would hold up who arrives.
    alignas(CACHE_LINE) atomic_size_t arrived;
    alignas(CACHE_LINE) atomic_size_t meetings; // that are over
    alignas(CACHE_LINE) atomic_size_t sleepers;
    atomic_size_t sleeps_until; // the meeting that one gives way at again
};

static long nanoseconds_since(const struct timespec *begun) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)(now.tv_sec - begun->tv_sec) * 1000000000L + (now.tv_nsec - begun->tv_nsec);
}

// Each thread has a processor: looks until the meeting is over or it has taken long.
static bool spin(Team *team, size_t meeting) {
    struct timespec begun;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    do {
        if (atomic_load_explicit(&team->meetings, memory_order_acquire) != meeting)
            return true;
    } while (nanoseconds_since(&begun) < spin_nanoseconds);
    return false;
}

// Threads share processors: gives way to the others, which costs less than to sleep; but not where
// other processes take the turn, and keep it for milliseconds.
static bool give_way(Team *team, size_t meeting) {
    struct timespec begun;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    while (meeting >= atomic_load_explicit(&team->sleeps_until, memory_order_relaxed)) {
        if (atomic_load_explicit(&team->meetings, memory_order_acquire) != meeting)
            return true;
        sched_yield();
        if (nanoseconds_since(&begun) > lost_turn_nanoseconds)
            atomic_store_explicit(&team->sleeps_until, meeting + 1000, memory_order_relaxed);
    }
    return false;
}

// A sleeper counts itself before it looks at the meetings, the last to arrive counts the meeting
// before it looks for sleepers: one of the two always sees the other.
static void sleep_until_over(Team *team, size_t meeting) {
    pthread_mutex_lock(&team->mutex);
    atomic_fetch_add(&team->sleepers, 1);
    while (atomic_load(&team->meetings) == meeting)
        pthread_cond_wait(&team->over, &team->mutex);
    atomic_fetch_sub(&team->sleepers, 1);
    pthread_mutex_unlock(&team->mutex);
}

void team_meet(Team *team) {
    if (team->threads == 1)
        return;
    size_t meeting = atomic_load_explicit(&team->meetings, memory_order_relaxed);
    if (atomic_fetch_add(&team->arrived, 1) + 1 < team->threads) {
        if (!(team->spins ? spin(team, meeting) : give_way(team, meeting)))
            sleep_until_over(team, meeting);
        return;
    }
    atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
    atomic_store(&team->meetings, meeting + 1);
    if (atomic_load(&team->sleepers) > 0) {
        pthread_mutex_lock(&team->mutex);
        pthread_cond_broadcast(&team->over);
        pthread_mutex_unlock(&team->mutex);
    }
}

static void *member_live(void *argument) {
    const Member *member = argument;
    Team *team = member->team;
    pthread_mutex_lock(&team->mutex); // until it is known how many have come
    pthread_mutex_unlock(&team->mutex);
    for (;;) {
        team_meet(team);
        if (!team->work)
            return NULL;
        team->work(team->context, member->number);
        team_meet(team);
    }
}

void team_run(Team *team, TeamWork *work, void *context) {
    team->work = work;
    team->context = context;
    team_meet(team);
    work(context, 0);
    team_meet(team);
}

static bool start_members(Team *team, Error *error) {
    for (size_t i = 0; i + 1 < team->threads; i++) {
        Member *member = &team->members[i];
        *member = (Member){.team = team, .number = i + 1};
        int problem = pthread_create(&member->handle, NULL, member_live, member);
        if (problem)
            return error_set(error, "team: expected %zu threads, found: %s", team->threads,
                             strerror(problem));
        team->started++;
    }
    return true;
}

Team *team_create(size_t threads, Error *error) {
    Team *team = aligned_alloc(CACHE_LINE, sizeof *team);
    Member *members = calloc(threads, sizeof *members);
    if (!team || !members) {
        free(team);
        free(members);
        error_set(error, "team: expected memory for %zu threads, found less", threads);
        return NULL;
    }
    memset(team, 0, sizeof *team);
    team->threads = threads;
    team->members = members;
    team->spins = threads <= team_processors();
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->over, NULL);
    pthread_mutex_lock(&team->mutex);
    bool complete = start_members(team, error);
    team->threads = team->started + 1;
    pthread_mutex_unlock(&team->mutex);
    if (complete)
        return team;
    team_destroy(team);
    return NULL;
}

void team_destroy(Team *team) {
    if (!team)
        return;
    team->work = NULL;
    team_meet(team);
    for (size_t i = 0; i < team->started; i++)
        pthread_join(team->members[i].handle, NULL);
    pthread_cond_destroy(&team->over);
    pthread_mutex_destroy(&team->mutex);
    free(team->members);
    free(team);
}

size_t team_threads(const Team *team) {
    return team->threads;
}

size_t team_processors(void) {
#if defined(__linux__)
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        return (size_t)CPU_COUNT(&allowed);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}
