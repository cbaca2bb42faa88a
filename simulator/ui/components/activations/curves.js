// Activation functions with their derivatives: one point moves along all of them, with the tangent. The point stands on
// the grid that Python sent, so every number shown is computed, never interpolated.
const VIEWS = new WeakMap()
const ROOM = { left: 58, right: 14, top: 10, bottom: 34 } // pixels at 1080p

export default function (component) {
  const { parentElement, data, setStateValue } = component
  if (!VIEWS.has(parentElement)) VIEWS.set(parentElement, createView(parentElement.querySelector(".curves")))
  const view = VIEWS.get(parentElement)
  view.accept(data, (z) => setStateValue("point", { z, revision: data.revision }))
  return () => {
    view.destroy()
    VIEWS.delete(parentElement)
  }
}

function createView(root) {
  let data, publish, revision, signature, index, range, readout, plots = []
  const commit = delayed(350, (z) => publish(z))
  const observer = new ResizeObserver(() => data && build(true))
  observer.observe(root)

  function accept(incoming, send) {
    publish = send
    const known = JSON.stringify({ ...incoming, z: null }) // the point is ours until a new revision: building ends a drag
    if (known === signature) return
    signature = known
    data = incoming
    if (revision !== data.revision) {
      revision = data.revision
      index = Math.round((data.z + data.reach) * data.per_unit)
    }
    build()
  }

  // On the stage the rows share the height that there is, less their captions and the slider.
  function rowHeight(size) {
    return Math.max(((root.clientHeight || innerHeight * 0.6) - 3 * size) / rows().length - 2.2 * size, 6 * size)
  }

  // A row for each function; on the stage, where it is wide and low, several functions stand side by side.
  function rows() {
    const kinds = ["value", "derivative"]
    if (data.fill && data.functions.length > 1) return kinds.map((kind) => data.functions.map((entry) => [entry, kind]))
    return data.functions.map((entry) => kinds.map((kind) => [entry, kind]))
  }

  function zAt(place) {
    return Math.round(place - data.reach * data.per_unit) / data.per_unit
  }

  function build() {
    root.classList.toggle("fill", Boolean(data.fill))
    root.replaceChildren()
    plots = []
    const size = letterSize(root)
    for (const cells of rows()) {
      const row = make("div", { class: "row", style: `grid-template-columns: repeat(${cells.length}, 1fr)` }, root)
      for (const [entry, kind] of cells) plots.push(plot(row, entry, kind, size))
    }
    const control = make("label", { class: "control" }, root)
    make("span", { text: "z" }, control)
    range = make("input", {
      type: "range", min: -data.reach, max: data.reach, step: 1 / data.per_unit, "aria-label": data.words.point,
    }, control)
    range.value = zAt(index)
    range.oninput = () => move(Math.round((Number(range.value) + data.reach) * data.per_unit))
    readout = make("output", {}, control)
    render()
  }

  function plot(row, entry, kind, size) {
    const figure = make("figure", {}, row)
    const title = kind === "value" ? data.words.value : data.words.derivative
    make("figcaption", { text: fill(title, { name: entry.title }) }, figure)
    const width = Math.max(figure.clientWidth, 14 * size)
    const height = data.fill ? rowHeight(size) : Math.max(Math.min(data.height * size / 16, innerHeight * 0.42), 8 * size)
    const svg = make("svg", { role: "img", width, height, viewBox: `0 0 ${width} ${height}` }, figure)
    const inner = { left: ROOM.left * size / 16, right: width - ROOM.right * size / 16, top: ROOM.top * size / 16, bottom: height - ROOM.bottom * size / 16 }
    const numbers = entry[kind]
    const [low, high] = entry[`${kind}_range`]
    const x = (z) => inner.left + (z + data.reach) / (2 * data.reach) * (inner.right - inner.left)
    const y = (value) => inner.bottom - (value - low) / (high - low) * (inner.bottom - inner.top)
    if (entry.saturated) for (const [from, to] of entry.saturated)
      make("rect", { class: "saturated", x: x(from), y: inner.top, width: x(to) - x(from), height: inner.bottom - inner.top }, svg)
    if (entry.histogram) {
      const most = Math.max(...entry.histogram.count, 1)
      const wide = 2 * data.reach / entry.histogram.count.length
      const ground = y(Math.max(low, 0)) // a bar that began below 0 would seem to be negative
      entry.histogram.count.forEach((count, bin) => {
        if (!count) return
        const tall = 0.6 * (ground - inner.top) * count / most
        make("rect", { class: "bin", x: x(-data.reach + bin * wide), y: ground - tall, height: tall, width: Math.max(x(wide) - x(0) - 0.5, 0.5) }, svg)
      })
    }
    for (const mark of ticks(low, high)) {
      make("line", { class: mark === 0 ? "zero" : "grid", x1: inner.left, x2: inner.right, y1: y(mark), y2: y(mark) }, svg)
      make("text", { class: "tick", x: inner.left - 0.4 * size, y: y(mark) + size * 0.32, "text-anchor": "end", text: numberText(mark) }, svg)
    }
    for (const mark of ticks(-data.reach, data.reach)) {
      make("line", { class: mark === 0 ? "zero" : "grid", x1: x(mark), x2: x(mark), y1: inner.top, y2: inner.bottom }, svg)
      make("text", { class: "tick", x: x(mark), y: inner.bottom + size * 1.25, "text-anchor": "middle", text: numberText(mark) }, svg)
    }
    // What leaves the frame is cut off there: a value drawn at the edge would look like a plateau.
    const clip = `frame-${kind}-${plots.length}`
    const frame = make("clipPath", { id: clip }, svg)
    make("rect", { x: inner.left, y: inner.top, width: inner.right - inner.left, height: inner.bottom - inner.top }, frame)
    // A jump (the derivative of ReLU at 0) is drawn as a gap, not as a steep line.
    let path = ""
    numbers.forEach((value, at) => {
      const jump = at > 0 && Math.abs(value - numbers[at - 1]) > 0.2 * (high - low)
      path += `${at === 0 || jump ? "M" : "L"}${x(zAt(at)).toFixed(1)},${y(value).toFixed(1)}`
    })
    make("path", { class: `curve ${kind}`, d: path, "clip-path": `url(#${clip})` }, svg)
    const tangent = kind === "value" ? make("line", { class: "tangent" }, svg) : null
    const stem = make("line", { class: "stem" }, svg)
    const dot = make("circle", { class: `dot ${kind}`, r: size / 2 }, svg)
    const label = make("text", { class: `label ${kind}` }, svg)
    const follow = (event) => {
      const box = svg.getBoundingClientRect()
      const z = ((event.clientX - box.left) * width / box.width - inner.left) / (inner.right - inner.left) * 2 * data.reach - data.reach
      move(Math.round((z + data.reach) * data.per_unit))
    }
    svg.onpointerdown = (event) => { svg.setPointerCapture(event.pointerId); follow(event) }
    svg.onpointermove = (event) => { if (svg.hasPointerCapture(event.pointerId)) follow(event) }
    return { entry, kind, svg, x, y, inner, low, high, tangent, stem, dot, label, size }
  }

  function move(place) {
    index = clamp(place, 0, 2 * data.reach * data.per_unit)
    range.value = zAt(index)
    render()
    commit(zAt(index))
  }

  function render() {
    const z = zAt(index)
    const written = z.toFixed(2).replace("-", "−")
    range.setAttribute("aria-valuetext", written)
    readout.textContent = written
    for (const { entry, kind, svg, x, y, inner, low, high, tangent, stem, dot, label, size } of plots) {
      const value = entry[kind][index]
      const place = y(clamp(value, low, high))
      // Beyond the frame there is no place for the point: an arrow in the label says where it is.
      const beyond = value > high ? "↑ " : value < low ? "↓ " : ""
      put(dot, { cx: x(z), cy: place, visibility: beyond ? "hidden" : "visible" })
      put(stem, { x1: x(z), x2: x(z), y1: inner.bottom, y2: place })
      if (tangent) {
        // As long as fits: from one side of the plot to the other, cut at its top and bottom.
        const slope = entry.derivative[index]
        const ends = [-data.reach, data.reach].map((end) => {
          const reached = value + slope * (end - z)
          const cut = clamp(reached, low, high)
          return [slope === 0 ? end : z + (cut - value) / slope, cut]
        })
        put(tangent, { x1: x(ends[0][0]), y1: y(ends[0][1]), x2: x(ends[1][0]), y2: y(ends[1][1]) })
      }
      const symbol = kind === "value" ? "φ" : "φ′"
      const sentence = `${beyond}${symbol}(${written}) = ${tellingText(value)}`
      const atRight = x(z) > (inner.left + inner.right) / 2
      const above = place > inner.top + 2.2 * size
      put(label, { text: sentence, y: above ? place - 0.75 * size : place + 1.6 * size })
      const wide = label.getComputedTextLength()
      const start = x(z) + (atRight ? -0.9 * size - wide : 0.9 * size)
      put(label, { x: clamp(start, inner.left, Math.max(inner.left, inner.right - wide)) })
      put(svg, { "aria-label": `${fill(kind === "value" ? data.words.value : data.words.derivative, { name: entry.title })}: ${sentence}` })
    }
  }

  return {
    accept,
    destroy() {
      commit.cancel()
      observer.disconnect()
    },
  }
}
