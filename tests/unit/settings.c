#include "train/settings.h"
#include "base/number.h"
#include "support/test.h"

#include <float.h>
#include <math.h>

static TrainConfig unusual_config(void) {
    return (TrainConfig){
        .epochs = 7,
        .batch_size = 50,
        .learning_rate = 0.1 + 0.2, // 0.30000000000000004
        .seed = UINT64_MAX,
        .loss = LOSS_LOGITS,
        .transforms = {2, {{TRANSFORM_HFLIP, 0.25}, {TRANSFORM_ROTATE, 1.0 / 3.0}}},
        .is_reproducible = true,
        .tests_every_epoch = true,
    };
}

TEST(every_setting_reads_back_what_it_writes) {
    const TrainConfig config = unusual_config();
    TrainConfig read;
    settings_set_defaults(&read);
    for (size_t i = 0; i < SETTINGS; i++) {
        char text[SETTING_TEXT], again[SETTING_TEXT];
        Error error;
        const char *written = setting_format(&settings[i], &config, text);
        assert_string_not_equal(written, setting_format(&settings[i], &read, again));
        assert_true(setting_parse(&settings[i], "name", written, &read, &error));
        assert_string_equal(written, setting_format(&settings[i], &read, again));
    }
    assert_int_equal(read.epochs, 7);
    assert_int_equal(read.batch_size, 50);
    assert_true(read.learning_rate == config.learning_rate);
    assert_true(read.seed == UINT64_MAX);
    assert_int_equal(read.loss, LOSS_LOGITS);
    assert_true(read.is_reproducible && read.tests_every_epoch);
    assert_int_equal(read.transforms.count, 2);
    assert_int_equal(read.transforms.list[1].kind, TRANSFORM_ROTATE);
    assert_true(read.transforms.list[1].parameter == 1.0 / 3.0);
}

TEST(other_texts_are_rejected_with_the_name) {
    static const char *const rejected[][3] = {
        {"epochs", "1000001", "x: expected a whole number from 0 to 1000000, found '1000001'"},
        {"batch", "0", "x: expected a whole number from 1 to 65536, found '0'"},
        {"batch", " 1", "x: expected a whole number from 1 to 65536, found ' 1'"},
        {"lr", "-0.1", "x: expected a number of at least 0, found '-0.1'"},
        {"lr", "nan", "x: expected a number of at least 0, found 'nan'"},
        {"seed", "-9223372036854775809", "x: expected a whole number from -9223372036854775808"},
        {"seed", "--1", "x: expected a whole number from -9223372036854775808"},
        {"loss", "mse", "x: expected tutorial|logits, found 'mse'"},
        {"reproducible", "yes", "x: expected true or false, found 'yes'"},
        {"transforms", "RandomRotation(361)", "x: expected transforms, found"},
        {"transforms", "RandomRotation(1),RandomVerticalFlip(1)", "x: expected transforms"},
        {"transforms", "RandomRotation(1), RandomRotation(2)", "x: expected transforms"},
        {"transforms", "RandomRotation(1", "x: expected transforms"},
        {"transforms", "RandomCrop(1)", "x: expected transforms"},
    };
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        TrainConfig config;
        Error error = {{0}};
        assert_false(
            setting_parse(setting_find(rejected[i][0]), "x", rejected[i][1], &config, &error));
        text_after(error.text, rejected[i][2]);
    }
}

TEST(numbers_have_the_fewest_digits_that_read_back_the_same) {
    static const struct {
        double number;
        const char *text;
    } numbers[] = {{0.9691, "0.9691"},
                   {0.001, "0.001"},
                   {0.1 + 0.2, "0.30000000000000004"},
                   {1e22, "1e+22"},
                   {DBL_MAX, "1.7976931348623157e+308"},
                   {0.0, "0"},
                   {100000.0, "100000"}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char text[NUMBER_TEXT];
        assert_string_equal(number_format(numbers[i].number, text), numbers[i].text);
    }
}
