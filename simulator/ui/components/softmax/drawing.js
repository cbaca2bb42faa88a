// Draws a state of the softmax view: called for every frame of a drag, so it only sets what has changed.
// ``view`` holds data, state, range (ends of the logit axis), parts (the elements) and place (edges of the plots).

const ARROW_REM = 7 // length of a gradient of 1, in rem: stated in the legend, the same for every state

const POWER_REM = 5 // a column of the table that is narrower has no room for a power of ten

function drawView(view, everything) {
  const { parts, state } = view
  const now = examine(state.logits, state.temperature, state.target)
  const unit = rem()
  const height = Math.max(parts.logits.picture.clientHeight, 6 * unit) // before it has a place it has no height
  view.place = { top: 1.6 * unit, bottom: height - 0.6 * unit, margin: 2.6 * unit }
  renderBars(view, now, unit)
  renderProbabilities(view, now, unit, height)
  renderSweep(view, now, unit, height)
  renderNumbers(view, now, everything)
  put(parts.said, { text: narration(now, state, view.data.words) })
}

function renderBars(view, now, unit) {
  const { parts, range, state } = view
  const { top, bottom } = view.place
  const left = parts.table.head[0].offsetLeft
  const width = parts.logits.picture.clientWidth
  const column = Math.max(width - left, 0) / state.logits.length // a picture out of sight has no width
  const y = (value) => top + ((range[1] - value) / (range[1] - range[0])) * (bottom - top)
  const base = y(clamp(0, range[0], range[1]))
  view.place.narrow = view.data.fill && column < POWER_REM * unit
  drawAxis(view, y, left, width)
  put(parts.zero, { x1: left, x2: width, y1: base, y2: base })
  state.logits.forEach((logit, k) => {
    const nodes = parts.bars[k]
    const middle = left + column * (k + 0.42)
    const tip = y(clamp(logit, range[0], range[1]))
    const half = Math.min(column * 0.28, 2.4 * unit)
    put(nodes.bar, { "aria-valuenow": logit, "aria-valuetext": logitText(logit) })
    put(nodes.hit, { x: left + column * k, y: top - unit, width: column, height: bottom - top + 1.5 * unit })
    put(nodes.shape, { class: logit < 0 ? "negative" : "positive", x: middle - half, width: 2 * half, y: Math.min(tip, base), height: Math.abs(tip - base) })
    put(nodes.grip, { x: middle - half * 0.7, width: half * 1.4, y: tip - 0.19 * unit, height: 0.38 * unit })
    put(nodes.value, { x: middle, y: logit < 0 ? tip + 1.15 * unit : tip - 0.5 * unit, text: logitText(logit) })
    drawArrow(view, nodes, now.gradient[k], middle + half + Math.min(column * 0.14, 0.9 * unit), tip, unit)
  })
}

function drawArrow(view, nodes, gradient, x, from, unit) {
  const { top, bottom } = view.place
  const to = clamp(from - gradient * ARROW_REM * unit, top - unit, bottom + 0.5 * unit)
  const size = Math.min(0.55 * unit, Math.abs(to - from))
  const back = to + Math.sign(gradient) * size
  const cut = Math.abs(gradient * ARROW_REM * unit) > Math.abs(to - from) + 1
  const head = (tip) => `M${x},${tip} L${x - size * 0.6},${tip + (back - to)} L${x + size * 0.6},${tip + (back - to)} Z `
  put(nodes.arrow, { d: `M${x},${from} V${back}`, class: gradient < 0 ? "arrow dashed" : "arrow" })
  // Two heads: the arrow is longer than the picture.
  put(nodes.head, { d: size < 1 ? "" : head(to) + (cut ? head(back) : "") })
}

function drawAxis(view, y, left, width) {
  const { parts, range } = view
  const key = `${range}|${left}|${width}|${y(range[0])}`
  if (parts.axisKey === key) return
  parts.axisKey = key
  parts.axis.replaceChildren()
  for (const mark of ticks(range[0], range[1])) {
    make("line", { class: "grid", x1: left, x2: width, y1: y(mark), y2: y(mark) }, parts.axis)
    make("text", { class: "tick", "text-anchor": "end", x: left - 0.35 * rem(), y: y(mark) + 0.3 * rem(), text: String(mark).replace("-", "−") }, parts.axis)
  }
}

