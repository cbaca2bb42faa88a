// The elements of the softmax view, and what each of them does: ``acts`` are the changes that a reader can make.
// Where nothing can be moved (``data.moves`` is false) they only show.

function buildView(view, acts) {
  const { root, data } = view
  const { words } = data
  const { fewer, more } = data.moves ? buildToolbar(view, acts) : { fewer: null, more: null }
  const panels = make("div", { class: "panels" }, root)
  const figure = (name) => {
    const node = make("figure", { class: name }, panels)
    make("figcaption", { text: words[`title_${name}`] }, node)
    return { node, picture: make("svg", { role: name === "logits" ? "group" : "img" }, node) }
  }
  view.parts = { fewer, more, logits: figure("logits"), probabilities: figure("probabilities"), sweep: figure("sweep") }
  const { parts } = view
  parts.table = buildTable(view, acts, panels)
  buildTemperature(view, acts, panels)
  parts.readouts = make("dl", { class: "readouts" }, panels)
  for (const name of ["entropy", "largest", "loss", "gradient"]) {
    const tile = make("div", {}, parts.readouts)
    make("dt", { text: words[name] }, tile)
    parts[name] = make("dd", { class: name === "gradient" ? "gradient-text" : "forward-text" }, tile)
    parts[`${name}_note`] = make("dd", { class: "muted" }, tile)
  }
  buildLegend(view, panels)
  make("p", { class: "key muted", text: words.legend_probabilities }, panels)
  parts.message = make("p", { class: "message", role: "status" }, root)
  parts.said = make("p", { class: "said", "aria-hidden": "true" }, root)
  parts.narration = make("p", { class: "narration unseen", "aria-live": "polite" }, root)
  buildBars(view, acts)
  buildProbabilities(view)
  buildSweep(view, acts)
}

function buildToolbar(view, acts) {
  const { words, presets } = view.data
  const toolbar = make("div", { class: "toolbar" }, view.root)
  const group = (label, name) => {
    const node = make("div", { class: `group ${name}`, role: "group", "aria-label": label }, toolbar)
    make("span", { text: label, class: "muted" }, node)
    return node
  }
  const button = (label, name, act, parent) => {
    const node = make("button", { type: "button", text: label, "data-name": name }, parent)
    node.onclick = act
    return node
  }
  const starts = group(words.presets, "presets")
  for (const [name, logits] of Object.entries(presets))
    button(words[`preset_${name}`], `preset-${name}`, () => acts.change({ logits: [...logits] }, { now: true }), starts)
  const classes = group(words.classes, "classes")
  const fewer = button("−", "fewer", () => acts.change({ logits: view.state.logits.slice(0, -1) }, { now: true }), classes)
  const more = button("+", "more", () => acts.change({ logits: [...view.state.logits, 0] }, { now: true }), classes)
  put(fewer, { "aria-label": words.fewer })
  put(more, { "aria-label": words.more })
  const shift = group(words.shift, "shift")
  for (const by of [-10, -1, 1, 10]) button(by < 0 ? `−${-by}` : `+${by}`, `shift${by}`, () => acts.shiftAll(by), shift)
  return { fewer, more }
}

