// The parts of a distribution's drawing: buttons, bars, fields. They are built once, and again where the number of
// outcomes or the language changes; what they do is `acts`, what they show is written by the view.

function buildDistribution(root, data, rows, acts) {
  const { words } = data
  const focus = root.getRootNode().activeElement?.dataset?.name
  root.replaceChildren()
  root.classList.toggle("many", rows.length * rows[0].length > 10)
  const parts = { rows: [] }
  if (data.moves) {
    const toolbar = make("div", { class: "toolbar" }, root)
    buildPresets(toolbar, data, acts)
    if (data.resizable) buildSize(toolbar, words, parts, acts)
  }
  const panels = make("div", { class: "panels" }, root)
  rows.forEach((shares, row) => parts.rows.push(buildRow(panels, data, shares, row, acts)))
  if (data.measures.length) {
    parts.readouts = make("dl", { class: "readouts" }, root)
    for (const name of data.measures) {
      const tile = make("div", {}, parts.readouts)
      make("dt", { text: words[name] }, tile)
      const line = make("dd", {}, tile)
      parts[name] = make("span", { class: "forward-text", "data-name": name }, line)
      make("span", { text: ` ${words.unit}`, class: "muted" }, line)
    }
  }
  parts.message = make("p", { class: "message", role: "status" }, root)
  if (data.measures.length) parts.narration = make("p", { class: "narration", "aria-live": "polite" }, root)
  if (focus) root.querySelector(`[data-name="${focus}"]`)?.focus()
  return parts
}

function buildPresets(toolbar, { words, presets }, acts) {
  const group = make("div", { class: "group", role: "group", "aria-label": words.presets }, toolbar)
  make("span", { text: words.presets, class: "muted" }, group)
  for (const [name, preset] of Object.entries(presets)) {
    const button = make("button", { type: "button", text: words[`preset_${name}`], "data-name": `preset-${name}` }, group)
    button.onclick = () => acts.change(preset.map((row) => [...row]), { now: true })
  }
}

function buildSize(toolbar, words, parts, acts) {
  const group = make("div", { class: "group", role: "group", "aria-label": words.size }, toolbar)
  make("span", { text: words.size, class: "muted" }, group)
  for (const [name, label, act] of [["fewer", "−", withoutLast], ["more", "+", withOneMore]]) {
    const hint = { fewer: words.fewer, more: words.more }[name]
    parts[name] = make("button", { type: "button", text: label, "aria-label": hint, "data-name": name }, group)
    parts[name].onclick = () => acts.resize(act)
  }
}

function buildRow(panels, data, shares, row, acts) {
  const { words, names, moves } = data
  const node = make("figure", {}, panels)
  if (data.rows.length > 1) make("figcaption", { text: words[`row_${row}`] }, node)
  const picture = make("svg", moves ? { role: "group", "aria-label": words[`row_${row}`] } : { role: "img", "aria-label": data.alt }, node)
  const levels = [0, 0.5, 1].map((level) => ({
    level,
    line: make("line", { class: "grid" }, picture),
    label: make("text", { "text-anchor": "end", class: "tick", text: String(level) }, picture),
  }))
  const table = make("table", { class: "probabilities" }, node)
  const line = make("tr", {}, table)
  const values = make("tr", { class: "logit" }, table)
  make("th", { scope: "row", text: "" }, line)
  make("th", { scope: "row", text: data.symbols[row] }, values)
  const cells = shares.map((_, k) => {
    make("td", { text: names[k] }, line)
    const label = fill(words.probability, { name: names[k] })
    const field = make("input", { type: "text", inputmode: "decimal", "data-name": `p${row}-${k}`, "aria-label": label }, make("td", {}, values))
    field.disabled = !moves
    field.onchange = () => acts.typed(row, k, field.value)
    return { field, ...buildBar(picture, row, k, label, moves ? acts : null) }
  })
  return { picture, levels, cells }
}

// Where the probabilities 1 and 0 lie in a drawing: there is room for a number above a full bar.
function frameOf(picture) {
  const unit = parseFloat(getComputedStyle(document.documentElement).fontSize)
  return { top: 1.4 * unit, bottom: picture.clientHeight - 0.4 * unit }
}

function buildBar(picture, row, k, label, acts) {
  const slider = { tabindex: 0, role: "slider", "aria-orientation": "vertical", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 1 }
  const bar = make("g", { class: "bar", "data-name": `bar${row}-${k}`, ...(acts ? slider : { "aria-disabled": "true" }) }, picture)
  const made = {
    bar,
    hit: make("rect", { class: "hit" }, bar),
    shape: make("rect", { class: "positive" }, bar),
    grip: make("rect", { class: "grip", rx: 3, ...(acts ? {} : { display: "none" }) }, bar),
    value: make("text", { "text-anchor": "middle" }, bar),
  }
  if (!acts) return made
  const dragTo = (event) => {
    const box = picture.getBoundingClientRect()
    const { top, bottom } = frameOf(picture)
    const share = (bottom - (event.clientY - box.top)) / (bottom - top)
    acts.set(row, k, Number(clamp(share, 0, 1).toFixed(2)), { settle: false })
  }
  bar.onpointerdown = (event) => {
    if (event.button !== 0) return
    bar.setPointerCapture(event.pointerId)
    bar.focus({ preventScroll: true })
    acts.hold()
    dragTo(event)
    bar.onpointermove = dragTo
    event.preventDefault()
  }
  bar.onpointerup = bar.onpointercancel = () => {
    if (!bar.onpointermove) return
    bar.onpointermove = null
    acts.settle()
  }
  bar.onkeydown = (event) => {
    const step = { ArrowUp: 0.01, ArrowRight: 0.01, ArrowDown: -0.01, ArrowLeft: -0.01, PageUp: 0.1, PageDown: -0.1 }[event.key]
    const end = { Home: 0, End: 1 }[event.key]
    if (step === undefined && end === undefined) return
    acts.nudge(row, k, step, end)
    event.preventDefault()
    event.stopPropagation()
  }
  return made
}
