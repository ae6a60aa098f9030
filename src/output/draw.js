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
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KEY_STEP = 8;
const KEY_SMALL_STEP = 2;

const byId = (id) => document.getElementById(id);
const clamp = (value, min, max) => Math.min(Math.max(value, min), max);
const range = (count, f) => Array.from({ length: count }, (_, i) => f(i));

// The ink is read from here, not from the canvas: some browsers add noise to what they return.
let ink; // (SIDE, SIDE), 0 to WHITE
let box; // of the strokes, or null
let pen = { x: SIDE / 2, y: SIDE / 2 };
let isDown = false; // by the keyboard
let pointer = null; // that draws
let isOutside = false; // the pointer has left the canvas: it draws no line to where it comes back
let isScheduled = false;

// Draws a line from the pen to a point, as wide as the pen. The edge of a line is one pixel soft.
function drawLine(to) {
  const [dx, dy] = [to.x - pen.x, to.y - pen.y];
  const square = dx * dx + dy * dy;
  const left = Math.min(pen.x, to.x) - PEN;
  const top = Math.min(pen.y, to.y) - PEN;
  const right = Math.max(pen.x, to.x) + PEN;
  const bottom = Math.max(pen.y, to.y) + PEN;
  for (let y = Math.floor(top - 1); y <= bottom; y++) {
    for (let x = Math.floor(left - 1); x <= right; x++) {
      const [u, v] = [x + 0.5 - pen.x, y + 0.5 - pen.y];
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

// Shows the canvas and the prediction. Returns the prediction as text.
function update() {
  const digit = box ? mnistDigit() : new Uint8Array(PIXELS);
  const probabilities = box ? predict(digit) : new Array(CLASSES).fill(0);
  const best = probabilities.indexOf(Math.max(...probabilities));
  const percent = (i) => `${(100 * probabilities[i]).toFixed(1)} %`;
  const rows = [...byId("draw-bars").rows];
  showPixels(byId("draw-canvas"), ink.map((value) => WHITE - value));
  showPixels(byId("draw-input"), digit);
  rows.forEach((row, i) => {
    const number = row.querySelector("data");
    row.classList.toggle("best", box !== null && i === best);
    row.querySelector(".bar").style.width = `${100 * probabilities[i]}%`;
    number.value = probabilities[i];
    number.textContent = percent(i);
  });
  return box ? `The network sees: ${rows[best].cells[0].textContent} (${percent(best)}).` : "The canvas is blank.";
}

// Updates once a frame, however many events there are.
function scheduleUpdate() {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    update();
  });
}

// The text is for the end of a stroke: screen readers speak it.
function announce() {
  byId("draw-result").textContent = update();
}

function movePen(x, y, draws) {
  const to = { x: clamp(x, MARGIN, SIDE - MARGIN), y: clamp(y, MARGIN, SIDE - MARGIN) };
  if (draws) drawLine(to);
  pen = to;
}

function moveByPointer(event) {
  const canvas = byId("draw-canvas").getBoundingClientRect();
  const x = ((event.clientX - canvas.left) / canvas.width) * SIDE;
  const y = ((event.clientY - canvas.top) / canvas.height) * SIDE;
  const wasOutside = isOutside;
  isOutside = Math.min(x, y) < 0 || Math.max(x, y) > SIDE;
  if (isOutside) return;
  if (wasOutside) movePen(x, y, false);
  movePen(x, y, true);
  scheduleUpdate();
}

function onPointerDown(event) {
  if (pointer !== null || event.button !== 0) return;
  pointer = event.pointerId;
  byId("draw-pen").hidden = true;
  isOutside = true;
  moveByPointer(event);
}

function onPointerMove(event) {
  if (event.pointerId !== pointer) return;
  const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  (events.length > 0 ? events : [event]).forEach(moveByPointer);
}

function onPointerUp(event) {
  if (event.pointerId !== pointer) return;
  pointer = null;
  announce();
}

function clear() {
  ink = new Uint8Array(SIDE * SIDE);
  box = null;
  pen = { x: SIDE / 2, y: SIDE / 2 };
  isDown = false;
  byId("draw-keys").textContent = "";
  byId("draw-pen").hidden = true;
  announce();
}

function togglePen() {
  isDown = !isDown;
  movePen(pen.x, pen.y, isDown);
  byId("draw-keys").textContent = isDown ? "The pen is down." : "The pen is up.";
  announce();
}

function onKeyDown(event) {
  const direction = KEYS[event.key];
  const step = event.shiftKey ? KEY_SMALL_STEP : KEY_STEP;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (!direction && event.key !== " " && event.key !== "Escape") return;
  event.preventDefault();
  if (event.key === "Escape") return clear();
  if (direction) movePen(pen.x + step * direction[0], pen.y + step * direction[1], isDown);
  else if (!event.repeat) togglePen();
  if (isDown) scheduleUpdate();
  const mark = byId("draw-pen");
  mark.hidden = false;
  mark.classList.toggle("down", isDown);
  mark.style.left = `${(100 * pen.x) / SIDE}%`;
  mark.style.top = `${(100 * pen.y) / SIDE}%`;
}

byId("draw-canvas").addEventListener("pointerdown", onPointerDown);
byId("draw-canvas").addEventListener("keydown", onKeyDown);
window.addEventListener("pointermove", onPointerMove);
window.addEventListener("pointerup", onPointerUp);
window.addEventListener("pointercancel", onPointerUp);
byId("draw-clear").addEventListener("click", clear);
byId("draw").hidden = false;
clear();
