// One or two distributions as bars to drag, each with sum 1; entropy, cross-entropy and KL follow in the browser.

const VIEWS = new WeakMap()

export default function (component) {
  const { parentElement, data, setStateValue } = component
  if (!VIEWS.has(parentElement)) VIEWS.set(parentElement, createView(parentElement.querySelector(".softmax")))
  const view = VIEWS.get(parentElement)
  view.accept(data, (rows) => setStateValue("state", { rows, revision: data.revision }))
  return () => {
    view.destroy()
    VIEWS.delete(parentElement)
  }
}

function createView(root) {
  let data, publish, revision, rows, parts, signature
  const commit = delayed(350, (value) => publish(value))
  const observer = new ResizeObserver(() => parts && render())

  function accept(incoming, send) {
    data = incoming
    publish = send
    // Python's state counts where it is new to this view; otherwise the reader may be ahead of it.
    if (revision !== data.revision) {
      revision = data.revision
      rows = data.rows.map((row) => [...row])
    }
    build()
    render()
    announce()
  }

  function change(next, { settle = true, now = false } = {}) {
    const count = rows[0].length
    rows = next
    if (rows[0].length !== count) build()
    render()
    if (settle) {
      parts.message.textContent = ""
      announce()
      commit(rows, now)
    }
  }

  function setProbability(row, k, value, options) {
    change(rows.map((old, index) => (index === row ? withProbability(old, k, clamp(value, 0, 1)) : old)), options)
  }

  function build() {
    const next = JSON.stringify([rows[0].length, data.words, data.names])
    if (next === signature) return
    signature = next
    const focus = root.getRootNode().activeElement?.dataset?.name
    root.replaceChildren()
    const toolbar = make("div", { class: "toolbar" }, root)
    const group = make("div", { class: "group", role: "group", "aria-label": data.words.presets }, toolbar)
    make("span", { text: data.words.presets, class: "muted" }, group)
    for (const [name, preset] of Object.entries(data.presets)) {
      const button = make("button", { type: "button", text: data.words[`preset_${name}`], "data-name": `preset-${name}` }, group)
      button.onclick = () => change(preset.map((row) => [...row]), { now: true })
    }
    parts = { rows: [] }
    if (data.resizable) buildSize(toolbar)
    const panels = make("div", { class: "panels" }, root)
    rows.forEach((_, row) => parts.rows.push(buildRow(panels, row)))
    parts.readouts = make("dl", { class: "readouts" }, root)
    for (const name of data.rows.length > 1 ? ["entropy", "cross_entropy", "kl"] : ["entropy"]) {
      const tile = make("div", {}, parts.readouts)
      make("dt", { text: data.words[name] }, tile)
      parts[name] = make("dd", { class: "forward-text", "data-name": name }, tile)
      make("dd", { class: "muted", text: data.words.unit }, tile)
    }
    parts.message = make("p", { class: "message", role: "status" }, root)
    parts.narration = make("p", { class: "narration", "aria-live": "polite" }, root)
    observer.disconnect()
    observer.observe(root)
    if (focus) root.querySelector(`[data-name="${focus}"]`)?.focus()
  }

  function buildSize(toolbar) {
    const group = make("div", { class: "group", role: "group", "aria-label": data.words.size }, toolbar)
    make("span", { text: data.words.size, class: "muted" }, group)
    const shrink = (row) => {
      const kept = row.slice(0, -1)
      const total = kept.reduce((sum, p) => sum + p, 0)
      return kept.map((p) => (total > 0 ? p / total : 1 / kept.length))
    }
    const grow = (row) => [...row.map((p) => (p * row.length) / (row.length + 1)), 1 / (row.length + 1)]
    for (const [name, label, act] of [["fewer", "−", shrink], ["more", "+", grow]]) {
      parts[name] = make("button", { type: "button", text: label, "aria-label": data.words[name], "data-name": name }, group)
      parts[name].onclick = () => change(rows.map(act), { now: true })
    }
  }

  function buildRow(panels, row) {
    const node = make("figure", { style: "flex: 1" }, panels)
    make("figcaption", { text: data.words[`row_${row}`] }, node)
    const picture = make("svg", { role: "group", "aria-label": data.words[`row_${row}`] }, node)
    const levels = [0, 0.5, 1].map((level) => ({ level, line: make("line", { class: "grid" }, picture), label: make("text", { "text-anchor": "end", class: "tick", text: String(level) }, picture) }))
    const table = make("table", { class: "probabilities" }, node)
    const line = make("tr", {}, table)
    const values = make("tr", { class: "logit" }, table)
    make("th", { scope: "row", text: "" }, line)
    make("th", { scope: "row", text: row ? "q" : "p" }, values)
    const cells = rows[row].map((_, k) => {
      make("td", { text: data.names[k] }, line)
      const label = fill(data.words.probability, { name: data.names[k] })
      const field = make("input", { type: "text", inputmode: "decimal", "data-name": `p${row}-${k}`, "aria-label": label }, make("td", {}, values))
      field.onchange = () => {
        const value = readProbability(field.value)
        const message = value === null ? fill(data.words.not_a_probability, { value: field.value.slice(0, 20) }) : ""
        if (value === null) render(true)
        else setProbability(row, k, value, { now: true })
        parts.message.textContent = message
      }
      return { field, ...buildBar(picture, row, k, label) }
    })
    return { picture, levels, cells }
  }

  function buildBar(picture, row, k, label) {
    const bar = make("g", { class: "bar", tabindex: 0, role: "slider", "aria-orientation": "vertical", "data-name": `bar${row}-${k}`, "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 1 }, picture)
    const hit = make("rect", { class: "hit" }, bar)
    const shape = make("rect", { class: "positive" }, bar)
    const grip = make("rect", { class: "grip", rx: 3 }, bar)
    const dragTo = (event) => {
      const box = picture.getBoundingClientRect()
      const share = (parts.place.bottom - (event.clientY - box.top)) / (parts.place.bottom - parts.place.top)
      setProbability(row, k, Number(clamp(share, 0, 1).toFixed(2)), { settle: false })
    }
    bar.onpointerdown = (event) => {
      if (event.button !== 0) return
      bar.setPointerCapture(event.pointerId)
      bar.focus({ preventScroll: true })
      commit.cancel()
      dragTo(event)
      bar.onpointermove = dragTo
      event.preventDefault()
    }
    bar.onpointerup = bar.onpointercancel = () => {
      if (!bar.onpointermove) return
      bar.onpointermove = null
      change(rows, { now: true })
    }
    bar.onkeydown = (event) => {
      const step = { ArrowUp: 0.01, ArrowRight: 0.01, ArrowDown: -0.01, ArrowLeft: -0.01, PageUp: 0.1, PageDown: -0.1 }[event.key]
      const end = { Home: 0, End: 1 }[event.key]
      if (step === undefined && end === undefined) return
      setProbability(row, k, end ?? Number((rows[row][k] + step).toFixed(4)))
      event.preventDefault()
      event.stopPropagation()
    }
    return { bar, hit, shape, grip, value: make("text", { "text-anchor": "middle" }, bar) }
  }

  function render(everything = false) {
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const height = parts.rows[0].picture.clientHeight
    parts.place = { top: 1.4 * unit, bottom: height - 0.4 * unit }
    const { top, bottom } = parts.place
    const y = (p) => bottom - p * (bottom - top)
    const active = root.getRootNode().activeElement
    parts.rows.forEach(({ picture, levels, cells }, row) => {
      const width = picture.clientWidth
      const left = 2.6 * unit
      const column = (width - left) / cells.length
      const half = Math.min(column * 0.34, 2.4 * unit)
      for (const { level, line, label } of levels) {
        put(line, { x1: left, x2: width, y1: y(level), y2: y(level) })
        put(label, { x: left - 6, y: y(level) + 0.3 * unit })
      }
      cells.forEach(({ field, bar, hit, shape, grip, value }, k) => {
        const p = rows[row][k]
        const middle = left + column * (k + 0.5)
        put(bar, { "aria-valuenow": p, "aria-valuetext": numberText(p) })
        put(hit, { x: left + column * k, width: column, y: top - unit, height: bottom - top + unit })
        put(shape, { x: middle - half, width: 2 * half, y: y(p), height: bottom - y(p) })
        put(grip, { x: middle - half * 0.7, width: half * 1.4, y: y(p) - 3, height: 6 })
        put(value, { x: middle, y: y(p) - 0.5 * unit, text: p === 0 ? "0" : p.toFixed(p < 0.1 ? 3 : 2) })
        put(field, { title: p })
        if ((everything || field !== active) && field.value !== numberText(p)) field.value = numberText(p)
      })
    })
    const [p, q] = rows
    const values = { entropy: crossEntropy(p, p, data.base), ...(q ? { cross_entropy: crossEntropy(p, q, data.base), kl: klDivergence(p, q, data.base) } : {}) }
    for (const [name, value] of Object.entries(values)) put(parts[name], { text: Number.isFinite(value) ? value.toFixed(4) : "∞", title: value })
    if (parts.fewer) {
      put(parts.fewer, { disabled: p.length <= 2 ? "" : null })
      put(parts.more, { disabled: p.length >= data.names.length ? "" : null })
    }
    parts.values = values
  }

  // Said once a change has settled: a screen reader must not hear every frame.
  function announce() {
    const { entropy, cross_entropy, kl } = parts.values
    const kind = rows.length === 1 ? "alone" : !Number.isFinite(kl) ? "impossible" : kl < 5e-5 ? "same" : "wrong"
    const shown = (value) => (value === undefined ? "" : value.toFixed(4))
    put(parts.narration, { text: fill(data.words[`narration_${kind}`], { entropy: shown(entropy), cross: shown(cross_entropy), kl: shown(kl) }) })
  }

  return {
    accept,
    destroy() {
      observer.disconnect()
      commit.cancel()
    },
  }
}
