#include "report/tutorial.h"

const char tutorial_name[] = "AINewHorizon's introduction to PyTorch";
const char tutorial_address[] = "https://github.com/AINewHorizon/pytorch_notebooks";
const double tutorial_losses[TUTORIAL_EPOCHS] = {1.6167, 1.5299, 1.5143, 1.5059, 1.5003};
const double tutorial_accuracies[TUTORIAL_EPOCHS] = {86.02, 93.26, 94.69, 95.46, 95.98};
const double tutorial_test_accuracy = 96.32;
