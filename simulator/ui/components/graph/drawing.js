// The graph itself: an SVG whose places never change while stepping; a step switches classes and writes numbers.
// Scales of the drawing on the page; on the stage its numbers are a 36th of the window's height, or somewhat less where
// the whole graph can be seen then.
const GRAPH_READABLE = 0.6
const GRAPH_READABLE_ON_LARGE = 0.7
const GRAPH_LARGEST = 1.4
const GRAPH_NUMBER = 22
const GRAPH_FACTOR = 21
const GRAPH_STAGE_NUMBER = 0.94 // rem
const GRAPH_STAGE_WHOLE = 0.75
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
        fit(factor, words, GRAPH_FACTOR)
        factor.classList.toggle("long", words.length > 7)
      }
      factor.classList.toggle("now", back && name === step.edge)
    }
    this.svg.classList.toggle("returning", back)
    this.follow(step)
  }

  // The scale: the whole graph if its numbers can still be read then, else as small as they can be read.
  scale() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
    const { clientWidth: width } = this.stage
    if (this.fills) return this.scaleOfStage(Math.min(width / this.width, this.stage.clientHeight / this.height))
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
    if (this.zoom === "whole" || (this.zoom === "auto" && whole >= GRAPH_STAGE_WHOLE * least)) return whole
    return this.zoom === "auto" ? least : Math.max(Math.min(least * this.zoom, 12), 0.2)
  }

  resize(changed = false) {
    if (!this.svg || !this.stage.clientWidth) return
    const scale = this.scale()
    if (!changed && scale === this.shown) return
    this.shown = scale
    this.svg.style.width = `${Math.floor(this.width * scale)}px`
    this.svg.style.height = `${Math.floor(this.height * scale)}px`
    if (this.data) this.follow(this.data.steps[this.at ?? 0], false)
  }

  setZoom(zoom) {
    this.zoom = zoom
    this.resize(true)
  }

  // Keep what the step is about in sight.
  follow(step, smooth = true) {
    const { stage } = this
    if (stage.scrollWidth <= stage.clientWidth + 1 && stage.scrollHeight <= stage.clientHeight + 1) return
    const names = step.phase === "backward" ? [step.operand, step.node] : step.nodes?.length === 1 ? step.nodes : []
    const boxes = names.map((name) => this.parts.nodes.get(name)?.node.querySelector(".box")).filter(Boolean)
    // The middle of both boxes; where they are too far apart, of the one that the step is about.
    const middle = (start, size, room) => {
      const ends = boxes.map((box) => [start, size].map((name) => Number(box.getAttribute(name)) * this.shown))
      const span = (parts) => [Math.min(...parts.map(([from]) => from)), Math.max(...parts.map(([from, long]) => from + long))]
      const [from, to] = span(ends)
      const [first, last] = to - from <= room ? [from, to] : span(ends.slice(0, 1))
      return (first + last - room) / 2
    }
    const left = boxes.length ? middle("x", "width", stage.clientWidth) : 0
    const top = boxes.length ? middle("y", "height", stage.clientHeight) : 0
    stage.scrollTo({ left, top, behavior: smooth && !wantsStillness() ? "smooth" : "instant" })
  }

  destroy() {
    this.sizes.disconnect()
  }
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
