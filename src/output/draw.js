"use strict";
// Draw a digit: the ink on the canvas, MNIST's box around it, the network, and the page.

const SIDE = 280; // of the canvas
const PEN = 10; // radius
const MARGIN = PEN + 1; // of the pen's centre: every stroke is whole
const WHITE = 255;
const MNIST_SIDE = 28;
const BOX_SIDE = 20; // of the digit in MNIST's images
const PIXELS = MNIST_SIDE * MNIST_SIDE;
const HIDDEN = 128;
const CLASSES = 10;

const byId = (id) => document.getElementById(id);
const clamp = (value, min, max) => Math.min(Math.max(value, min), max);
const range = (count, f) => Array.from({ length: count }, (_, i) => f(i));

// The ink is read from here, not from the canvas: some browsers add noise to what they return.
let ink; // (SIDE, SIDE), 0 to WHITE
let box; // of the strokes, or null
let pointer = null; // that draws
let pen = null; // the pointer's last place; null: outside, so that no line leads to where it comes back
let isScheduled = false;

// Draws a line between two points, as wide as the pen. Its edge is one pixel soft.
function drawLine(from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  const left = Math.min(from.x, to.x) - PEN;
  const top = Math.min(from.y, to.y) - PEN;
  const right = Math.max(from.x, to.x) + PEN;
  const bottom = Math.max(from.y, to.y) + PEN;
  for (let y = Math.floor(top - 1); y <= bottom; y++) {
    for (let x = Math.floor(left - 1); x <= right; x++) {
      const [u, v] = [x + 0.5 - from.x, y + 0.5 - from.y];
      const along = square > 0 ? clamp((u * dx + v * dy) / square, 0, 1) : 0;
      const cover = PEN + 0.5 - Math.hypot(u - along * dx, v - along * dy);
      const value = Math.round(WHITE * clamp(cover, 0, 1));
      ink[y * SIDE + x] = Math.max(ink[y * SIDE + x], value);
    }
  }
  box = {
    left: Math.min(box ? box.left : SIDE, Math.round(left)),
    top: Math.min(box ? box.top : SIDE, Math.round(top)),
    right: Math.max(box ? box.right : 0, Math.round(right)),
    bottom: Math.max(box ? box.bottom : 0, Math.round(bottom)),
  };
}

// Divides a part of a row or column of the canvas into equal cells. Returns the pixels of each cell
// and their shares of it.
function divide(start, length, count) {
  return range(count, (i) => {
    const from = start + (i * length) / count;
    const to = start + ((i + 1) * length) / count;
    const first = Math.floor(from);
    return range(Math.ceil(to) - first, (p) => {
      const part = Math.min(first + p + 1, to) - Math.max(first + p, from);
      return { pixel: first + p, share: part / (to - from) };
    });
  });
}

// Returns the offset that moves the centre of mass into pixel 14, limited so that all cells fit.
function centreOffset(values, count, place) {
  const mass = values.reduce((sum, value) => sum + value, 0);
  const moment = values.reduce((sum, value, i) => sum + value * (place(i) + 0.5), 0);
  return clamp(Math.ceil(MNIST_SIDE / 2 - moment / mass - 1e-6), 0, MNIST_SIDE - count);
}

// Returns the strokes as an image of MNIST: scaled to a box of 20x20 by the mean of each cell, and
// centred by mass in 28x28, as `--predict` does with a picture.
function mnistDigit() {
  const [boxWidth, boxHeight] = [box.right - box.left, box.bottom - box.top];
  const cell = Math.max(boxWidth, boxHeight) / BOX_SIDE;
  const width = Math.max(1, Math.round(boxWidth / cell));
  const height = Math.max(1, Math.round(boxHeight / cell));
  const columns = divide(box.left, boxWidth, width);
  const means = divide(box.top, boxHeight, height).flatMap((row) =>
    columns.map((column) => {
      let mean = 0;
      for (const y of row) {
        for (const x of column) mean += y.share * x.share * ink[y.pixel * SIDE + x.pixel];
      }
      return mean;
    })
  );
  const largest = Math.max(...means); // a stroke thinner than a cell would be faint
  const left = centreOffset(means, width, (i) => i % width);
  const top = centreOffset(means, height, (i) => Math.floor(i / width));
  const digit = new Uint8Array(PIXELS);
  means.forEach((mean, i) => {
    const place = (top + Math.floor(i / width)) * MNIST_SIDE + left + (i % width);
    digit[place] = Math.round((WHITE * mean) / largest);
  });
  return digit;
}

