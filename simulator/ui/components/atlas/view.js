// The map of training runs: pixels on a canvas, axes and marks in SVG above it. A rectangle zooms in, a click chooses.
const VIEWS = new WeakMap()
const NAMESPACE = "http://www.w3.org/2000/svg"
const FEWEST_PIXELS = 6 // of the screen, on a side of a rectangle that is meant as one

export default function (component) {
  const { parentElement, data, setStateValue } = component
  if (!VIEWS.has(parentElement)) VIEWS.set(parentElement, new AtlasView(parentElement.querySelector(".atlas")))
  const view = VIEWS.get(parentElement)
  view.accept(unpack(data), setStateValue)
  return () => {
    view.destroy()
    VIEWS.delete(parentElement)
  }
}

function node(tag, attributes = {}, parent = null) {
  const svg = ["svg", "g", "rect", "line", "path", "text", "circle", "polyline", "tspan"].includes(tag)
  const made = svg ? document.createElementNS(NAMESPACE, tag) : document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") write(made, value, svg)
    else if (typeof value === "function") made[name] = value
    else made.setAttribute(name, value)
  }
  if (parent) parent.append(made)
  return made
}

// Put in words; in a drawing, a letter behind an underscore stands lower: σ_w.
function write(made, value, svg) {
  const parts = svg ? value.split(/_(\p{L})/u) : [value]
  if (parts.length === 1) made.textContent = value
  else parts.forEach((text, at) => node("tspan", at % 2 ? { class: "lowered", "font-size": "75%", dy: "0.25em", text } : { dy: at ? "-0.19em" : 0, text }, made))
}

// The lines of which the key says something: one of each kind.
function distinct(lines = []) {
  return lines.filter(({ kind }, at) => lines.findIndex((one) => one.kind === kind) === at)
}

function clamped(value, low, high) {
  return Math.min(Math.max(value, low), high)
}

class AtlasView {
  constructor(root) {
    this.root = root
    this.observer = new ResizeObserver(() => this.data && this.build())
    this.observer.observe(root)
  }

  destroy() {
    this.observer.disconnect()
  }

  accept(data, send) {
    this.send = send
    if (this.data?.id === data.id) return
    const moved = this.data?.revision !== data.revision
    this.data = data
    if (moved) this.cursor = null
    this.build()
  }

  tell(act) {
    if (!this.data.still) this.send("act", { ...act, drawn: this.data.drawn, revision: this.data.revision })
  }

  get columns() {
    return this.data.state.shape[1]
  }

  get rows() {
    return this.data.state.shape[0]
  }

  // The key is as wide as its longest words.
  keyWidth() {
    const { data, size } = this
    const { fontFamily } = getComputedStyle(this.root)
    const pen = document.createElement("canvas").getContext("2d")
    const wide = (words, weight) => {
      pen.font = `${weight} ${size}px ${fontFamily}`
      return pen.measureText(words).width
    }
    const names = [data.words.diverged, data.words.own, ...distinct(data.lines).map(({ text }) => text)]
    const marked = Math.max(...names.map((words) => wide(words, 400))) + 1.5 * size
    return Math.max(9.6 * size, 1.4 * size + Math.max(wide(data.words.loss, 700), marked))
  }

  build() {
    const { data, root } = this
    const focused = this.frame !== undefined && this.frame === root.getRootNode().activeElement
    const size = letterSize(root)
    const width = root.clientWidth
    this.size = size
    root.classList.toggle("fill", Boolean(data.fill))
    root.replaceChildren()
    const tools = data.still ? 0 : 2.6 * size
    const room = data.fill ? (root.clientHeight || innerHeight * 0.6) - tools : (data.height * size) / 16 - tools
    const left = 6 * size
    const key = this.keyWidth()
    const bottom = 3.2 * size
    const top = 0.7 * size
    const high = Math.max(room - bottom - top, 6 * size)
    // As wide as high, unless there is more room: on the stage the map fills it.
    const wide = Math.max(Math.min(width - left - key, data.fill ? 2.2 * high : 1.35 * high), 6 * size)
    this.area = { left, top, wide, high }
    const whole = { width: left + wide + key, height: top + high + bottom }
    this.frame = node("div", { class: "frame", style: `width:${whole.width}px;height:${whole.height}px`, role: "img", "aria-label": `${data.alt} ${data.still ? "" : data.words.keys}` }, root)
    if (!data.still) this.frame.tabIndex = 0
    this.canvas = node("canvas", { style: `left:${left}px;top:${top}px;width:${wide}px;height:${high}px` }, this.frame)
    this.paint()
    this.svg = node("svg", { width: whole.width, height: whole.height }, this.frame)
    this.drawAxes()
    this.drawLines()
    this.drawKey(left + wide + 1.2 * size)
    this.drawOwn()
    this.shape = node("rect", { class: "drag", visibility: "hidden" }, this.svg)
    this.mark = node("rect", { class: "cursor", visibility: "hidden" }, this.svg)
    this.listen()
    if (!data.still) this.drawTools()
    if (this.cursor) this.show(...this.cursor)
    if (focused) this.frame.focus()
    root.dataset.pixels = `${this.columns}x${this.rows}`
  }

