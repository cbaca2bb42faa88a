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
  const acts = {
    change,
    typed,
    set: setProbability,
    resize: (act) => change(rows.map(act), { now: true }),
    nudge: (row, k, step, end) => setProbability(row, k, end ?? Number((rows[row][k] + step).toFixed(4))),
    settle: () => change(rows, { now: true }),
    hold: () => commit.cancel(),
  }

  function accept(incoming, send) {
    data = incoming
    publish = send
    // Python's state counts where it is new to this view; otherwise the reader may be ahead of it.
    if (revision !== data.revision || !data.moves) {
      commit.cancel()
      revision = data.revision
      rows = data.rows.map((row) => [...row])
    }
    root.classList.toggle("fill", data.fill)
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

  function typed(row, k, written) {
    const value = readProbability(written)
    if (value !== null) return setProbability(row, k, value, { now: true })
    render(true)
    parts.message.textContent = fill(data.words.not_a_probability, { value: written.slice(0, 20) })
  }

  function build() {
    const next = JSON.stringify([rows[0].length, data.words, data.names, data.moves, data.measures])
    if (next === signature) return
    signature = next
    parts = buildDistribution(root, data, rows, acts)
    observer.disconnect()
    observer.observe(root)
  }

  function render(everything = false) {
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const active = root.getRootNode().activeElement
    parts.rows.forEach(({ picture, levels, cells }, row) => {
      const { top, bottom } = frameOf(picture)
      const y = (p) => bottom - p * (bottom - top)
      const width = picture.clientWidth
      const left = 2.6 * unit
      const column = Math.max(width - left, 0) / cells.length // a picture out of sight has no width
      const room = column / unit
      const half = Math.min(column * 0.34, 2.4 * unit)
      for (const { level, line, label } of levels) {
        put(line, { x1: left, x2: Math.max(width, left), y1: y(level), y2: y(level) })
        put(label, { x: left - 6, y: y(level) + 0.3 * unit })
      }
      cells.forEach(({ field, bar, hit, shape, grip, value }, k) => {
        const p = rows[row][k]
        const middle = left + column * (k + 0.5)
        put(bar, { "aria-valuenow": p, "aria-valuetext": numberText(p) })
        put(hit, { x: left + column * k, width: column, y: top - unit, height: Math.max(bottom - top + unit, 0) })
        put(shape, { x: middle - half, width: 2 * half, y: y(p), height: Math.max(bottom - y(p), 0) })
        put(grip, { x: middle - half * 0.7, width: half * 1.4, y: y(p) - 3, height: 6 })
        put(value, { x: middle, y: y(p) - 0.5 * unit, text: shortText(p, room) })
        put(field, { title: p })
        const written = fieldText(p, room)
        if ((everything || field !== active) && field.value !== written) field.value = written
      })
    })
    const values = measure(rows, data.base)
    for (const name of data.measures) {
      const value = values[name]
      put(parts[name], { text: Number.isFinite(value) ? value.toFixed(4) : "∞", title: value })
    }
    if (parts.fewer) {
      put(parts.fewer, { disabled: rows[0].length <= 2 ? "" : null })
      put(parts.more, { disabled: rows[0].length >= data.names.length ? "" : null })
    }
  }

  // Said once a change has settled: a screen reader must not hear every frame.
  function announce() {
    if (!parts.narration) return
    const { entropy, cross_entropy, kl } = measure(rows, data.base)
    const kind = !Number.isFinite(kl) ? "impossible" : kl < 5e-5 ? "same" : "wrong"
    const values = { entropy: entropy.toFixed(4), cross: cross_entropy.toFixed(4), kl: kl.toFixed(4) }
    put(parts.narration, { text: fill(data.words[`narration_${kind}`], values) })
  }

  return {
    accept,
    destroy() {
      observer.disconnect()
      commit.cancel()
    },
  }
}
