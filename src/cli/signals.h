// Signals that stop a run after the current batch.
#ifndef MNIST_TRAIN_CLI_SIGNALS_H
#define MNIST_TRAIN_CLI_SIGNALS_H

// Catches the first SIGINT, SIGTERM, SIGXCPU (the limit of processor time) and SIGHUP; a second
// signal of the same number has its default effect. SIGHUP stays ignored if it is ignored already,
// as under nohup.
void signals_catch(void);

// Returns the number of the last signal caught, or 0.
int signals_pending(void);

#endif