function renderProbabilities(view, now, unit, height) {
  const { data, parts, state } = view
  const width = parts.probabilities.picture.clientWidth
  const left = view.place.margin
  const low = height - 1.6 * unit
  const y = (p) => low - p * (low - view.place.top)
  for (const { level, line, label } of parts.levels) {
    put(line, { x1: left, x2: width, y1: y(level), y2: y(level) })
    put(label, { x: left - 0.35 * unit, y: y(level) + 0.3 * unit })
  }
  const column = Math.max(width - left, 0) / state.logits.length // a picture out of sight has no width
  const half = Math.min(column * 0.36, 2.4 * unit)
  now.probabilities.forEach((p, k) => {
    const nodes = parts.chances[k]
    const middle = left + column * (k + 0.5)
    put(nodes.target, { x: middle - half - 3, width: 2 * half + 6, y: y(1), height: low - y(1), visibility: k === state.target ? "visible" : "hidden" })
    put(nodes.shape, { x: middle - half, width: 2 * half, y: y(p), height: low - y(p) })
    const written = k === now.largest || (p >= 0.05 && column > 2.5 * unit)
    const text = !isCrowded(view) ? probabilityText(p) : written ? p.toFixed(2) : ""
    put(nodes.value, { x: middle, y: y(p) - 0.4 * unit, text })
    put(nodes.label, { x: middle, y: height - 0.4 * unit })
  })
  const equal = y(1 / state.logits.length)
  put(parts.uniform, { x1: left, x2: width, y1: equal, y2: equal })
  put(parts.probabilities.picture, { "aria-label": fill(data.words.alt_probabilities, { values: now.probabilities.map(probabilityText).join(", ") }) })
}

function renderSweep(view, now, unit, height) {
  const { data, parts, state } = view
  const width = parts.sweep.picture.clientWidth
  const { margin, top } = view.place
  const low = height - 1.6 * unit
  const right = width - 8
  const y = (p) => low - p * (low - top)
  const span = Math.log(data.limits.high / data.limits.low)
  const x = (temperature) => margin + (Math.log(temperature / data.limits.low) / span) * (right - margin)
  const temperatures = data.sweep
  const rows = sweep(state.logits, temperatures)
  for (const { level, line, label } of parts.sweep_levels) {
    put(line, { x1: margin, x2: right, y1: y(level), y2: y(level) })
    put(label, { x: margin - 0.35 * unit, y: y(level) + 0.3 * unit })
  }
  for (const { mark, line, label } of parts.sweep_marks) {
    put(line, { x1: x(mark), x2: x(mark), y1: top, y2: low })
    put(label, { x: x(mark), y: height - 0.4 * unit })
  }
  const xs = temperatures.map((temperature) => x(temperature).toFixed(1))
  parts.lines.forEach((line, k) => put(line, { d: "M" + rows.map((row, i) => `${xs[i]},${y(row[k]).toFixed(1)}`).join("L"), class: k === state.target ? "line aim" : "line" }))
  parts.symbols.forEach((symbol, k) => put(symbol, { d: symbolsOf(k, rows.length, rows[0].length, unit, (i) => [x(temperatures[i]), y(rows[i][k])]) }))
  parts.dots.forEach((dot, k) => put(dot, { d: symbolPath(k, x(state.temperature), y(now.probabilities[k]), 0.36 * unit) }))
  put(parts.now, { x1: x(state.temperature), x2: x(state.temperature), y1: top - 0.6 * unit, y2: low })
  put(parts.sweep.picture, { "aria-label": fill(data.words.alt_sweep, { temperature: numberText(state.temperature), largest: now.largest + 1 }) })
}