// The tensors of the network, float32 in base 64: (hidden, pixels), (hidden), (classes, hidden),
// (classes).
const parameters = (() => {
  const bytes = Uint8Array.from(atob(byId("draw-parameters").textContent), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let next = 0;
  const take = (count) => Float32Array.from(range(count, () => view.getFloat32(4 * next++, true)));
  return [HIDDEN * PIXELS, HIDDEN, CLASSES * HIDDEN, CLASSES].map(take);
})();

function linear(inputs, weight, bias) {
  return range(bias.length, (unit) =>
    inputs.reduce((sum, value, i) => sum + value * weight[unit * inputs.length + i], bias[unit])
  );
}

// Returns the probabilities of the ten digits.
function predict(digit) {
  const pixels = Array.from(digit, (value) => value / WHITE);
  const hidden = linear(pixels, parameters[0], parameters[1]).map((sum) => Math.max(sum, 0));
  const logits = linear(hidden, parameters[2], parameters[3]);
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

function showPixels(canvas, grey) {
  const image = new ImageData(canvas.width, canvas.height);
  grey.forEach((value, i) => image.data.set([value, value, value, WHITE], 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// Shows the canvas and the prediction, once a frame, however many events there are.
function scheduleUpdate() {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(update);
}

function update() {
  isScheduled = false;
  const digit = box ? mnistDigit() : new Uint8Array(PIXELS);
  const probabilities = box ? predict(digit) : new Array(CLASSES).fill(0);
  const best = probabilities.indexOf(Math.max(...probabilities));
  const percents = probabilities.map((probability) => `${(100 * probability).toFixed(1)} %`);
  const rows = [...byId("draw-bars").rows];
  showPixels(byId("draw-canvas"), ink.map((value) => WHITE - value));
  showPixels(byId("draw-input"), digit);
  rows.forEach((row, i) => {
    row.classList.toggle("best", box !== null && i === best);
    row.querySelector(".bar").style.width = `${100 * probabilities[i]}%`;
    row.cells[2].textContent = percents[i];
  });
  byId("draw-result").textContent = box
    ? `The network sees: ${rows[best].cells[0].textContent} (${percents[best]}).`
    : "The canvas is blank.";
}

function drawTo(event) {
  const canvas = byId("draw-canvas").getBoundingClientRect();
  const x = ((event.clientX - canvas.left) / canvas.width) * SIDE;
  const y = ((event.clientY - canvas.top) / canvas.height) * SIDE;
  const isInside = Math.min(x, y) >= 0 && Math.max(x, y) <= SIDE;
  const to = isInside ? { x: clamp(x, MARGIN, SIDE - MARGIN), y: clamp(y, MARGIN, SIDE - MARGIN) } : null;
  if (to) drawLine(pen || to, to);
  pen = to;
  scheduleUpdate();
}

function onPointerDown(event) {
  if (pointer !== null || event.button !== 0) return;
  pointer = event.pointerId;
  pen = null;
  drawTo(event);
}

function onPointerMove(event) {
  if (event.pointerId !== pointer) return;
  const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  (events.length > 0 ? events : [event]).forEach(drawTo);
}

function onPointerUp(event) {
  if (event.pointerId === pointer) pointer = null;
}

function clear() {
  ink = new Uint8Array(SIDE * SIDE);
  box = null;
  scheduleUpdate();
}

byId("draw-canvas").addEventListener("pointerdown", onPointerDown);
window.addEventListener("pointermove", onPointerMove);
window.addEventListener("pointerup", onPointerUp);
window.addEventListener("pointercancel", onPointerUp);
byId("draw-clear").addEventListener("click", clear);
byId("draw").hidden = false;
clear();
