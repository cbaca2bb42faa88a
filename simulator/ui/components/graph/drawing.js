// The graph itself: an SVG whose places never change while stepping; a step switches classes and writes numbers.
// Scales of the drawing on the page; on the stage its numbers are at least a 36th of the window's height: a graph that
// does not fit then is seen in part, around the step, with a small map of all of it.
const GRAPH_READABLE = 0.6
const GRAPH_READABLE_ON_LARGE = 0.7
const GRAPH_LARGEST = 1.4
const GRAPH_NUMBER = 22
const GRAPH_STAGE_NUMBER = 0.94 // rem
// With more edges, only the factor of the step itself is written.
const GRAPH_CROWDED = 22

class GraphDrawing {
  constructor(stage, onnode, ontoggle) {
    this.stage = stage
    this.zoom = "auto"
    stage.addEventListener("click", (event) => this.press(event, onnode, ontoggle))
    stage.addEventListener("dblclick", (event) => {
      const node = event.target.closest(".node.opens")
      if (node) ontoggle(node.dataset.name)
    })
    stage.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return
      event.preventDefault()
      this.press(event, onnode, ontoggle)
    })
    this.overview = new GraphOverview(stage, ([x, y]) => this.lookAt(x, y))
    stage.addEventListener("focusin", (event) => {
      const node = event.target.closest("[data-node]")
      if (node && this.fills) this.seek([node.dataset.node])
    })
    this.sizes = new ResizeObserver(() => this.resize())
    this.sizes.observe(stage)
  }

  press(event, onnode, ontoggle) {
    const toggle = event.target.closest(".toggle")
    const node = event.target.closest("[data-node]")
    const named = toggle?.closest("[data-name]")
    if (named) ontoggle(named.dataset.name)
    else if (node) onnode(node.dataset.node)
  }

  update(data) {
    if (this.structure !== data.structure) {
      this.structure = data.structure
      this.stage.innerHTML = data.svg
      this.svg = this.stage.firstElementChild
      this.parts = { nodes: new Map(), edges: new Map(), factors: new Map() }
      for (const node of this.svg.querySelectorAll("[data-node]")) {
        const texts = (kind) => [...node.querySelectorAll(`text.${kind}`)]
        const title = node.querySelector("title")
        this.parts.nodes.set(node.dataset.node, { node, title, value: texts("value"), gradient: texts("gradient") })
      }
      for (const edge of this.svg.querySelectorAll("[data-edge]")) this.parts.edges.set(edge.dataset.edge, edge)
      for (const text of this.svg.querySelectorAll("[data-factor]")) this.parts.factors.set(text.dataset.factor, text)
      this.boxes = new Map([...this.parts.nodes].map(([name, { node }]) => [name, boxOf(node.querySelector(".box"))]))
      if (this.fills) this.overview.update(this.svg)
      this.sight = undefined
      this.width = Number(this.svg.dataset.width)
      this.height = Number(this.svg.dataset.height)
      this.svg.classList.toggle("crowded", this.parts.edges.size > GRAPH_CROWDED)
      this.resize(true)
    }
    this.svg.setAttribute("aria-label", data.alt)
    for (const [name, line] of Object.entries(data.lines)) {
      const edge = this.parts.edges.get(name)
      edge.style.setProperty("--forward-width", line.width)
      edge.classList.toggle("forward-negative", line.negative)
      edge.classList.toggle("forward-zero", line.zero)
    }
    this.plan(data)
  }

  // What is seen at each step, worked out once: which step gives a node its value, which edges it fills.
  plan(data) {
    this.data = data
    this.born = new Map()
    data.steps.forEach((step, index) => {
      for (const node of step.nodes ?? []) this.born.set(node, index)
    })
    this.targets = new Map()
    for (const name of this.parts.edges.keys()) this.targets.set(name, `n${name.split("_")[1]}`)
  }

  show(index) {
    const { data, parts, born, targets } = this
    const gradients = new Map()
    const crossed = new Map()
    for (let i = data.returns - 1; i <= index && i < data.steps.length; i++) {
      const step = data.steps[i]
      gradients.set(step.operand, step)
      if (step.edge) crossed.set(step.edge, step)
    }
    const step = data.steps[index]
    const back = step.phase === "backward"
    for (const [name, { node, title, value, gradient }] of parts.nodes) {
      const has = (born.get(name) ?? 0) <= index
      write(value, has ? data.values[name] : null)
      const received = gradients.get(name)
      write(gradient, received?.gradient ?? null)
      const exact = [has && data.values[name].exact, received && `∂ ${received.gradient.exact}`]
      title.textContent = [data.names[name], ...exact.filter(Boolean)].join("\n")
      node.classList.toggle("valued", has)
      node.classList.toggle("graded", received !== undefined)
      node.classList.toggle("growing", received !== undefined && !received.complete)
      node.classList.toggle("now", back ? name === step.operand : Boolean(step.nodes?.includes(name)))
      node.classList.toggle("from", back && name === step.node)
    }
    for (const [name, edge] of parts.edges) {
      const passed = (born.get(targets.get(name)) ?? 0) <= index
      const returned = crossed.get(name)
      edge.classList.toggle("passed", passed)
      edge.classList.toggle("returned", returned !== undefined)
      edge.classList.toggle("now", back ? name === step.edge : passed && step.nodes?.includes(targets.get(name)))
      edge.classList.toggle("back-negative", Boolean(returned?.line.negative))
      edge.classList.toggle("back-zero", Boolean(returned?.line.zero))
      edge.classList.toggle("stopped", returned?.stop === "all")
      edge.classList.toggle("partly", returned?.stop === "part")
      if (returned) edge.style.setProperty("--back-width", returned.line.width)
      const factor = parts.factors.get(name)
      const words = returned?.factor ?? ""
      if (factor.textContent !== words) {
        fit(factor, words, GRAPH_NUMBER)
        factor.classList.toggle("long", words.length > 7 && !this.fills)
      }
      factor.classList.toggle("now", back && name === step.edge)
    }
    for (const part of [this.svg, this.svg.firstElementChild]) part.classList.toggle("returning", back)
    this.follow(step)
  }

  // The scale: the whole graph if its numbers can still be read then, else as small as they can be read.
  scale() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
    const { clientWidth: width } = this.stage
    if (this.fills) {
      const room = this.stage.clientHeight + this.overview.root.offsetHeight
      return this.scaleOfStage(Math.min(width / this.width, room / this.height))
    }
    const share = window.innerHeight < 900 ? 0.38 : 0.47
    const height = Math.max(share * window.innerHeight, 220)
    const whole = Math.min(width / this.width, height / this.height)
    if (this.zoom === "whole") return Math.min(whole, GRAPH_LARGEST * rem)
    const least = window.innerHeight < 900 ? GRAPH_READABLE : GRAPH_READABLE_ON_LARGE
    const readable = Math.max(Math.min(whole, GRAPH_LARGEST * rem), least * rem)
    return this.zoom === "auto" ? readable : Math.max(Math.min(readable * this.zoom, 6), 0.2)
  }

  // The smallest scale at which numbers can be read from the last row of a hall.
  readable() {
    return (GRAPH_STAGE_NUMBER * parseFloat(getComputedStyle(document.documentElement).fontSize)) / GRAPH_NUMBER
  }

  scaleOfStage(whole) {
    const least = this.readable()
    if (this.zoom === "whole" || (this.zoom === "auto" && whole >= least)) return whole
    return this.zoom === "auto" ? least : Math.max(Math.min(least * this.zoom, 12), 0.2)
  }

  resize(changed = false) {
    if (!this.svg || !this.stage.clientWidth) return
    const scale = this.scale()
    if (!changed && scale === this.shown && !this.fills) return
    this.shown = scale
    if (this.fills) this.overview.hidden = this.fits()
    this.svg.style.width = `${Math.floor(this.width * scale)}px`
    this.svg.style.height = `${Math.floor(this.height * scale)}px`
    if (this.data) this.follow(this.data.steps[this.at ?? 0], false)
  }

  setZoom(zoom) {
    this.zoom = zoom
    this.resize(true)
  }

  // Whether all of the graph is in sight, the place of the small map taken, too.
  fits() {
    const { stage, overview, width, height, shown } = this
    const room = stage.clientHeight + (overview.hidden ? 0 : overview.root.offsetHeight)
    return width * shown <= stage.clientWidth + 1 && height * shown <= room + 1
  }

  // Keep what the step is about in sight: back, where the gradient arrives and whence; forward, a node and its operands.
  follow(step, smooth = true) {
    const back = step.phase === "backward"
    const [made] = step.nodes?.length === 1 ? step.nodes : []
    const operands = [...this.targets].filter(([, target]) => made && target === made).map(([name]) => sourceOf(name))
    const near = operands.toSorted((one, other) => this.boxes.get(other)[0] - this.boxes.get(one)[0])
    this.seek(back ? [step.operand, step.node] : [made, ...near], smooth)
  }

  // Bring nodes into sight, the first ones if there is no room for all; what is in sight stays where it is.
  seek(names, smooth = true) {
    const { stage, boxes, shown } = this
    if (!this.svg || (!this.fills && stage.scrollWidth <= stage.clientWidth + 1 && stage.scrollHeight <= stage.clientHeight + 1)) return
    const wanted = names.map((name) => boxes.get(name)).filter(Boolean)
    const span = () => around(wanted).map((end) => end * shown)
    const room = { wide: stage.clientWidth, high: stage.clientHeight }
    const tooFar = ([left, top, right, bottom]) => right - left > room.wide || bottom - top > room.high
    while (wanted.length > 1 && tooFar(span())) wanted.pop()
    if (!wanted.length) return this.look(0, 0, smooth)
    const [left, top, right, bottom] = span()
    const { sight } = this
    const seen = sight && left >= sight.left && top >= sight.top && right <= sight.left + room.wide && bottom <= sight.top + room.high
    if (this.fills && seen) return this.look(sight.left, sight.top, smooth)
    this.look((left + right - room.wide) / 2, (top + bottom - room.high) / 2, smooth)
  }

  lookAt(x, y) {
    this.look(x * this.shown - this.stage.clientWidth / 2, y * this.shown - this.stage.clientHeight / 2, false)
  }

  look(x, y, smooth) {
    const { stage, width, height, shown } = this
    const left = Math.max(0, Math.min(x, width * shown - stage.clientWidth))
    const top = Math.max(0, Math.min(y, height * shown - stage.clientHeight))
    this.sight = { left, top }
    stage.scrollTo({ left, top, behavior: smooth && !wantsStillness() ? "smooth" : "instant" })
    if (this.fills) this.crop()
  }

  // No word is cut at the edge of the stage: of what is not wholly in sight, only lines are seen.
  crop() {
    const { stage, svg, shown, sight, boxes, parts } = this
    const [wide, high] = [stage.clientWidth / shown, stage.clientHeight / shown]
    const [x, y] = [sight.left / shown, sight.top / shown]
    const out = ([left, top, right, bottom]) => left < x - 1 || top < y - 1 || right > x + wide + 1 || bottom > y + high + 1
    for (const [name, { node }] of parts.nodes) node.classList.toggle("out", out(boxes.get(name)))
    for (const words of svg.querySelectorAll("text.factor, text.call")) {
      const [at, line] = ["x", "y"].map((side) => Number(words.getAttribute(side)))
      const long = GRAPH_NUMBER * letters(words.textContent)
      const left = words.classList.contains("factor") ? at - long / 2 : at
      words.classList.toggle("out", out([left, line - GRAPH_NUMBER, left + long, line + 6]))
    }
    this.overview.show(x, y, Math.min(wide, this.width), Math.min(high, this.height))
  }

  destroy() {
    this.sizes.disconnect()
  }
}