  paint() {
    const { canvas, area } = this
    const ratio = devicePixelRatio || 1
    canvas.width = Math.round(area.wide * ratio)
    canvas.height = Math.round(area.high * ratio)
    const style = getComputedStyle(this.root)
    const paper = style.getPropertyValue("--sim-surface").trim() || style.getPropertyValue("--st-background-color").trim() || "#fff"
    const ink = readTheme(this.root, this.data.themes).palette.bad
    paintPixels(canvas, this.data, { paper, ink, side: Math.round(0.5 * this.size * ratio) })
  }

  drawAxes() {
    const { area, data, size, svg } = this
    const foot = area.top + area.high
    node("rect", { class: "edge", x: area.left, y: area.top, width: area.wide, height: area.high }, svg)
    let last = -1e9
    for (const { at, text } of data.x.marks) {
      const x = area.left + at * area.wide
      node("line", { class: "tick", x1: x, x2: x, y1: foot, y2: foot + 0.35 * size }, svg)
      const label = node("text", { x, y: foot + 1.35 * size, "text-anchor": "middle", text }, svg)
      const half = label.getComputedTextLength() / 2
      if (x - half < last + 0.5 * size) label.remove()
      else last = x + half
    }
    for (const { at, text } of data.y.marks) {
      const y = area.top + (1 - at) * area.high
      node("line", { class: "tick", x1: area.left - 0.35 * size, x2: area.left, y1: y, y2: y }, svg)
      node("text", { x: area.left - 0.5 * size, y: y + 0.35 * size, "text-anchor": "end", text }, svg)
    }
    node("text", { class: "title", x: area.left + area.wide / 2, y: foot + 2.75 * size, "text-anchor": "middle", text: data.x.title }, svg)
    const [x, y] = [0.95 * size, area.top + area.high / 2]
    const title = node("text", { class: "title", x, y, "text-anchor": "middle", transform: `rotate(-90 ${x} ${y})`, text: data.y.title }, svg)
    if (title.getComputedTextLength() > area.high) title.setAttribute("textLength", area.high)
  }

  drawKey(x) {
    const { area, data, size, svg } = this
    const wide = 1.1 * size
    const from = area.top + 2.0 * size
    const lines = distinct(data.lines)
    const high = Math.max(Math.min(area.high - (6.4 + 1.75 * lines.length) * size, 9 * size), 2 * size)
    node("text", { class: "title", x, y: area.top + 0.9 * size, text: data.words.loss }, svg)
    const steps = 32
    const [low, top] = data.range
    for (let step = 0; step < steps; step++) {
      const fill = lossColor(low * (top / low) ** ((step + 0.5) / steps), this.data.range)
      node("rect", { x, y: from + (1 - (step + 1) / steps) * high, width: wide, height: high / steps + 0.6, fill }, svg)
    }
    node("text", { x: x + wide + 0.4 * size, y: from + 0.7 * size, text: data.ends[1] }, svg)
    node("text", { x: x + wide + 0.4 * size, y: from + high, text: data.ends[0] }, svg)
    const foot = from + high + 1.2 * size
    const swatch = node("svg", { x, y: foot, width: wide, height: wide }, svg)
    const bad = readTheme(this.root, data.themes).palette.bad
    for (const shift of [-0.5, 0, 0.5]) {
      node("line", { x1: shift * wide, x2: (shift + 1) * wide, y1: wide, y2: 0, stroke: bad, "stroke-width": 0.1 * size }, swatch)
    }
    node("rect", { class: "edge", x, y: foot, width: wide, height: wide }, svg)
    node("text", { x: x + wide + 0.4 * size, y: foot + 0.95 * size, text: data.words.diverged }, svg)
    this.ring(x + wide / 2, foot + 2.4 * size, 0.42 * size)
    node("text", { x: x + wide + 0.4 * size, y: foot + 2.75 * size, text: data.words.own }, svg)
    lines.forEach(({ kind, text }, at) => {
      const y = foot + (4.15 + 1.75 * at) * size
      this.stroke([[x, y], [x + wide, y]], kind, svg)
      node("text", { x: x + wide + 0.4 * size, y: y + 0.35 * size, text }, svg)
    })
  }

  // A line of the theory over the map: white between black edges, so that it is seen on every colour.
  stroke(points, kind, parent) {
    const written = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")
    for (const part of ["outer", "inner"]) node("polyline", { class: `line ${kind} ${part}`, points: written }, parent)
  }

  drawLines() {
    const { area, data, svg } = this
    if (!data.lines) return
    const inside = node("svg", { x: area.left, y: area.top, width: area.wide, height: area.high }, svg) // cuts off what is outside
    for (const { points, kind } of data.lines) this.stroke(points.map(([x, y]) => [x * area.wide, (1 - y) * area.high]), kind, inside)
  }

  ring(x, y, radius) {
    node("circle", { class: "ring outer", cx: x, cy: y, r: radius }, this.svg)
    node("circle", { class: "ring inner", cx: x, cy: y, r: radius }, this.svg)
  }