function buildTable(view, acts, parent) {
  const { words, colours, moves } = view.data
  const table = make("table", { "aria-label": words.table }, parent)
  const row = (name, label, cell) => {
    const line = make("tr", { class: name }, table)
    make("th", { scope: "row", text: label }, line)
    return view.state.logits.map((_, k) => cell(make("td", {}, line), k))
  }
  const number = (k) => ({ number: k + 1 })
  return {
    head: row("head", words.class, (cell, k) => {
      const swatch = make("svg", { class: "swatch", viewBox: "0 0 22 8", "aria-hidden": "true" }, cell)
      make("line", { x1: 0, y1: 4, x2: 22, y2: 4, stroke: colours[k], "stroke-width": 2 }, swatch)
      make("path", { d: symbolPath(k, 11, 4, 3), fill: colours[k] }, swatch)
      make("span", { text: String(k + 1) }, cell)
      return cell
    }),
    logit: row("logit", "z", (cell, k) => {
      const field = make("input", { type: "text", inputmode: "decimal", "data-name": `z${k}`, "aria-label": fill(words.logit, number(k)), disabled: moves ? null : "" }, cell)
      field.onchange = () => acts.typed(field, (value) => acts.setLogit(k, value, { now: true }))
      return field
    }),
    probability: row("probability", "p", (cell) => cell),
    target: row("target", words.target, (cell, k) => {
      const field = make("input", { type: "radio", name: "target", "data-name": `t${k}`, "aria-label": fill(words.choose_target, number(k)), disabled: moves ? null : "" }, cell)
      field.onchange = () => acts.change({ target: k }, { now: true })
      return field
    }),
    gradient: row("gradient", "∂L/∂z", (cell) => cell),
  }
}

function buildLegend(view, parent) {
  const legend = make("div", { class: "legend muted" }, parent)
  const length = (ARROW_REM / 2) * 16 // in sixteenths of a rem
  const arrow = make("svg", { class: "measure", viewBox: `0 0 ${length + 4} 14`, style: `width: ${(length + 4) / 16}rem`, "aria-hidden": "true" }, legend)
  make("path", { d: `M2,7 H${length - 8}`, class: "arrow" }, arrow)
  make("path", { d: `M${length - 9},1 L${length + 2},7 L${length - 9},13 Z`, class: "arrowhead" }, arrow)
  make("span", { text: view.data.words.legend }, legend)
}

function buildTemperature(view, acts, parent) {
  const { data, parts } = view
  const { words } = data
  const box = make("div", { class: "temperature" }, parent)
  const label = make("label", {}, box)
  make("span", { text: words.temperature }, label)
  const disabled = data.warms ? null : ""
  parts.temperature = make("input", { type: "text", inputmode: "decimal", "data-name": "T", "aria-label": words.temperature, disabled }, label)
  parts.temperature.onchange = () => acts.typed(parts.temperature, (value) => {
    acts.setTemperature(value, { now: true })
    if (view.state.temperature !== value) return fill(words.temperature_range, { value: numberText(value) })
  })
  const attributes = { type: "range", min: -TEMPERATURE_STOPS, max: TEMPERATURE_STOPS, step: 1, "data-name": "T-slider", "aria-label": words.temperature, disabled }
  parts.slider = make("input", attributes, box)
  parts.slider.oninput = () => acts.setTemperature(temperatureAt(Number(parts.slider.value), data.limits.high), { settle: false })
  parts.slider.onchange = () => acts.change({}, {})
  const ends = make("div", { class: "ends muted" }, box)
  for (const name of ["cold", "hot"]) make("span", { text: words[name] }, ends)
}

function buildBars(view, acts) {
  const { data, parts } = view
  const { picture } = parts.logits
  put(picture, { "aria-label": data.words.title_logits })
  parts.axis = make("g", { "aria-hidden": "true" }, picture)
  parts.bars = view.state.logits.map((_, k) => {
    const slider = { role: "slider", "aria-orientation": "vertical", "aria-label": fill(data.words.logit, { number: k + 1 }), "aria-valuemin": -data.limits.logit, "aria-valuemax": data.limits.logit }
    const bar = make("g", { class: "bar", "data-name": `bar${k}`, ...slider, ...(data.moves ? { tabindex: 0 } : { "aria-disabled": "true" }) }, picture)
    const nodes = { bar, hit: make("rect", { class: "hit" }, bar), shape: make("rect", {}, bar), grip: make("rect", { class: "grip", rx: 3 }, bar), value: make("text", { "text-anchor": "middle" }, bar), arrow: make("path", { class: "arrow" }, bar), head: make("path", { class: "arrowhead" }, bar) }
    if (data.moves) moveBar(view, acts, bar, k)
    return nodes
  })
  parts.zero = make("line", { class: "zero" }, picture)
}