function boxOf(rect) {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((side) => Number(rect.getAttribute(side)))
  return [x, y, x + width, y + height]
}

function around(boxes) {
  return [0, 1, 2, 3].map((side) => Math[side < 2 ? "min" : "max"](...boxes.map((box) => box[side])))
}

// The node from which an edge comes.
function sourceOf(edge) {
  return `n${edge.split("_")[0].slice(1)}`
}

function write(places, shown) {
  places.forEach((place, index) => {
    const words = shown?.texts[index] ?? ""
    if (place.textContent !== words) fit(place, words, GRAPH_NUMBER)
  })
}

function fit(place, words, usual) {
  place.textContent = words
  const size = Math.min(usual, place.dataset.room / letters(words))
  place.style.fontSize = size < usual ? `${size.toFixed(1)}px` : ""
}

// The width of a number in font sizes, estimated for a wide font: measuring would lay the page out at every step.
const LETTERS = { ".": 0.38, " ": 0.35, "−": 0.84, "×": 0.84, "·": 0.38, "‖": 0.5 }

function letters(words) {
  let width = 0
  for (const letter of words) width += LETTERS[letter] ?? (/[⁻⁰¹²³⁴-⁹]/.test(letter) ? 0.47 : 0.7)
  return width
}

// The drawing as a file of its own: every style that it has on the page is written into it.
const KEPT_STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity", "display"]
const KEPT_TEXT_STYLES = ["font-family", "font-size", "font-style", "font-weight", "text-anchor", "paint-order"]

function graphFile(svg, background) {
  const copy = svg.cloneNode(true)
  const [from, to] = [svg, copy].map((root) => [root, ...root.querySelectorAll("*")])
  from.forEach((node, index) => {
    const style = getComputedStyle(node)
    const names = /^t(ext|span)$/.test(node.tagName) ? [...KEPT_STYLES, ...KEPT_TEXT_STYLES] : KEPT_STYLES
    to[index].setAttribute("style", names.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"))
  })
  copy.setAttribute("width", svg.dataset.width)
  copy.setAttribute("height", svg.dataset.height)
  copy.style.background = background
  for (const toggle of copy.querySelectorAll(".toggle")) toggle.remove()
  return new XMLSerializer().serializeToString(copy)
}
