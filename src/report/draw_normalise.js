"use strict";
// A picture of a digit in MNIST's format: src/data/normalise.c and the modules that it uses, for the
// pictures that the canvas can have. On these,
// - the background is flat and white, and the border too: no component touches it;
// - no stroke is thinner than the pen: ruled_lines.c finds no lines, and there are no specks.
// The names are those of the C files. tests/test_report_draw.sh compares the results.

const WHITE = 255;
const MNIST_SIDE = 28;
const BOX_SIDE = 20;

// Image: {width, height, values}, with values from 0 (black) to 255, (height, width).
// Box: {left, top, right, bottom}, of which the last two are exclusive.

// Returns f of each grey level.
function levelTable(f) {
  return Uint8Array.from({ length: WHITE + 1 }, (_, level) => f(level));
}

// Returns an image with f of each value.
function mapLevels(image, f) {
  const { width, height } = image;
  const table = levelTable(f);
  const values = new Uint8Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = table[image.values[i]];
  return { width, height, values };
}

// ---- src/data/background.c

const FLAT_RANGE = 10; // grey levels
const FLAT_IMAGE = 0.4; // of the pixels

// Returns how often each grey level occurs.
function countLevels(values) {
  const histogram = new Uint32Array(WHITE + 1);
  for (let i = 0; i < values.length; i++) histogram[values[i]]++;
  return histogram;
}

// Returns whether the pixels without contrast are enough to be a flat background.
function isFlat(histogram, count) {
  const flat = histogram.slice(0, FLAT_RANGE + 1).reduce((a, b) => a + b);
  return flat >= FLAT_IMAGE * count;
}

// ---- src/data/threshold.c

const MIN_CONTRAST = 24;
const MAX_STEPS = 100;

function medianLevel(histogram, count) {
  let below = 0;
  let level = 0;
  while (level < WHITE && 2 * (below += histogram[level]) < count) level++;
  return level;
}

function medianDistance(histogram, count, centre) {
  const distances = new Uint32Array(WHITE + 1);
  histogram.forEach((number, level) => (distances[Math.abs(level - centre)] += number));
  return medianLevel(distances, count);
}

function meanLevel(histogram, first, last) {
  let count = 0;
  let sum = 0;
  for (let level = first; level <= last; level++) {
    count += histogram[level];
    sum += histogram[level] * level;
  }
  return count > 0 ? sum / count : last;
}

// Returns {background, strokes}: values above `strokes` belong to strokes.
function chooseThreshold(histogram, count) {
  const background = medianLevel(histogram, count);
  const noise = 9 * medianDistance(histogram, count, background);
  const floor = Math.min(background + Math.max(noise, MIN_CONTRAST), WHITE);
  let strokes = floor;
  for (let step = 0; step < MAX_STEPS && strokes < WHITE; step++) {
    const means = meanLevel(histogram, 0, strokes) + meanLevel(histogram, strokes + 1, WHITE);
    const next = Math.max(Math.floor(means / 2), floor);
    if (next === strokes) break;
    strokes = next;
  }
  return { background, strokes };
}

// ---- src/data/components.c

const EDGE_RADIUS = 2;

function extent(box) {
  return Math.max(box.right - box.left, box.bottom - box.top);
}

function union(a, b) {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

// Returns the width or height of the gap between two boxes, whichever is larger; 0 if they overlap.
function gap(a, b) {
  return Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom, 0);
}

// Labels the component of a pixel; its neighbours are those in the eight directions.
function fillComponent(mask, width, labels, start, label) {
  const box = { left: width, top: mask.length, right: 0, bottom: 0 };
  let area = 0;
  const stack = [start];
  labels[start] = label;
  while (stack.length > 0) {
    const pixel = stack.pop();
    const x = pixel % width;
    const y = (pixel - x) / width;
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y + 1);
    area++;
    for (let v = y - 1; v <= y + 1; v++) {
      for (let u = x - 1; u <= x + 1; u++) {
        const neighbour = v * width + u; // inside: the border is white
        if (mask[neighbour] === 0 || labels[neighbour] > 0) continue;
        labels[neighbour] = label;
        stack.push(neighbour);
      }
    }
  }
  return { box, area };
}

// Returns {labels, items}: labels are 0 outside, else the component's index plus 1.
function findComponents(mask, width) {
  const labels = new Uint32Array(mask.length);
  const items = [];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0 || labels[i] > 0) continue;
    items.push(fillComponent(mask, width, labels, i, items.length + 1));
  }
  return { labels, items };
}

function stepAt(image, x, y) {
  let lowest = WHITE;
  let highest = 0;
  for (let v = Math.max(y - EDGE_RADIUS, 0); v <= y + EDGE_RADIUS && v < image.height; v++) {
    for (let u = Math.max(x - EDGE_RADIUS, 0); u <= x + EDGE_RADIUS && u < image.width; u++) {
      const value = image.values[v * image.width + u];
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  }
  return highest > 0 ? Math.floor((WHITE * (highest - lowest)) / highest) : 0;
}

// Returns the mean step of the grey levels at the left and right edges of a component.
function sharpness(image, labels, label, box) {
  let sum = 0;
  let count = 0;
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      const i = y * image.width + x;
      if (labels[i] !== label || (labels[i - 1] !== 0 && labels[i + 1] !== 0)) continue;
      sum += stepAt(image, x, y);
      count++;
    }
  }
  return count > 0 ? sum / count : 0;
}

