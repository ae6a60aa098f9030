"use strict";
// A picture of a digit in MNIST's format: src/data/normalise.c for dark strokes on white. All names
// and steps are those of the C file; tests/test_report_draw.sh compares the results.

const WHITE = 255;
const MNIST_SIDE = 28;
const BOX_SIDE = 20;
const STROKE_THRESHOLD = WHITE >> 3;

// Image: {width, height, values}, with values from 0 (black) to 255, (height, width).

function borderMean(image) {
  const { width, height, values } = image;
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : width - 1;
    for (let x = 0; x < width; x += step) {
      sum += values[y * width + x];
      count++;
    }
  }
  return Math.floor((sum + (count >> 1)) / count);
}

// The intensity of the strokes: 0 for background, 255 for the greatest possible contrast.
function strokesOf(image) {
  const background = borderMean(image);
  const isInverted = background > WHITE >> 1;
  const range = isInverted ? background : WHITE - background;
  const intensity = new Uint8Array(WHITE + 1);
  for (let value = 0; value <= WHITE; value++) {
    const contrast = isInverted ? background - value : value - background;
    if (contrast > STROKE_THRESHOLD) intensity[value] = Math.floor((contrast * WHITE) / range);
  }
  return {
    width: image.width,
    height: image.height,
    values: image.values.map((v) => intensity[v]),
  };
}

// Returns {left, top, right, bottom}, the last two exclusive, or null if there are no strokes.
function boundingBox(strokes) {
  const { width, height, values } = strokes;
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] === 0) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
      box.top = Math.min(box.top, y);
      box.bottom = y + 1;
    }
  }
  return box.bottom > 0 ? box : null;
}

// Returns the mean intensity in a rectangle. The weight of a pixel is the part of its area inside.
function meanStroke(strokes, left, top, right, bottom) {
  let sum = 0;
  for (let y = Math.floor(top); y < bottom; y++) {
    const height = Math.min(y + 1, bottom) - Math.max(y, top);
    for (let x = Math.floor(left); x < right; x++) {
      const width = Math.min(x + 1, right) - Math.max(x, left);
      if (x < strokes.width && y < strokes.height)
        sum += width * height * strokes.values[y * strokes.width + x];
    }
  }
  return sum / ((right - left) * (bottom - top));
}

// Scales the box to BOX_SIDE, with its aspect ratio kept.
function scaleToBox(strokes, box) {
  const boxWidth = box.right - box.left;
  const boxHeight = box.bottom - box.top;
  const factor = Math.max(boxWidth, boxHeight) / BOX_SIDE;
  const width = Math.max(1, Math.round(boxWidth / factor));
  const height = Math.max(1, Math.round(boxHeight / factor));
  const stepX = boxWidth / width;
  const stepY = boxHeight / height;
  const values = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const left = box.left + x * stepX;
      const top = box.top + y * stepY;
      values[y * width + x] = meanStroke(strokes, left, top, left + stepX, top + stepY);
    }
  }
  return { width, height, values };
}

// Returns the offset that moves the centre of mass to the middle, limited so that all pixels fit.
function centreOffset(centreOfMass, length) {
  const offset = Math.round(MNIST_SIDE / 2 - centreOfMass);
  return Math.min(Math.max(offset, 0), MNIST_SIDE - length);
}

function centreByMass(scaled) {
  const { width, height, values } = scaled;
  let mass = 0;
  let xMass = 0;
  let yMass = 0;
  for (let i = 0; i < values.length; i++) {
    mass += values[i];
    xMass += values[i] * ((i % width) + 0.5);
    yMass += values[i] * (Math.floor(i / width) + 0.5);
  }
  const left = centreOffset(xMass / mass, width);
  const top = centreOffset(yMass / mass, height);
  const digit = new Uint8Array(MNIST_SIDE * MNIST_SIDE);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      digit[(top + y) * MNIST_SIDE + left + x] = Math.round(Math.min(values[y * width + x], WHITE));
  }
  return digit;
}

// Returns the 28x28 pixels that the network sees, or null if no digit is visible.
function normaliseDigit(image) {
  const strokes = strokesOf(image);
  const box = boundingBox(strokes);
  if (!box) return null;
  const digit = centreByMass(scaleToBox(strokes, box));
  return digit.some((value) => value > 0) ? digit : null;
}
