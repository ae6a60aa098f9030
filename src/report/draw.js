// Drawing: the pixels of the canvas, the pen, and the display of the prediction.

const SIDE = 280;
const MARGIN = 13; // of the pen's centre: the border stays white, and each stroke is whole
const PEN_RADIUS = 10;
const KEY_STEP = 8;
const KEY_SMALL_STEP = 2;
const KEY_DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const byId = (id) => document.getElementById(id);
const clamp = (value, min, max) => Math.min(Math.max(value, min), max);

// Returns the distance of (x, y) from the line between two points.
function distance(x, y, from, to) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const square = dx * dx + dy * dy;
  const along = square > 0 ? clamp(((x - from.x) * dx + (y - from.y) * dy) / square, 0, 1) : 0;
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}

// Darkens the pixels near the line between two points. The canvas only shows these pixels: reading
// them back from it would be slow, and some browsers add noise to what they return.
function drawLine(image, from, to) {
  const first = (a, b) => Math.floor(Math.min(a, b) - PEN_RADIUS - 1);
  const end = (a, b) => Math.ceil(Math.max(a, b) + PEN_RADIUS + 1);
  for (let y = first(from.y, to.y); y < end(from.y, to.y); y++) {
    for (let x = first(from.x, to.x); x < end(from.x, to.x); x++) {
      const cover = clamp(PEN_RADIUS + 0.5 - distance(x + 0.5, y + 0.5, from, to), 0, 1);
      const value = Math.round(WHITE * (1 - cover));
      image.values[y * SIDE + x] = Math.min(image.values[y * SIDE + x], value);
    }
  }
}

// Shows grey levels on a canvas that has as many pixels.
function showPixels(canvas, values) {
  const image = new ImageData(canvas.width, canvas.height);
  for (let i = 0, next = 0; i < values.length; i++) {
    for (let channel = 0; channel < 3; channel++) image.data[next++] = values[i];
    image.data[next++] = WHITE;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function blankImage() {
  return { width: SIDE, height: SIDE, values: new Uint8Array(SIDE * SIDE).fill(WHITE) };
}

const pad = {
  image: blankImage(),
  pen: { x: SIDE / 2, y: SIDE / 2 },
  isDown: false, // by the keyboard
  pointer: null, // that draws
  isOutside: false, // the pointer has left the canvas: it draws no line to where it comes back
  isScheduled: false,
  parameters: readParameters(byId("draw-parameters").textContent),
};

function showPercent(probability) {
  return `${(100 * probability).toFixed(1)} %`;
}

function showBar(row, probability) {
  const number = row.querySelector("data");
  row.querySelector(".bar").style.width = `${100 * probability}%`;
  number.value = probability;
  number.textContent = showPercent(probability);
}

// Returns the text for a prediction, or for a canvas without a digit.
function describe(digit, row, probability) {
  if (digit) return `The network sees: ${row.cells[0].textContent} (${showPercent(probability)}).`;
  const isBlank = pad.image.values.every((value) => value === WHITE);
  return isBlank ? "The canvas is blank." : "The canvas is too full: clear it.";
}

// Predicts the digit on the canvas and shows it. Returns the text for the prediction.
function update() {
  const digit = normaliseDigit(pad.image);
  const probabilities = digit ? predict(pad.parameters, digit) : new Float64Array(CLASSES);
  const best = probabilities.indexOf(Math.max(...probabilities));
  const rows = [...byId("draw-bars").rows];
  showPixels(byId("draw-canvas"), pad.image.values);
  showPixels(byId("draw-input"), digit || new Uint8Array(PIXELS));
  rows.forEach((row, i) => {
    row.classList.toggle("best", digit !== null && i === best);
    showBar(row, probabilities[i]);
  });
  return describe(digit, rows[best], probabilities[best]);
}

// Updates once a frame, however many events there are.
function scheduleUpdate() {
  if (pad.isScheduled) return;
  pad.isScheduled = true;
  requestAnimationFrame(() => {
    pad.isScheduled = false;
    update();
  });
}

// The text is for the end of a stroke: screen readers speak it.
function announce() {
  byId("draw-result").textContent = update();
}

function movePen(point, draws) {
  const place = (value) => clamp(value, MARGIN, SIDE - MARGIN);
  const next = { x: place(point.x), y: place(point.y) };
  if (draws) drawLine(pad.image, pad.pen, next);
  pad.pen = next;
}

function moveByPointer(point) {
  const wasOutside = pad.isOutside;
  pad.isOutside = Math.min(point.x, point.y) < 0 || Math.max(point.x, point.y) > SIDE;
  if (pad.isOutside) return;
  if (wasOutside) movePen(point, false);
  movePen(point, true);
}

function pointOf(event) {
  const box = byId("draw-canvas").getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) / box.width) * SIDE,
    y: ((event.clientY - box.top) / box.height) * SIDE,
  };
}

function onPointerDown(event) {
  if (pad.pointer !== null || event.button !== 0) return;
  pad.pointer = event.pointerId;
  byId("draw-pen").hidden = true;
  pad.isOutside = true;
  moveByPointer(pointOf(event));
  scheduleUpdate();
}

function onPointerMove(event) {
  if (event.pointerId !== pad.pointer) return;
  const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  for (const each of events.length > 0 ? events : [event]) moveByPointer(pointOf(each));
  scheduleUpdate();
}

function onPointerUp(event) {
  if (event.pointerId !== pad.pointer) return;
  pad.pointer = null;
  announce();
}

function showPen() {
  const pen = byId("draw-pen");
  pen.hidden = false;
  pen.classList.toggle("down", pad.isDown);
  pen.style.left = `${(100 * pad.pen.x) / SIDE}%`;
  pen.style.top = `${(100 * pad.pen.y) / SIDE}%`;
}

function moveByKey(direction, step) {
  movePen({ x: pad.pen.x + direction[0] * step, y: pad.pen.y + direction[1] * step }, pad.isDown);
  if (pad.isDown) scheduleUpdate();
}

function togglePen() {
  pad.isDown = !pad.isDown;
  movePen(pad.pen, pad.isDown);
  byId("draw-keys").textContent = pad.isDown ? "The pen is down." : "The pen is up.";
  announce();
}

function clear() {
  pad.image = blankImage();
  pad.pen = { x: SIDE / 2, y: SIDE / 2 };
  pad.isDown = false;
  byId("draw-keys").textContent = "";
  byId("draw-pen").hidden = true;
  announce();
}

function onKeyDown(event) {
  const direction = KEY_DIRECTIONS[event.key];
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (direction) moveByKey(direction, event.shiftKey ? KEY_SMALL_STEP : KEY_STEP);
  else if (event.key === " " && !event.repeat) togglePen();
  else if (event.key === "Escape") clear();
  else if (event.key !== " ") return;
  if (event.key !== "Escape") showPen();
  event.preventDefault();
}

function start() {
  const canvas = byId("draw-canvas");
  canvas.addEventListener("pointerdown", onPointerDown);
  canvas.addEventListener("keydown", onKeyDown);
  window.addEventListener("pointermove", onPointerMove);
  window.addEventListener("pointerup", onPointerUp);
  window.addEventListener("pointercancel", onPointerUp);
  byId("draw-clear").addEventListener("click", clear);
  byId("draw").hidden = false;
  clear();
}

start();
