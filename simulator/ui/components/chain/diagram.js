// The network: units with their values, weights to click, the step's part lit, places of the chain's factors numbered.
const MOST_UNITS = 7

class NetworkDiagram {
  constructor(parent, choose) {
    this.choose = choose
    this.picture = parent.appendChild(svg("svg", { class: "network", role: "img" }))
  }

  // Which units of each column are drawn: all of a narrow one; the first ones and the wanted one of a wide one.
  units(column, wanted) {
    const size = this.data.sizes[column]
    if (size <= this.most + 1) return Array.from({ length: size }, (_, unit) => unit + 1)
    const first = Array.from({ length: this.most - 1 }, (_, unit) => unit + 1)
    return first.includes(wanted) || !wanted ? first : [...first.slice(0, -1), wanted]
  }

  // state: step, weight, example, section
  draw({ data, m, state, step, chain }) {
    const { words, fill } = data
    Object.assign(this, { data, m, state, step, chain, words, fill })
    const { picture } = this
    const box = picture.getBoundingClientRect()
    this.text = letterSize(picture)
    this.width = Math.max(box.width, 200)
    this.height = Math.max(box.height, fill ? 3 * this.text : 160) // its style sheet gives it more
    this.top = (fill ? 1.5 : 2.5) * this.text
    this.bottom = this.height - 0.6 * this.text
    const room = (this.bottom - this.top) / this.text // in lines of text
    const wide = this.width / data.sizes.length / this.text
    this.beside = fill && wide > 9 && room < 2.4 * Math.min(Math.max(...data.sizes), MOST_UNITS) // the two numbers of a unit
    this.most = Math.max(fill ? 2 : 3, Math.min(MOST_UNITS, Math.floor(room / (this.beside ? 1.6 : fill ? 2.5 : 2.3))))
    const [layer, source, target] = state.weight
    this.columns = data.sizes.map((_, column) => this.units(column, column === layer - 1 ? source : column === layer ? target : 0))
    const tallest = Math.max(...this.columns.map((units) => units.length))
    this.radius = this.text * Math.max(this.beside ? 0.7 : 0.85, Math.min(1.45, (0.42 * room) / tallest))
    this.half = this.text * Math.max(1.1, Math.min(this.beside ? 3.7 : 2.1, wide * (fill ? 0.42 : 0.3))) // of a unit's width
    picture.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`)
    picture.replaceChildren()
    picture.setAttribute("aria-label", words.diagram_alt)
    for (let column = 1; column < data.sizes.length; column++) this.drawWeights(column)
    if (state.section === "weight") this.drawPath()
    data.sizes.forEach((_, column) => this.drawColumn(column))
    if (state.section === "weight") this.drawPlaces()
  }

  x(column) {
    const side = this.half + 0.75 * this.text
    return side + ((this.width - 2 * side) * column) / (this.data.sizes.length - 1)
  }

  y(column, unit) {
    const units = this.columns[column]
    const wide = this.data.sizes[column] > units.length
    const gap = Math.min((this.bottom - this.top) / (units.length + (wide ? 0.6 : 0)), 5.2 * this.radius)
    const place = units.indexOf(unit)
    return (this.top + this.bottom) / 2 + gap * (place - (units.length - 1 + (wide ? 0.6 : 0)) / 2)
  }

  // Which weights the step is about, and what their width shows.
  lineOf(layer, source, target) {
    const { kind, layer: at } = this.step
    const { m, state } = this
    if (state.section === "weight") return { value: 0, tone: "quiet" }
    if (kind === "forward" && at === layer) return { value: m[`W${layer}`].at(source - 1, target - 1), tone: "forward", largest: largestOf(m[`W${layer}`]) }
    if (kind === "inputs" && at === layer) return { value: m[`W${layer}`].at(source - 1, target - 1), tone: "gradient", largest: largestOf(m[`W${layer}`]) }
    if ((kind === "weights" && at === layer) || kind === "update") {
      const value = m[`dW${layer}`].at(source - 1, target - 1)
      if (value === null) return { value: 0.5, tone: "gradient", largest: 1 }
      return { value, tone: "gradient", largest: largestOf(m[`dW${layer}`]) }
    }
    return { value: 0, tone: "quiet" }
  }

  drawWeights(layer) {
    const [chosenLayer, chosenSource, chosenTarget] = this.state.weight
    for (const source of this.columns[layer - 1])
      for (const target of this.columns[layer]) {
        const { value, tone, largest } = this.lineOf(layer, source, target)
        const isChosen = layer === chosenLayer && source === chosenSource && target === chosenTarget
        const ends = { x1: this.x(layer - 1), y1: this.y(layer - 1, source), x2: this.x(layer), y2: this.y(layer, target) }
        const share = largest ? Math.abs(value) / largest : 0
        const width = tone === "quiet" ? 1 : 1 + 5.5 * share
        svg("line", { ...ends, class: `line ${tone}`, "stroke-width": width, "stroke-dasharray": value < 0 ? "7 5" : null }, this.picture)
        const matters = this.state.section === "weight" || this.step.kind === "update" || (this.step.kind === "weights" && this.step.layer === layer)
        if (isChosen && matters) svg("line", { ...ends, class: "line chosen" }, this.picture)
        const hit = svg("line", { ...ends, class: "hit", "data-weight": `${layer}.${source}.${target}` }, this.picture)
        hit.onclick = () => this.choose([layer, source, target])
        svg("title", {}, hit, `w(${layer}) ${source}→${target} = ${exactText(this.m[`W${layer}`].at(source - 1, target - 1))}`)
      }
  }

  drawColumn(column) {
    const { sizes } = this.data
    const last = sizes.length - 1
    const x = this.x(column)
    const name = column === 0 ? this.words.inputs : column === last ? this.words.outputs : words(this.words.hidden, { number: column })
    svg("text", { x, y: 0.95 * this.text, class: "name", "text-anchor": column === 0 ? "start" : column === last ? "end" : "middle", ...(column === 0 ? { x: 2 } : column === last ? { x: this.width - 2 } : {}) }, this.picture, name)
    for (const unit of this.columns[column]) this.drawUnit(column, unit, x, this.y(column, unit))
    const missing = sizes[column] - this.columns[column].length
    if (missing > 0) svg("text", { x, y: this.y(column, this.columns[column].at(-1)) + this.radius + 0.95 * this.text, class: "name", "text-anchor": "middle" }, this.picture, `⋮ +${missing}`)
  }

  // What a unit shows: its value once the forward pass has been there, its gradient once the backward pass has.
  shownValues(column) {
    const { kind, layer } = this.step
    const last = this.data.sizes.length - 1
    if (this.state.section === "weight") return { value: `A${column}`, gradient: column ? `G${column}` : null }
    const order = this.state.step
    const seen = (wanted, at) => this.data.steps.findIndex((one) => one.kind === wanted && one.layer === at)
    const value = column === 0 || seen("forward", column) <= order ? `A${column}` : null
    const before = (place) => place >= 0 && place <= order
    let gradient = null
    if (column && before(column === last ? seen("start", last) : seen("through", column))) gradient = `G${column}`
    else if (column && column < last && before(seen("inputs", column + 1))) gradient = `dA${column}`
    const now = { start: layer, through: layer, inputs: layer - 1 }[kind] === column && column > 0
    return { value, gradient, now, active: now || (kind === "forward" && layer === column) }
  }

  drawUnit(column, unit, x, y) {
    const { value, gradient, now, active } = this.shownValues(column)
    const row = this.state.example
    const group = svg("g", {}, this.picture)
    // A unit that lets nothing through: φ′ is 0 for this example.
    const closed = gradient?.startsWith("G") && this.m[`D${column}`]?.at(row, unit - 1) === 0
    svg("rect", { x: x - this.half, y: y - this.radius, width: 2 * this.half, height: 2 * this.radius, rx: 0.8 * this.radius, class: `unit${closed ? " closed" : ""}${active ? (now ? " gradient" : " forward") : ""}` }, group)
    const numbers = []
    if (value) numbers.push(["forward", numberText(this.m[value].at(row, unit - 1), 2), exactText(this.m[value].at(row, unit - 1))])
    if (gradient) {
      const exact = this.m[gradient].at(row, unit - 1)
      numbers.push(["gradient", shownNumber(exact, 2), shownExactly(exact)])
    }
    const least = this.fill ? 0.94 * this.text : 11 // numbers on the stage are read from the last row
    const size = Math.max(least, 11.5, Math.min(0.95 * this.text, 0.82 * this.radius))
    numbers.forEach(([tone, written], place) => {
      const off = numbers.length === 1 ? 0 : place - 0.5
      const [dx, dy] = this.beside ? [off * this.half, 0] : [0, off * 1.12 * size]
      const fit = Math.min(size, (1.66 * this.half) / (0.58 * Math.max(3, written.length)))
      svg("text", { x: x + dx, y: y + dy, class: `value ${tone}`, "text-anchor": "middle", "dominant-baseline": "central", "font-size": Math.max(least, fit) }, group, written)
    })
    svg("title", {}, group, `${words(this.words.unit, { number: unit })}: ${numbers.map(([, , exact]) => exact).join(" / ")}`)
  }

  // The paths from the loss to the weight: all of them lightly, the chosen one strongly.
  drawPath() {
    const { sizes } = this.data
    const [layer, , target] = this.state.weight
    const line = (from, to, number, strong) => svg("line", { x1: this.x(number - 1), y1: this.y(number - 1, from), x2: this.x(number), y2: this.y(number, to), class: `path ${strong ? "strong" : "light"}` }, this.picture)
    for (let number = layer + 1; number < sizes.length; number++)
      for (const from of number - 1 === layer ? [target] : this.columns[number - 1]) for (const to of this.columns[number]) line(from, to, number, false)
    const path = this.chain.paths[Math.min(this.state.path ?? 0, this.chain.paths.length - 1)]
    if (!path) return
    path.units.forEach((to, place) => {
      const number = sizes.length - 1 - place
      const from = path.units[place + 1]
      if (from && this.columns[number].includes(to) && this.columns[number - 1].includes(from)) line(from, to, number, true)
    })
    this.shownPath = path
  }

  drawPlaces() {
    if (!this.shownPath) return
    const { factors } = this.shownPath
    const spots = new Map(factors.filter(({ kind }) => kind !== "weight").map((factor) => [factor, this.spot(factor)]))
    for (const factor of factors) if (!spots.has(factor)) spots.set(factor, this.freeSpot(factor, [...spots.values()]))
    for (const [factor, { x, y }] of spots) {
      const group = svg("g", { class: `spot place${(factor.place - 1) % PLACE_COLORS}` }, this.picture)
      svg("circle", { cx: x, cy: y, r: 0.72 * this.text }, group)
      svg("text", { x, y, "text-anchor": "middle", "dominant-baseline": "central", "font-size": 0.95 * this.text }, group, String(factor.place))
    }
  }

  // On its weight, or beside it where the weight is short: the place farthest from units and other factors.
  freeSpot({ layer, unit, to }, others) {
    if (!this.columns[layer].includes(to)) return { x: (this.x(layer - 1) + this.x(layer)) / 2, y: this.bottom - this.text }
    const [x1, x2, y1, y2] = [this.x(layer - 1), this.x(layer), this.y(layer - 1, unit), this.y(layer, to)]
    const away = this.radius + 0.4 * this.text
    const tried = [0.55, 0.45, 0.65, 0.35, 0.75].map((share) => ({ x: x1 + share * (x2 - x1), y: y1 + share * (y2 - y1) }))
    const beside = [away, -away].map((off) => ({ x: (x1 + x2) / 2, y: (y1 + y2) / 2 + off }))
    const room = ({ x, y }) => Math.min(...others.map((other) => Math.hypot(x - other.x, y - other.y) - 1.44 * this.text), this.roomAround(x, y, layer))
    if (room(tried[0]) >= 0) return tried[0]
    return [...tried, ...beside].reduce((best, one) => (room(one) > room(best) ? one : best))
  }

  // How far a place is from the units on both sides of a layer's weights, less what a factor covers.
  roomAround(x, y, layer) {
    const gaps = [layer - 1, layer].flatMap((column) =>
      this.columns[column].map((unit) => Math.hypot(Math.max(Math.abs(x - this.x(column)) - this.half, 0), Math.max(Math.abs(y - this.y(column, unit)) - this.radius, 0)))
    )
    return Math.min(...gaps) - 0.72 * this.text
  }

  // Where another factor sits: at the right of its unit (loss), over it (slope), or on the input.
  spot({ kind, layer, unit }) {
    const shown = this.columns[layer].includes(unit)
    const y = shown ? this.y(layer, unit) : this.bottom - this.text
    if (kind === "slope") return { x: this.x(layer) - this.half, y: y - this.radius - 0.1 * this.text }
    return { x: this.x(layer) + this.half, y: y - this.radius - 0.1 * this.text }
  }
}
