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

function createView(root) {
  const view = { root }
  let publish, revision, signature
  const commit = delayed(350, (value) => publish(value))
  const observer = new ResizeObserver(() => view.parts && render())

  function accept(incoming, send) {
    view.data = incoming
    publish = send
    // Python's state counts where it is new to this view; otherwise the reader may be ahead of it.
    if (revision !== view.data.revision) {
      revision = view.data.revision
      view.state = { logits: [...view.data.state.logits], temperature: view.data.state.temperature, target: view.data.state.target }
      view.range = axisRange(view.state.logits)
    }
    build()
    render()
    announce()
  }

  function change(next, { settle = true, now = false } = {}) {
    const count = view.state.logits.length
    view.state = { ...view.state, ...next }
    view.state.target = Math.min(view.state.target, view.state.logits.length - 1)
    if (settle) view.range = axisRange(view.state.logits)
    if (view.state.logits.length !== count) build()
    render()
    if (settle) {
      view.parts.message.textContent = ""
      announce()
      commit(view.state, now)
    }
  }

  function setLogit(index, value, options) {
    const bounded = clamp(Number(value.toFixed(2)), -view.data.limits.logit, view.data.limits.logit)
    change({ logits: view.state.logits.map((logit, k) => (k === index ? bounded : logit)) }, options)
  }

  function setTemperature(value, options) {
    change({ temperature: clamp(value, view.data.limits.low, view.data.limits.high) }, options)
  }

  // ---- structure: once, and again where the number of classes or the language changes

  function build() {
    const next = JSON.stringify([view.state.logits.length, view.data.words, view.data.colours])
    if (next === signature) return
    signature = next
    const focus = root.getRootNode().activeElement?.dataset?.name
    root.replaceChildren()
    root.classList.toggle("many", view.state.logits.length > 4)
    const words = view.data.words
    const toolbar = make("div", { class: "toolbar" }, root)
    const button = (label, name, act, parent) => {
      const node = make("button", { type: "button", text: label, "data-name": name }, parent)
      node.onclick = act
      return node
    }
    const presets = make("div", { class: "group", role: "group", "aria-label": words.presets }, toolbar)
    make("span", { text: words.presets, class: "muted" }, presets)
    for (const [name, logits] of Object.entries(view.data.presets))
      button(words[`preset_${name}`], `preset-${name}`, () => change({ logits: [...logits] }, { now: true }), presets)
    const classes = make("div", { class: "group", role: "group", "aria-label": words.classes }, toolbar)
    make("span", { text: words.classes, class: "muted" }, classes)
    const fewer = button("−", "fewer", () => change({ logits: view.state.logits.slice(0, -1) }, { now: true }), classes)
    const more = button("+", "more", () => change({ logits: [...view.state.logits, 0] }, { now: true }), classes)
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
    view.parts = { fewer, more, logits, probabilities: figure("probabilities", pair), sweep: figure("sweep", pair) }
    view.parts.table = buildTable(view.parts.logits.node)
    buildLegend(view.parts.logits.node)
    buildTemperature(view.parts.sweep.node)
    view.parts.readouts = make("dl", { class: "readouts" }, answer)
    for (const name of ["entropy", "largest", "loss", "gradient"]) {
      const tile = make("div", {}, view.parts.readouts)
      make("dt", { text: words[name] }, tile)
      view.parts[name] = make("dd", { class: name === "gradient" ? "gradient-text" : "forward-text" }, tile)
      view.parts[`${name}_note`] = make("dd", { class: "muted" }, tile)
    }
    view.parts.message = make("p", { class: "message", role: "status" }, answer)
    view.parts.narration = make("p", { class: "narration", "aria-live": "polite" }, answer)
    drawBars()
    drawProbabilities()
    drawSweep()
    observer.disconnect()
    observer.observe(root)
    if (focus) root.querySelector(`[data-name="${focus}"]`)?.focus()
  }

  function shiftAll(by) {
    const largest = view.data.limits.logit
    if (view.state.logits.some((logit) => Math.abs(logit + by) > largest)) return
    change({ logits: view.state.logits.map((logit) => Number((logit + by).toFixed(2))) })
    view.parts.message.textContent = view.data.words.shifted
  }

  function buildTable(parent) {
    const words = view.data.words
    const table = make("table", {}, parent)
    make("caption", { text: words.table, class: "unseen" }, table)
    const row = (name, label, cell) => {
      const line = make("tr", { class: name }, table)
      make("th", { scope: "row", text: label }, line)
      return view.state.logits.map((_, k) => cell(make("td", {}, line), k))
    }
    const number = (k) => ({ number: k + 1 })
    return {
      head: row("head", words.class, (cell, k) => {
        const swatch = make("svg", { class: "swatch", "aria-hidden": "true" }, cell)
        make("line", { x1: 0, y1: 4, x2: 22, y2: 4, stroke: view.data.colours[k], "stroke-width": 3, "stroke-dasharray": DASHES[k] }, swatch)
        make("span", { text: String(k + 1) }, cell)
        return cell
      }),
      logit: row("logit", "z", (cell, k) => {
        const field = make("input", { type: "text", inputmode: "decimal", "data-name": `z${k}`, "aria-label": fill(words.logit, number(k)) }, cell)
        field.onchange = () => typed(field, (value) => setLogit(k, value, { now: true }))
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

  function typed(field, use) {
    const value = Number(field.value.trim().replace("−", "-").replace(",", "."))
    const good = field.value.trim() !== "" && Number.isFinite(value)
    const message = good ? use(value) : fill(view.data.words.not_a_number, { value: field.value.slice(0, 20) })
    view.parts.message.textContent = message ?? ""
    render(true)
  }

  function buildLegend(parent) {
    const legend = make("div", { class: "legend muted" }, parent)
    const length = (ARROW_REM / 2) * rem()
    const arrow = make("svg", { width: length + 4, height: 14, "aria-hidden": "true" }, legend)
    make("path", { d: `M2,7 H${length - 8}`, class: "arrow" }, arrow)
    make("path", { d: `M${length - 9},1 L${length + 2},7 L${length - 9},13 Z`, class: "arrowhead" }, arrow)
    make("span", { text: view.data.words.legend }, legend)
  }

  function buildTemperature(parent) {
    const words = view.data.words
    const box = make("div", { class: "temperature" }, parent)
    const label = make("label", {}, box)
    make("span", { text: words.temperature }, label)
    view.parts.temperature = make("input", { type: "text", inputmode: "decimal", "data-name": "T", "aria-label": words.temperature }, label)
    view.parts.temperature.onchange = () => typed(view.parts.temperature, (value) => {
      setTemperature(value, { now: true })
      if (view.state.temperature !== value) return fill(words.temperature_range, { value: numberText(value) })
    })
    const attributes = { type: "range", min: -TEMPERATURE_STOPS, max: TEMPERATURE_STOPS, step: 1, "data-name": "T-slider", "aria-label": words.temperature }
    view.parts.slider = make("input", attributes, box)
    view.parts.slider.oninput = () => setTemperature(temperatureAt(Number(view.parts.slider.value), view.data.limits.high), { settle: false })
    view.parts.slider.onchange = () => change({}, {})
    const ends = make("div", { class: "ends muted" }, box)
    for (const name of ["cold", "hot"]) make("span", { text: words[name] }, ends)
  }

  function drawBars() {
    const picture = view.parts.logits.picture
    put(picture, { "aria-label": view.data.words.title_logits })
    view.parts.axis = make("g", { "aria-hidden": "true" }, picture)
    view.parts.bars = view.state.logits.map((_, k) => {
      const bar = make("g", { class: "bar", tabindex: 0, role: "slider", "aria-orientation": "vertical", "data-name": `bar${k}`, "aria-label": fill(view.data.words.logit, { number: k + 1 }), "aria-valuemin": -view.data.limits.logit, "aria-valuemax": view.data.limits.logit }, picture)
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
        const end = { Home: view.range[0], End: view.range[1] }[event.key]
        if (step === undefined && end === undefined) return
        setLogit(k, end ?? view.state.logits[k] + step * (event.shiftKey ? 0.1 : 1))
        event.preventDefault()
        event.stopPropagation()
      }
      return nodes
    })
    view.parts.zero = make("line", { class: "zero" }, picture)
  }

  function dragTo(k, event) {
    const box = view.parts.logits.picture.getBoundingClientRect()
    const place = view.place
    const share = (event.clientY - box.top - place.top) / (place.bottom - place.top)
    setLogit(k, view.range[1] - clamp(share, 0, 1) * (view.range[1] - view.range[0]), { settle: false })
  }

  function drawProbabilities() {
    const picture = view.parts.probabilities.picture
    view.parts.levels = [0, 0.5, 1].map((level) => ({ level, line: make("line", { class: "grid" }, picture), label: make("text", { "text-anchor": "end", class: "tick", text: String(level) }, picture) }))
    view.parts.chances = view.state.logits.map((_, k) => ({
      target: make("rect", { class: "onehot" }, picture),
      shape: make("rect", { class: "positive" }, picture),
      value: make("text", { "text-anchor": "middle" }, picture),
      label: make("text", { "text-anchor": "middle", class: "tick", text: String(k + 1) }, picture),
    }))
    view.parts.uniform = make("line", { class: "uniform" }, picture)
  }

  function drawSweep() {
    const picture = view.parts.sweep.picture
    view.parts.sweep_levels = [0, 0.5, 1].map((level) => ({ level, line: make("line", { class: "grid" }, picture), label: make("text", { "text-anchor": "end", class: "tick", text: String(level) }, picture) }))
    view.parts.sweep_marks = [0.1, 1, 10].map((mark) => ({ mark, line: make("line", { class: "grid" }, picture), label: make("text", { "text-anchor": "middle", class: "tick", text: String(mark) }, picture) }))
    view.parts.lines = view.state.logits.map((_, k) => make("path", { class: "line", stroke: view.data.colours[k], "stroke-dasharray": DASHES[k] }, picture))
    view.parts.dots = view.state.logits.map((_, k) => make("circle", { r: 5, fill: view.data.colours[k] }, picture))
    view.parts.now = make("line", { class: "now" }, picture)
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
    const box = view.parts.sweep.picture.getBoundingClientRect()
    const share = clamp((event.clientX - box.left - view.place.margin) / (box.width - view.place.margin - 8), 0, 1)
    setTemperature(temperatureAt(Math.round((2 * share - 1) * TEMPERATURE_STOPS), view.data.limits.high), { settle: false })
  }

  // Said once a change has settled: a screen reader must not hear every frame.
  function announce() {
    const now = examine(view.state.logits, view.state.temperature, view.state.target)
    const largest = now.probabilities[now.largest]
    const equal = largest - Math.min(...now.probabilities) < 0.02
    const kind = equal ? "even" : largest > 0.98 ? "sure" : "between"
    const first = fill(view.data.words[`narration_${kind}`], { temperature: numberText(view.state.temperature), number: now.largest + 1, p: probabilityText(largest), entropy: numberText(now.entropy) })
    const second = now.largest === view.state.target ? "narration_right" : "narration_wrong"
    put(view.parts.narration, { text: `${first} ${fill(view.data.words[second], { target: view.state.target + 1, loss: numberText(now.loss) })}` })
  }

  function render(everything = false) {
    drawView(view, everything)
  }

  return {
    accept,
    destroy() {
      observer.disconnect()
      commit.cancel()
    },
  }
}
