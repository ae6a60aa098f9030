#include "train/checkpoint_writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct CheckpointWriter {
    const char *path;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool pending; // the checkpoint is to be written, or is being written
    bool ending;
    bool failed;
    Error error;
    Checkpoint checkpoint;
};

static void *write_checkpoints(void *argument) {
    CheckpointWriter *writer = argument;
    pthread_mutex_lock(&writer->mutex);
    for (;;) {
        while (!writer->pending && !writer->ending)
            pthread_cond_wait(&writer->changed, &writer->mutex);
        if (!writer->pending)
            break;
        pthread_mutex_unlock(&writer->mutex);
        bool saved = checkpoint_save(writer->path, &writer->checkpoint, &writer->error);
        pthread_mutex_lock(&writer->mutex);
        writer->failed = writer->failed || !saved;
        writer->pending = false;
        pthread_cond_signal(&writer->changed);
    }
    pthread_mutex_unlock(&writer->mutex);
    return NULL;
}

CheckpointWriter *checkpoint_writer_create(const char *path, Error *error) {
    CheckpointWriter *writer = calloc(1, sizeof *writer);
    if (!writer) {
        error_set(error, "%s: expected memory for a checkpoint, found less", path);
        return NULL;
    }
    writer->path = path;
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->changed, NULL);
    int problem = pthread_create(&writer->thread, NULL, write_checkpoints, writer);
    if (problem) {
        error_set(error, "%s: expected a thread to write it, found: %s", path, strerror(problem));
        free(writer);
        return NULL;
    }
    return writer;
}

// True: the last one is written. With the mutex locked.
static bool wait_until_written(CheckpointWriter *writer, Error *error) {
    while (writer->pending)
        pthread_cond_wait(&writer->changed, &writer->mutex);
    if (writer->failed)
        *error = writer->error;
    return !writer->failed;
}

bool checkpoint_writer_write(CheckpointWriter *writer, const Trainer *trainer,
                             const DatasetId *train, const DatasetId *test, Error *error) {
    pthread_mutex_lock(&writer->mutex);
    bool written = wait_until_written(writer, error);
    if (written) {
        checkpoint_capture(trainer, train, test, &writer->checkpoint);
        writer->pending = true;
        pthread_cond_signal(&writer->changed);
    }
    pthread_mutex_unlock(&writer->mutex);
    return written;
}

bool checkpoint_writer_finish(CheckpointWriter *writer, Error *error) {
    pthread_mutex_lock(&writer->mutex);
    bool written = wait_until_written(writer, error);
    writer->ending = true;
    pthread_cond_signal(&writer->changed);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->changed);
    pthread_mutex_destroy(&writer->mutex);
    free(writer);
    return written;
}