  drawOwn() {
    const { area, data, size } = this
    if (data.x.own === null || data.y.own === null) return
    this.ring(area.left + data.x.own * area.wide, area.top + (1 - data.y.own) * area.high, 0.5 * size)
  }

  drawTools() {
    const { data, root } = this
    const tools = node("div", { class: "tools" }, root)
    this.readout = node("output", { text: data.words.drag }, tools)
    node("button", { type: "button", class: "out", text: data.words.out, onclick: () => this.tell({ box: [-0.5, 1.5, -0.5, 1.5] }) }, tools)
    node("button", { type: "button", class: "whole", text: data.words.whole, onclick: () => this.tell({ whole: true }) }, tools)
  }

  // Column and row under a place on the screen, and its shares of the two axes.
  placeOf(event) {
    const box = this.svg.getBoundingClientRect()
    const { left, top, wide, high } = this.area
    const scale = this.svg.width.baseVal.value / box.width
    const right = ((event.clientX - box.left) * scale - left) / wide
    const up = 1 - ((event.clientY - box.top) * scale - top) / high
    const inside = right >= 0 && right < 1 && up >= 0 && up < 1
    return { right: clamped(right, 0, 1), up: clamped(up, 0, 1), inside }
  }

  listen() {
    if (this.data.still) return
    const { svg, frame } = this
    let start = null
    svg.onpointerdown = (event) => {
      const place = this.placeOf(event)
      if (event.button || !place.inside) return
      start = { ...place, x: event.clientX, y: event.clientY }
      svg.setPointerCapture(event.pointerId)
    }
    svg.onpointermove = (event) => {
      const place = this.placeOf(event)
      if (start) this.drawDrag(start, place, this.isDrag(start, event))
      else if (place.inside) this.show(Math.floor(place.right * this.columns), Math.floor(place.up * this.rows), false)
    }
    svg.onpointerup = (event) => {
      if (!start) return
      const [from, to] = [start, this.placeOf(event)]
      start = null
      this.shape.setAttribute("visibility", "hidden")
      if (this.isDrag(from, event)) this.tell({ box: [from.right, to.right, from.up, to.up] })
      else this.choose(Math.floor(from.right * this.columns), Math.floor(from.up * this.rows))
    }
    svg.onpointercancel = () => {
      start = null
      this.shape.setAttribute("visibility", "hidden")
    }
    frame.onkeydown = (event) => this.key(event)
  }

  isDrag(start, event) {
    return Math.min(Math.abs(event.clientX - start.x), Math.abs(event.clientY - start.y)) >= FEWEST_PIXELS
  }

  drawDrag(start, place, shown) {
    const { left, top, wide, high } = this.area
    const [x, y] = [left + Math.min(start.right, place.right) * wide, top + (1 - Math.max(start.up, place.up)) * high]
    const [width, height] = [Math.abs(place.right - start.right) * wide, Math.abs(place.up - start.up) * high]
    const attributes = { x, y, width, height, visibility: shown ? "visible" : "hidden" }
    for (const [name, value] of Object.entries(attributes)) this.shape.setAttribute(name, value)
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
    const [column, row] = this.cursor ?? [Math.floor(this.columns / 2), Math.floor(this.rows / 2)]
    const move = moves[event.key]
    if (move) this.show(clamped(column + move[0], 0, this.columns - 1), clamped(row + move[1], 0, this.rows - 1))
    else if (event.key === "Enter") this.choose(column, row)
    else if (event.key === "+") {
      const [right, up] = [(column + 0.5) / this.columns, (row + 0.5) / this.rows]
      this.tell({ box: [right - 0.25, right + 0.25, up - 0.25, up + 0.25].map((share) => clamped(share, 0, 1)) })
    } else if (event.key === "-") this.tell({ box: [-0.5, 1.5, -0.5, 1.5] })
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  choose(column, row) {
    this.cursor = [column, row]
    this.tell({ pixel: [column, row] })
  }

  // Say what one pixel is, and mark it while the keys move over the map.
  show(column, row, marked = true) {
    const { area, data, columns, rows } = this
    if (marked) this.cursor = [column, row]
    const attributes = { x: area.left + (column / columns) * area.wide, y: area.top + (1 - (row + 1) / rows) * area.high, width: area.wide / columns, height: area.high / rows, visibility: marked ? "visible" : "hidden" }
    for (const [name, value] of Object.entries(attributes)) this.mark.setAttribute(name, value)
    if (!this.readout) return
    const at = row * columns + column
    const state = data.state[at]
    const named = (axis, index) => `${axis.symbol || axis.title}${axis.symbol ? " = " : ": "}${axis.values[index]}`
    const said = state === UNKNOWN ? data.words.not_yet : state === CONVERGED ? `${data.words.loss} ${numberText(data.loss[at])}` : data.words.left.replace("{step}", data.left[at])
    this.readout.textContent = `${named(data.x, column)}, ${named(data.y, row)} · ${said}`
  }
}
