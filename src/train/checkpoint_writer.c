#include "train/checkpoint_writer.h"

#include "base/memory.h"
#include "base/thread.h"
#include "train/checkpoint.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct CheckpointWriter {
    const char *path;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_pending; // the state is not yet written
    bool is_ending;
    bool has_failed;
    Error error;
    DatasetId train;
    DatasetId test;
    TrainState state;
};

static void *write_checkpoints(void *argument) {
    CheckpointWriter *writer = argument;
    pthread_mutex_lock(&writer->mutex);
    for (;;) {
        while (!writer->is_pending && !writer->is_ending)
            pthread_cond_wait(&writer->changed, &writer->mutex);
        if (!writer->is_pending)
            break;
        pthread_mutex_unlock(&writer->mutex);
        bool saved = checkpoint_save(writer->path, &writer->state, &writer->error);
        pthread_mutex_lock(&writer->mutex);
        writer->has_failed = writer->has_failed || !saved;
        writer->is_pending = false;
        pthread_cond_signal(&writer->changed);
    }
    pthread_mutex_unlock(&writer->mutex);
    return NULL;
}

CheckpointWriter *checkpoint_writer_create(const char *path, const DatasetId *train,
                                           const DatasetId *test, Error *error) {
    CheckpointWriter *writer = memory_alloc(1, sizeof *writer, path, error);
    if (!writer)
        return NULL;
    writer->path = path;
    writer->train = *train;
    writer->test = *test;
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->changed, NULL);
    int problem = thread_start(&writer->thread, write_checkpoints, writer);
    if (problem) {
        error_set(error, "%s: cannot start a thread to write it: %s", path, strerror(problem));
        free(writer);
        return NULL;
    }
    return writer;
}

// Returns false and sets *error if a write failed. The mutex is locked.
static bool wait_until_written(CheckpointWriter *writer, Error *error) {
    while (writer->is_pending)
        pthread_cond_wait(&writer->changed, &writer->mutex);
    if (writer->has_failed)
        *error = writer->error;
    return !writer->has_failed;
}

bool checkpoint_writer_write(CheckpointWriter *writer, const Trainer *trainer, Error *error) {
    pthread_mutex_lock(&writer->mutex);
    bool written = wait_until_written(writer, error);
    if (written) {
        trainer_capture(trainer, &writer->state);
        writer->state.train = writer->train;
        writer->state.test = writer->test;
        writer->is_pending = true;
        pthread_cond_signal(&writer->changed);
    }
    pthread_mutex_unlock(&writer->mutex);
    return written;
}

bool checkpoint_writer_finish(CheckpointWriter *writer, Error *error) {
    pthread_mutex_lock(&writer->mutex);
    bool written = wait_until_written(writer, error);
    writer->is_ending = true;
    pthread_cond_signal(&writer->changed);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->changed);
    pthread_mutex_destroy(&writer->mutex);
    free(writer);
    return written;
}
