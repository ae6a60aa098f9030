#include "report/run_info.h"

static RunField text_field(const char *key, const char *label, const char *text) {
    return (RunField){.key = key, .label = label, .kind = RUN_FIELD_TEXT, .text = text};
}

static RunField uint_field(const char *key, const char *label, uint64_t value) {
    return (RunField){.key = key, .label = label, .kind = RUN_FIELD_UINT, .uint = value};
}

static RunField real_field(const char *key, const char *label, double value) {
    return (RunField){.key = key, .label = label, .kind = RUN_FIELD_REAL, .real = value};
}

RunFields run_info_config_fields(const TrainConfig *config) {
    return (RunFields){
        .count = 5,
        .list = {uint_field("seed", "seed", config->seed),
                 uint_field("epochs", "epochs", config->epochs),
                 uint_field("batch", "batch size", config->batch_size),
                 real_field("lr", "learning rate", config->learning_rate),
                 text_field("loss", "loss", network_loss_name(config->loss))},
    };
}

RunFields run_info_environment_fields(const Environment *environment) {
    return (RunFields){
        .count = 8,
        .list = {text_field("program", "program", environment->program),
                 text_field("started", "started", environment->started),
                 text_field("blas", "BLAS library", environment->blas),
                 text_field("kernel", "BLAS kernel", environment->kernel),
                 text_field("zlib", "zlib", environment->zlib),
                 text_field("system", "system", environment->system),
                 uint_field("processors", "processors", environment->processors),
                 uint_field("threads", "threads", environment->threads)},
    };
}
