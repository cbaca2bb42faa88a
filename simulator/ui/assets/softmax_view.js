// Logits as bars to drag; probabilities, temperature sweep and gradient follow in the browser, frame by frame.

const VIEWS = new WeakMap()

export default function (component) {
  const { parentElement, data, setStateValue } = component
  if (!VIEWS.has(parentElement)) VIEWS.set(parentElement, createView(parentElement.querySelector(".softmax")))
  const view = VIEWS.get(parentElement)
  view.accept(data, (state) => setStateValue("state", { state, revision: data.revision }))
  return () => {
    view.destroy()
    VIEWS.delete(parentElement)
  }
}

const ARROW_REM = 7 // length of a gradient of 1, in rem: stated in the legend, the same for every state

function createView(root) {
  let data, publish, revision, state, range, parts, signature
  const commit = delayed(350, (value) => publish(value))
  const observer = new ResizeObserver(() => parts && render())

  function accept(incoming, send) {
    data = incoming
    publish = send
    // Python's state counts where it is new to this view; otherwise the reader may be ahead of it.
    if (revision !== data.revision) {
      revision = data.revision
      state = { logits: [...data.state.logits], temperature: data.state.temperature, target: data.state.target }
      range = axisRange(state.logits)
    }
    build()
    render()
    announce()
  }

  function change(next, { settle = true, now = false } = {}) {
    const count = state.logits.length
    state = { ...state, ...next }
    state.target = Math.min(state.target, state.logits.length - 1)
    if (settle) range = axisRange(state.logits)
    if (state.logits.length !== count) build()
    render()
    if (settle) {
      announce()
      commit(state, now)
    }
  }

  function setLogit(index, value, options) {
    const bounded = clamp(Number(value.toFixed(2)), -data.limits.logit, data.limits.logit)
    change({ logits: state.logits.map((logit, k) => (k === index ? bounded : logit)) }, options)
  }

  function setTemperature(value, options) {
    change({ temperature: clamp(value, data.limits.low, data.limits.high) }, options)
  }

  // ---- structure: once, and again where the number of classes or the language changes

  function build() {
    const next = JSON.stringify([state.logits.length, data.words, data.colours])
    if (next === signature) return
    signature = next
    const focus = root.getRootNode().activeElement?.dataset?.name
    root.replaceChildren()
    const words = data.words
    const toolbar = make("div", { class: "toolbar" }, root)
    const button = (words_, name, act, parent = toolbar) => {
      const node = make("button", { type: "button", text: words_, "data-name": name }, parent)
      node.onclick = act
      return node
    }
    const presets = make("div", { class: "group", role: "group", "aria-label": words.presets }, toolbar)
    make("span", { text: words.presets, class: "muted" }, presets)
    for (const [name, logits] of Object.entries(data.presets))
      button(words[`preset_${name}`], `preset-${name}`, () => change({ logits: [...logits] }, { now: true }), presets)
    const classes = make("div", { class: "group", role: "group", "aria-label": words.classes }, toolbar)
    make("span", { text: words.classes, class: "muted" }, classes)
    const fewer = button("−", "fewer", () => change({ logits: state.logits.slice(0, -1) }, { now: true }), classes)
    const more = button("+", "more", () => change({ logits: [...state.logits, 0] }, { now: true }), classes)
    put(fewer, { "aria-label": words.fewer })
    put(more, { "aria-label": words.more })
    const shift = make("div", { class: "group", role: "group", "aria-label": words.shift }, toolbar)
    make("span", { text: words.shift, class: "muted" }, shift)
    for (const by of [-10, -1, 1, 10])
      button(by < 0 ? `−${-by}` : `+${by}`, `shift${by}`, () => shiftAll(by), shift)

    const panels = make("div", { class: "panels" }, root)
    const figure = (name, parent) => {
      const node = make("figure", { class: name }, parent)
      make("figcaption", { text: words[`title_${name}`] }, node)
      const picture = make("svg", { role: name === "logits" ? "group" : "img" }, node)
      return { node, picture }
    }
    const logits = figure("logits", panels)
    const answer = make("div", { class: "answer" }, panels)
    const pair = make("div", { class: "panels" }, answer)
    parts = { fewer, more, logits, probabilities: figure("probabilities", pair), sweep: figure("sweep", pair) }
    parts.table = buildTable(parts.logits.node)
    buildLegend(parts.logits.node)
    buildTemperature(parts.sweep.node)
    parts.readouts = make("dl", { class: "readouts" }, answer)
    for (const name of ["entropy", "largest", "loss", "gradient"]) {
      const tile = make("div", {}, parts.readouts)
      make("dt", { text: words[name] }, tile)
      parts[name] = make("dd", { class: name === "gradient" ? "gradient-text" : "forward-text" }, tile)
      parts[`${name}_note`] = make("dd", { class: "muted" }, tile)
    }
    parts.message = make("p", { class: "message", role: "status" }, answer)
    parts.narration = make("p", { class: "narration", "aria-live": "polite" }, answer)
    drawBars()
    drawProbabilities()
    drawSweep()
    observer.disconnect()
    observer.observe(root)
    if (focus) root.querySelector(`[data-name="${focus}"]`)?.focus()
  }

  function shiftAll(by) {
    const largest = data.limits.logit
    if (state.logits.some((logit) => Math.abs(logit + by) > largest)) return
    change({ logits: state.logits.map((logit) => Number((logit + by).toFixed(2))) })
    parts.message.textContent = data.words.shifted
  }

  function buildTable(parent) {
    const words = data.words
    const table = make("table", {}, parent)
    make("caption", { text: words.table, class: "unseen" }, table)
    const row = (name, label, cell) => {
      const line = make("tr", { class: name }, table)
      make("th", { scope: "row", text: label }, line)
      return state.logits.map((_, k) => cell(make("td", {}, line), k))
    }
    const number = (k) => ({ number: k + 1 })
    return {
      head: row("head", words.class, (cell, k) => {
        const swatch = make("svg", { class: "swatch", "aria-hidden": "true" }, cell)
        make("line", { x1: 0, y1: 4, x2: 22, y2: 4, stroke: data.colours[k], "stroke-width": 3, "stroke-dasharray": DASHES[k] }, swatch)
        make("span", { text: String(k + 1) }, cell)
        return cell
      }),
      logit: row("logit", "z", (cell, k) => {
        const field = make("input", { type: "text", inputmode: "decimal", "data-name": `z${k}`, "aria-label": fill(words.logit, number(k)) }, cell)
        field.onchange = () => typed(field, (value) => setLogit(k, value, { now: true }), data.limits.logit)
        return field
      }),
      probability: row("probability", "p", (cell) => cell),
      target: row("target", words.target, (cell, k) => {
        const field = make("input", { type: "radio", name: "target", "data-name": `t${k}`, "aria-label": fill(words.choose_target, number(k)) }, cell)
        field.onchange = () => change({ target: k }, { now: true })
        return field
      }),
      gradient: row("gradient", "∂L/∂z", (cell) => cell),
    }
  }

  function typed(field, accept_) {
    const value = Number(field.value.trim().replace("−", "-").replace(",", "."))
    const good = field.value.trim() !== "" && Number.isFinite(value)
    parts.message.textContent = good ? "" : fill(data.words.not_a_number, { value: field.value.slice(0, 20) })
    if (good) accept_(value)
    render(true)
  }

  function buildLegend(parent) {
    const legend = make("div", { class: "legend muted" }, parent)
    const length = (ARROW_REM / 2) * rem()
    const arrow = make("svg", { width: length + 4, height: 14, "aria-hidden": "true" }, legend)
    make("path", { d: `M2,7 H${length - 8}`, class: "arrow" }, arrow)
    make("path", { d: `M${length - 9},1 L${length + 2},7 L${length - 9},13 Z`, class: "arrowhead" }, arrow)
    make("span", { text: data.words.legend }, legend)
  }

  function buildTemperature(parent) {
    const words = data.words
    const box = make("div", { class: "temperature" }, parent)
    const label = make("label", {}, box)
    make("span", { text: words.temperature }, label)
    parts.temperature = make("input", { type: "text", inputmode: "decimal", "data-name": "T", "aria-label": words.temperature }, label)
    parts.temperature.onchange = () => typed(parts.temperature, (value) => {
      if (value < data.limits.low || value > data.limits.high)
        parts.message.textContent = fill(words.temperature_range, { value: numberText(value) })
      setTemperature(value, { now: true })
    })
    const attributes = { type: "range", min: -TEMPERATURE_STOPS, max: TEMPERATURE_STOPS, step: 1, "data-name": "T-slider", "aria-label": words.temperature }
    parts.slider = make("input", attributes, box)
    parts.slider.oninput = () => setTemperature(temperatureAt(Number(parts.slider.value), data.limits.high), { settle: false })
    parts.slider.onchange = () => change({}, {})
    const ends = make("div", { class: "ends muted" }, box)
    for (const name of ["cold", "hot"]) make("span", { text: words[name] }, ends)
  }

  function drawBars() {
    const picture = parts.logits.picture
    put(picture, { "aria-label": data.words.title_logits })
    parts.axis = make("g", { "aria-hidden": "true" }, picture)
    parts.bars = state.logits.map((_, k) => {
      const bar = make("g", { class: "bar", tabindex: 0, role: "slider", "aria-orientation": "vertical", "data-name": `bar${k}`, "aria-label": fill(data.words.logit, { number: k + 1 }), "aria-valuemin": -data.limits.logit, "aria-valuemax": data.limits.logit }, picture)
      const nodes = { bar, hit: make("rect", { class: "hit" }, bar), shape: make("rect", {}, bar), grip: make("rect", { class: "grip", rx: 3 }, bar), value: make("text", { "text-anchor": "middle" }, bar), arrow: make("path", { class: "arrow" }, bar), head: make("path", { class: "arrowhead" }, bar) }
      bar.onpointerdown = (event) => {
        if (event.button !== 0) return
        bar.setPointerCapture(event.pointerId)
        bar.focus({ preventScroll: true })
        commit.cancel()
        dragTo(k, event)
        bar.onpointermove = (moved) => dragTo(k, moved)
        event.preventDefault()
      }
      bar.onpointerup = bar.onpointercancel = () => {
        if (!bar.onpointermove) return
        bar.onpointermove = null
        change({}, { now: true })
      }
      bar.onkeydown = (event) => {
        const step = { ArrowUp: 0.1, ArrowRight: 0.1, ArrowDown: -0.1, ArrowLeft: -0.1, PageUp: 1, PageDown: -1 }[event.key]
        const end = { Home: range[0], End: range[1] }[event.key]
        if (step === undefined && end === undefined) return
        setLogit(k, end ?? state.logits[k] + step * (event.shiftKey ? 0.1 : 1))
        event.preventDefault()
        event.stopPropagation()
      }
      return nodes
    })
    parts.zero = make("line", { class: "zero" }, picture)
  }

  function dragTo(k, event) {
    const box = parts.logits.picture.getBoundingClientRect()
    const place = parts.place
    const share = (event.clientY - box.top - place.top) / (place.bottom - place.top)
    setLogit(k, range[1] - clamp(share, 0, 1) * (range[1] - range[0]), { settle: false })
  }

  function drawProbabilities() {
    const picture = parts.probabilities.picture
    parts.levels = [0, 0.5, 1].map((level) => ({ level, line: make("line", { class: "grid" }, picture), label: make("text", { "text-anchor": "end", class: "tick", text: String(level) }, picture) }))
    parts.chances = state.logits.map((_, k) => ({
      target: make("rect", { class: "onehot" }, picture),
      shape: make("rect", { class: "positive" }, picture),
      value: make("text", { "text-anchor": "middle" }, picture),
      label: make("text", { "text-anchor": "middle", class: "tick", text: String(k + 1) }, picture),
    }))
    parts.uniform = make("line", { class: "uniform" }, picture)
  }

  function drawSweep() {
    const picture = parts.sweep.picture
    parts.sweep_levels = [0, 0.5, 1].map((level) => ({ level, line: make("line", { class: "grid" }, picture), label: make("text", { "text-anchor": "end", class: "tick", text: String(level) }, picture) }))
    parts.sweep_marks = [0.1, 1, 10].map((mark) => ({ mark, line: make("line", { class: "grid" }, picture), label: make("text", { "text-anchor": "middle", class: "tick", text: String(mark) }, picture) }))
    parts.lines = state.logits.map((_, k) => make("path", { class: "line", stroke: data.colours[k], "stroke-dasharray": DASHES[k] }, picture))
    parts.dots = state.logits.map((_, k) => make("circle", { r: 5, fill: data.colours[k] }, picture))
    parts.now = make("line", { class: "now" }, picture)
    picture.onpointerdown = (event) => {
      picture.setPointerCapture(event.pointerId)
      pointAt(event)
      picture.onpointermove = pointAt
      event.preventDefault()
    }
    picture.onpointerup = picture.onpointercancel = () => {
      if (!picture.onpointermove) return
      picture.onpointermove = null
      change({}, { now: true })
    }
  }

  function pointAt(event) {
    const box = parts.sweep.picture.getBoundingClientRect()
    const share = clamp((event.clientX - box.left - parts.place.margin) / (box.width - parts.place.margin - 8), 0, 1)
    setTemperature(temperatureAt(Math.round((2 * share - 1) * TEMPERATURE_STOPS), data.limits.high), { settle: false })
  }

  // ---- drawing: every frame

  function render(everything = false) {
    const now = examine(state.logits, state.temperature, state.target)
    const unit = rem()
    const height = parts.logits.picture.clientHeight
    parts.place = { top: 1.6 * unit, bottom: height - 0.6 * unit, margin: 2.6 * unit }
    renderBars(now, unit)
    renderProbabilities(now, unit, height)
    renderSweep(now, unit, height)
    renderNumbers(now, everything)
  }

  function renderBars(now, unit) {
    const { top, bottom } = parts.place
    const left = parts.table.head[0].offsetLeft
    const width = parts.logits.picture.clientWidth
    const column = (width - left) / state.logits.length
    const y = (value) => top + ((range[1] - value) / (range[1] - range[0])) * (bottom - top)
    const base = y(clamp(0, range[0], range[1]))
    drawAxis(y, left, width)
    put(parts.zero, { x1: left, x2: width, y1: base, y2: base })
    state.logits.forEach((logit, k) => {
      const nodes = parts.bars[k]
      const middle = left + column * (k + 0.42)
      const tip = y(clamp(logit, range[0], range[1]))
      const half = Math.min(column * 0.28, 2.4 * unit)
      put(nodes.bar, { "aria-valuenow": logit, "aria-valuetext": numberText(logit) })
      put(nodes.hit, { x: left + column * k, y: top - unit, width: column, height: bottom - top + 1.5 * unit })
      put(nodes.shape, { class: logit < 0 ? "negative" : "positive", x: middle - half, width: 2 * half, y: Math.min(tip, base), height: Math.abs(tip - base) })
      put(nodes.grip, { x: middle - half * 0.7, width: half * 1.4, y: tip - 3, height: 6 })
      put(nodes.value, { x: middle, y: logit < 0 ? tip + 1.15 * unit : tip - 0.5 * unit, text: data.exact ? String(logit) : numberText(logit) })
      drawArrow(nodes, now.gradient[k], middle + half + Math.min(column * 0.14, 0.9 * unit), tip, unit)
    })
  }

  function drawArrow(nodes, gradient, x, from, unit) {
    const { top, bottom } = parts.place
    const to = clamp(from - gradient * ARROW_REM * unit, top - unit, bottom + 0.5 * unit)
    const size = Math.min(0.55 * unit, Math.abs(to - from))
    const back = to + Math.sign(gradient) * size
    const cut = Math.abs(gradient * ARROW_REM * unit) > Math.abs(to - from) + 1
    const head = (tip) => `M${x},${tip} L${x - size * 0.6},${tip + (back - to)} L${x + size * 0.6},${tip + (back - to)} Z `
    put(nodes.arrow, { d: `M${x},${from} V${back}`, class: gradient < 0 ? "arrow dashed" : "arrow" })
    // Two heads: the arrow is longer than the picture.
    put(nodes.head, { d: size < 1 ? "" : head(to) + (cut ? head(back) : "") })
  }

  function drawAxis(y, left, width) {
    const key = `${range}|${left}|${width}|${y(range[0])}`
    if (parts.axisKey === key) return
    parts.axisKey = key
    parts.axis.replaceChildren()
    for (const mark of ticks(range[0], range[1])) {
      make("line", { class: "grid", x1: left, x2: width, y1: y(mark), y2: y(mark) }, parts.axis)
      make("text", { class: "tick", "text-anchor": "end", x: left - 6, y: y(mark) + 0.3 * rem(), text: String(mark).replace("-", "−") }, parts.axis)
    }
  }

  function renderProbabilities(now, unit, height) {
    const width = parts.probabilities.picture.clientWidth
    const left = parts.place.margin
    const low = height - 1.6 * unit
    const y = (p) => low - p * (low - parts.place.top)
    for (const { level, line, label } of parts.levels) {
      put(line, { x1: left, x2: width, y1: y(level), y2: y(level) })
      put(label, { x: left - 6, y: y(level) + 0.3 * unit })
    }
    const column = (width - left) / state.logits.length
    const half = Math.min(column * 0.36, 2.4 * unit)
    now.probabilities.forEach((p, k) => {
      const nodes = parts.chances[k]
      const middle = left + column * (k + 0.5)
      put(nodes.target, { x: middle - half - 3, width: 2 * half + 6, y: y(1), height: low - y(1), visibility: k === state.target ? "visible" : "hidden" })
      put(nodes.shape, { x: middle - half, width: 2 * half, y: y(p), height: low - y(p) })
      put(nodes.value, { x: middle, y: y(p) - 0.4 * unit, text: probabilityText(p) })
      put(nodes.label, { x: middle, y: height - 0.4 * unit })
    })
    const equal = y(1 / state.logits.length)
    put(parts.uniform, { x1: left, x2: width, y1: equal, y2: equal })
    put(parts.probabilities.picture, { "aria-label": fill(data.words.alt_probabilities, { values: now.probabilities.map(probabilityText).join(", ") }) })
  }

  function renderSweep(now, unit, height) {
    const width = parts.sweep.picture.clientWidth
    const { margin, top } = parts.place
    const low = height - 1.6 * unit
    const right = width - 8
    const y = (p) => low - p * (low - top)
    const span = Math.log(data.limits.high / data.limits.low)
    const x = (temperature) => margin + (Math.log(temperature / data.limits.low) / span) * (right - margin)
    const temperatures = data.sweep
    const rows = sweep(state.logits, temperatures)
    for (const { level, line, label } of parts.sweep_levels) {
      put(line, { x1: margin, x2: right, y1: y(level), y2: y(level) })
      put(label, { x: margin - 6, y: y(level) + 0.3 * unit })
    }
    for (const { mark, line, label } of parts.sweep_marks) {
      put(line, { x1: x(mark), x2: x(mark), y1: top, y2: low })
      put(label, { x: x(mark), y: height - 0.4 * unit })
    }
    const xs = temperatures.map((temperature) => x(temperature).toFixed(1))
    parts.lines.forEach((line, k) => put(line, { d: "M" + rows.map((row, i) => `${xs[i]},${y(row[k]).toFixed(1)}`).join("L"), "stroke-width": k === state.target ? 5 : 3 }))
    parts.dots.forEach((dot, k) => put(dot, { cx: x(state.temperature), cy: y(now.probabilities[k]) }))
    put(parts.now, { x1: x(state.temperature), x2: x(state.temperature), y1: top - 0.6 * unit, y2: low })
    put(parts.sweep.picture, { "aria-label": fill(data.words.alt_sweep, { temperature: numberText(state.temperature), largest: now.largest + 1 }) })
  }

  function renderNumbers(now, everything) {
    const words = data.words
    const active = root.getRootNode().activeElement
    const write = (field, value) => (everything || field !== active || field.value === "") && field.value !== value && (field.value = value)
    state.logits.forEach((logit, k) => {
      write(parts.table.logit[k], String(logit).replace("-", "−"))
      put(parts.table.probability[k], { text: probabilityText(now.probabilities[k]), title: now.probabilities[k] })
      put(parts.table.gradient[k], { text: gradientText(now.gradient[k]), title: now.gradient[k] })
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
    put(parts.fewer, { disabled: state.logits.length <= data.limits.fewest ? "" : null })
    put(parts.more, { disabled: state.logits.length >= data.limits.most ? "" : null })
  }

  // Said once a change has settled: a screen reader must not hear every frame.
  function announce() {
    const now = examine(state.logits, state.temperature, state.target)
    const largest = now.probabilities[now.largest]
    const equal = largest - Math.min(...now.probabilities) < 0.02
    const kind = equal ? "even" : largest > 0.98 ? "sure" : "between"
    const first = fill(data.words[`narration_${kind}`], { temperature: numberText(state.temperature), number: now.largest + 1, p: probabilityText(largest), entropy: numberText(now.entropy) })
    const second = now.largest === state.target ? "narration_right" : "narration_wrong"
    put(parts.narration, { text: `${first} ${fill(data.words[second], { target: state.target + 1, loss: numberText(now.loss) })}` })
    parts.message.textContent = ""
  }

  function rem() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize)
  }

  return {
    accept,
    destroy() {
      observer.disconnect()
      commit.cancel()
    },
  }
}

const DASHES = ["none", "9 4", "3 4", "12 4 3 4", "18 5", "6 3", "2 6", "14 3 2 3"]

// Three decimals stand still while a bar moves; what is smaller is written as a power of ten.
function probabilityText(p) {
  return p >= 0.0005 || p === 0 ? p.toFixed(3) : numberText(p)
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