function renderNumbers(view, now, everything) {
  const { data, parts, state } = view
  const words = data.words
  const active = view.root.getRootNode().activeElement
  const write = (field, value) => (everything || field !== active || field.value === "") && field.value !== value && (field.value = value)
  const digits = data.fill && isCrowded(view) ? 2 : 3 // on the stage letters are large
  const short = isCrowded(view) || view.place.narrow
  state.logits.forEach((logit, k) => {
    write(parts.table.logit[k], logitText(logit))
    put(parts.table.probability[k], { text: isCrowded(view) ? crowdedText(now.probabilities[k], digits) : probabilityText(now.probabilities[k]), title: now.probabilities[k] })
    put(parts.table.gradient[k], { text: short ? crowdedText(now.gradient[k], digits) : gradientText(now.gradient[k]), title: now.gradient[k] })
    parts.table.target[k].checked = k === state.target
  })
  write(parts.temperature, String(state.temperature))
  const stop = String(stopOf(state.temperature, data.limits.high))
  if (parts.slider.value !== stop) parts.slider.value = stop
  put(parts.slider, { "aria-valuetext": `T = ${numberText(state.temperature)}` })
  put(parts.entropy, { text: numberText(now.entropy), title: now.entropy })
  put(parts.entropy_note, { text: fill(words.entropy_note, { most: numberText(Math.log(state.logits.length)) }) })
  put(parts.largest, { text: probabilityText(now.probabilities[now.largest]), title: now.probabilities[now.largest] })
  put(parts.largest_note, { text: fill(words.largest_note, { number: now.largest + 1 }) })
  put(parts.loss, { text: numberText(now.loss), title: now.loss })
  put(parts.loss_note, { text: `−ln ${probabilityText(now.probabilities[state.target])}` })
  const p = probabilityText(now.probabilities[state.target])
  put(parts.gradient, { text: numberText(now.gradient[state.target]), title: now.gradient[state.target] })
  put(parts.gradient_note, { text: `(p − t)/T = (${p} − 1)/${numberText(state.temperature)}` })
  if (!data.moves) return
  put(parts.fewer, { disabled: state.logits.length <= data.limits.fewest ? "" : null })
  put(parts.more, { disabled: state.logits.length >= data.limits.most ? "" : null })
}

function rem() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize)
}

// Beside its colour each class has a symbol (dashes mean negative numbers): corners around 0; none for a circle.
const SYMBOLS = [
  [],
  [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  [[0, -1.3], [1.2, 1], [-1.2, 1]],
  [[0, -1.4], [1.4, 0], [0, 1.4], [-1.4, 0]],
  [[0, 1.3], [1.2, -1], [-1.2, -1]],
  [[-0.45, -1.3], [0.45, -1.3], [0.45, -0.45], [1.3, -0.45], [1.3, 0.45], [0.45, 0.45], [0.45, 1.3], [-0.45, 1.3], [-0.45, 0.45], [-1.3, 0.45], [-1.3, -0.45], [-0.45, -0.45]],
  [[1.3, 0], [-1, 1.2], [-1, -1.2]],
  [[-1.3, 0], [1, 1.2], [1, -1.2]],
]
const SYMBOLS_OF_A_LINE = 5

function symbolPath(k, x, y, radius) {
  if (!SYMBOLS[k].length) return `M${x - radius},${y}a${radius},${radius} 0 1 0 ${2 * radius},0a${radius},${radius} 0 1 0 ${-2 * radius},0Z`
  return `M${SYMBOLS[k].map(([dx, dy]) => `${(x + dx * radius).toFixed(1)},${(y + dy * radius).toFixed(1)}`).join("L")}Z`
}

// The symbols of one class along its line, on no line where another one has its own.
function symbolsOf(k, count, classes, unit, place) {
  const at = Array.from({ length: SYMBOLS_OF_A_LINE }, (_, i) => Math.floor(((i + (k + 0.5) / classes) / SYMBOLS_OF_A_LINE) * (count - 1)))
  return at.map((index) => symbolPath(k, ...place(index), 0.24 * unit)).join("")
}

// Three decimals stand still while a bar moves; what is smaller is written as a power of ten.
function probabilityText(p) {
  return p >= 0.0005 || p === 0 ? p.toFixed(3) : numberText(p)
}

// With many classes there is no room for powers of ten; the exact value stands in the title.
function isCrowded(view) {
  return view.state.logits.length > 4
}

function crowdedText(value, digits) {
  return Math.abs(value) < 0.5 * 10 ** -digits && value !== 0 ? "≈0" : value.toFixed(digits).replace("-", "−")
}

// Logits are set to two decimals at most: all of them are shown, or 1000 and 1001 would look the same.
function logitText(logit) {
  return String(logit).replace("-", "−")
}

function gradientText(value) {
  return Math.abs(value) >= 0.0005 || value === 0 ? value.toFixed(3).replace("-", "−") : numberText(value)
}

// Whole numbers around the logits; 0 is on the axis unless the logits are far from it.
function axisRange(logits) {
  const low = Math.floor(Math.min(...logits)), high = Math.ceil(Math.max(...logits))
  if (low > 20 || high < -20) return [low - 3, high + 3]
  return [Math.min(low - 1, -4), Math.max(high + 1, 4)]
}
