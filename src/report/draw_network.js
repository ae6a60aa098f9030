// The network of include/nn/network.h: 784 pixels, 128 hidden units with ReLU, 10 classes.

const PIXELS = 784;
const HIDDEN = 128;
const CLASSES = 10;

// Returns the tensors of float32, little-endian, in base 64; d1Weight is (pixels, hidden), which is
// the transpose of the tensor on the page, because most pixels are zero.
function readParameters(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let next = 0;
  const take = (count) =>
    Float64Array.from({ length: count }, () => view.getFloat32(4 * next++, true));
  const weight = take(HIDDEN * PIXELS);
  return {
    d1Weight: weight.map((_, i) => weight[(i % HIDDEN) * PIXELS + Math.floor(i / HIDDEN)]),
    d1Bias: take(HIDDEN),
    d2Weight: take(CLASSES * HIDDEN), // (classes, hidden)
    d2Bias: take(CLASSES),
  };
}

function hiddenUnits(parameters, digit) {
  const hidden = parameters.d1Bias.slice();
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const value = digit[pixel] / WHITE;
    const row = pixel * HIDDEN;
    if (value === 0) continue;
    for (let unit = 0; unit < HIDDEN; unit++)
      hidden[unit] += value * parameters.d1Weight[row + unit];
  }
  return hidden.map((sum) => Math.max(sum, 0));
}

function softmax(logits) {
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((a, b) => a + b);
  return exponentials.map((value) => value / sum);
}

// Returns the probabilities of the ten digits.
function predict(parameters, digit) {
  const hidden = hiddenUnits(parameters, digit);
  const logits = parameters.d2Bias.map((bias, c) =>
    hidden.reduce((sum, value, unit) => sum + value * parameters.d2Weight[c * HIDDEN + unit], bias)
  );
  return softmax(logits);
}