// ---- src/data/digit_cluster.c

const GAP_PERCENT = 16;
const SPECK_PERCENT = 4;
const SPECK_EXTENT = 9;
const SHARP_PERCENT = 60;
const SOLID_PERCENT = 40;
const CORNERS_PER_SIDE = 8;

// Returns whether a component has a pixel in a part of a corner of its box: right and bottom choose
// the corner.
function hasCorner(image, labels, label, box, right, bottom) {
  const reachX = Math.floor((box.right - box.left) / CORNERS_PER_SIDE) + 1;
  const reachY = Math.floor((box.bottom - box.top) / CORNERS_PER_SIDE) + 1;
  const left = right ? box.right - reachX : box.left;
  const top = bottom ? box.bottom - reachY : box.top;
  for (let y = top; y < top + reachY; y++) {
    for (let x = left; x < left + reachX; x++) {
      if (labels[y * image.width + x] === label) return true;
    }
  }
  return false;
}

// Returns whether a component surrounds the picture.
function isFrame(image, labels, item, label) {
  const width = item.box.right - item.box.left;
  const height = item.box.bottom - item.box.top;
  if (2 * width < image.width || 2 * height < image.height) return false;
  if (100 * item.area > SOLID_PERCENT * width * height) return false;
  return [0, 1, 2, 3].every((corner) =>
    hasCorner(image, labels, label, item.box, corner & 1, corner & 2)
  );
}

// Returns the item with the largest weight, or undefined.
function findLargest(items) {
  const weight = (item) => item.area * item.sharpness * item.sharpness;
  return items.reduce(
    (best, item) => (best && weight(item) <= weight(best) ? best : item),
    undefined
  );
}

function isSpeck(item, main) {
  return (
    100 * item.area < SPECK_PERCENT * main.area ||
    100 * extent(item.box) < SPECK_EXTENT * extent(main.box) ||
    100 * item.sharpness < SHARP_PERCENT * main.sharpness
  );
}

// Marks the items of the digit: the main one and those near it. Returns their box.
function growCluster(items, main) {
  let box = main.box;
  let hasGrown = true;
  main.isDigit = true;
  while (hasGrown) {
    hasGrown = false;
    for (const item of items) {
      if (item.isDigit || isSpeck(item, main)) continue;
      if (100 * gap(item.box, box) > GAP_PERCENT * extent(box)) continue;
      item.isDigit = hasGrown = true;
      box = union(box, item.box);
    }
  }
  return box;
}

// Marks the items of the digit and returns its box, or null if there is none.
function chooseCluster(image, components) {
  const { labels, items } = components;
  items.forEach((item, i) => (item.sharpness = sharpness(image, labels, i + 1, item.box)));
  const inner = items.filter((item, i) => !isFrame(image, labels, item, i + 1));
  const candidates = inner.length > 0 ? inner : items;
  const main = findLargest(candidates);
  return main ? growCluster(candidates, main) : null;
}

// ---- src/data/mnist_box.c

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

// Scales the grey levels so that the largest is 255.
function stretch(scaled) {
  const largest = Math.max(...scaled.values);
  if (largest === 0) return scaled;
  return { ...scaled, values: scaled.values.map((value) => value * (WHITE / largest)) };
}

// ---- src/data/normalise.c

// Calls f with the index of each pixel of the digit.
function forEachDigitPixel(width, components, box, f) {
  for (let y = box.top; y < box.bottom; y++) {
    for (let i = y * width + box.left; i < y * width + box.right; i++) {
      const label = components.labels[i];
      if (label > 0 && components.items[label - 1].isDigit) f(i);
    }
  }
}

function meanContrast(contrast, components, box) {
  let sum = 0;
  let count = 0;
  forEachDigitPixel(contrast.width, components, box, (i) => {
    sum += contrast.values[i];
    count++;
  });
  return sum / count;
}

// Returns the contrast of the digit and of its edges, with a mean of 255 in the strokes.
function isolateDigit(contrast, components, box, background) {
  const { width, height } = contrast;
  const range = Math.floor(meanContrast(contrast, components, box)) - background;
  const scaled = levelTable((level) =>
    Math.min(Math.floor((WHITE * Math.max(level - background, 0)) / range), WHITE)
  );
  const values = new Uint8Array(width * height);
  forEachDigitPixel(width, components, box, (i) => {
    for (const row of [i - width, i, i + width]) {
      for (let near = row - 1; near <= row + 1; near++)
        values[near] = scaled[contrast.values[near]];
    }
  });
  return { width, height, values };
}

// Returns the 28x28 pixels that the network sees, or null if the canvas is blank or too full.
function normaliseDigit(image) {
  const contrast = mapLevels(image, (level) => WHITE - level);
  const histogram = countLevels(contrast.values);
  if (!isFlat(histogram, contrast.values.length)) return null;
  const threshold = chooseThreshold(histogram, contrast.values.length);
  const mask = mapLevels(contrast, (level) => (level > threshold.strokes ? 1 : 0));
  const components = findComponents(mask.values, mask.width);
  const box = chooseCluster(image, components);
  if (!box) return null;
  const digit = isolateDigit(contrast, components, box, threshold.background);
  return centreByMass(stretch(scaleToBox(digit, box)));
}