function moveBar(view, acts, bar, k) {
  bar.onpointerdown = (event) => {
    if (event.button !== 0) return
    bar.setPointerCapture(event.pointerId)
    bar.focus({ preventScroll: true })
    acts.hold()
    dragBar(view, acts, k, event)
    bar.onpointermove = (moved) => dragBar(view, acts, k, moved)
    event.preventDefault()
  }
  bar.onpointerup = bar.onpointercancel = () => {
    if (!bar.onpointermove) return
    bar.onpointermove = null
    acts.change({}, { now: true })
  }
  bar.onkeydown = (event) => {
    const step = { ArrowUp: 0.1, ArrowRight: 0.1, ArrowDown: -0.1, ArrowLeft: -0.1, PageUp: 1, PageDown: -1 }[event.key]
    const end = { Home: view.range[0], End: view.range[1] }[event.key]
    if (step === undefined && end === undefined) return
    acts.setLogit(k, end ?? view.state.logits[k] + step * (event.shiftKey ? 0.1 : 1))
    event.preventDefault()
    event.stopPropagation()
  }
}

function dragBar(view, acts, k, event) {
  const box = view.parts.logits.picture.getBoundingClientRect()
  const { top, bottom } = view.place
  const share = clamp((event.clientY - box.top - top) / (bottom - top), 0, 1)
  acts.setLogit(k, view.range[1] - share * (view.range[1] - view.range[0]), { settle: false })
}

function buildLevels(picture) {
  return [0, 0.5, 1].map((level) => ({ level, line: make("line", { class: "grid" }, picture), label: make("text", { "text-anchor": "end", class: "tick", text: String(level) }, picture) }))
}

function buildProbabilities(view) {
  const { picture } = view.parts.probabilities
  view.parts.levels = buildLevels(picture)
  const bars = view.state.logits.map(() => ({ target: make("rect", { class: "onehot" }, picture), shape: make("rect", { class: "positive" }, picture) }))
  view.parts.uniform = make("line", { class: "uniform" }, picture)
  view.parts.chances = bars.map((bar, k) => ({
    ...bar,
    value: make("text", { "text-anchor": "middle", class: "value" }, picture),
    label: make("text", { "text-anchor": "middle", class: "tick", text: String(k + 1) }, picture),
  }))
}

function buildSweep(view, acts) {
  const { data, parts } = view
  const { picture } = parts.sweep
  parts.sweep_levels = buildLevels(picture)
  parts.sweep_marks = [0.1, 1, 10].map((mark) => ({ mark, line: make("line", { class: "grid" }, picture), label: make("text", { "text-anchor": "middle", class: "tick", text: String(mark) }, picture) }))
  parts.lines = view.state.logits.map((_, k) => make("path", { stroke: data.colours[k] }, picture))
  parts.symbols = view.state.logits.map((_, k) => make("path", { fill: data.colours[k] }, picture))
  parts.dots = view.state.logits.map((_, k) => make("path", { fill: data.colours[k] }, picture))
  parts.now = make("line", { class: "now" }, picture)
  if (!data.moves) return
  const pointAt = (event) => {
    const box = picture.getBoundingClientRect()
    const share = clamp((event.clientX - box.left - view.place.margin) / (box.width - view.place.margin - 8), 0, 1)
    acts.setTemperature(temperatureAt(Math.round((2 * share - 1) * TEMPERATURE_STOPS), data.limits.high), { settle: false })
  }
  picture.onpointerdown = (event) => {
    picture.setPointerCapture(event.pointerId)
    pointAt(event)
    picture.onpointermove = pointAt
    event.preventDefault()
  }
  picture.onpointerup = picture.onpointercancel = () => {
    if (!picture.onpointermove) return
    picture.onpointermove = null
    acts.change({}, { now: true })
  }
}
