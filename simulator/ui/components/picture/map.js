// The output over the plane of two inputs, the examples on it, and small maps of the hidden neurons.
class MapDrawing extends MapPainting {
  constructor(shell) {
    super()
    this.shell = shell
    this.surface = new PaintedCanvas(shell.place)
    this.grids = new Map()
    this.chosen = "answer"
    this.select = element("select", { onchange: () => this.choose(this.select.value) })
    this.label = element("label", {}, "", this.select)
    this.flat = element("input", { type: "checkbox", onchange: () => this.paint() })
    this.flatLabel = element("label", { className: "flat" }, this.flat, element("span"))
    shell.extra.append(element("div", { className: "controls" }, this.label, this.flatLabel))
  }

  update(content, theme, frame) {
    this.content = content.content
    this.words = content.words
    this.theme = theme
    this.frame = frame
    this.ramps = this.makeRamps()
    const names = this.neuronNames()
    if (!names.some(([name]) => name === this.chosen)) this.chosen = "answer"
    this.label.firstChild.textContent = this.words.shown
    this.select.replaceChildren(...names.map(([name, words]) => element("option", { value: name, textContent: words })))
    this.select.value = this.chosen
    this.label.hidden = names.length < 2
    this.flatLabel.hidden = this.content.mode === "regression"
    this.flatLabel.lastChild.textContent = this.words.flat
    this.paint()
  }

  neuronNames() {
    const names = [["answer", this.words.answer]]
    this.content.neurons.forEach(({ values }, row) => {
      for (let unit = 0; unit < values.shape[1]; unit++) {
        names.push([`${row}:${unit}`, `${this.content.layer_names[row]} · ${fill(this.words.neuron, { number: unit + 1 })}`])
      }
    })
    return names
  }

  choose(name) {
    this.chosen = this.chosen === name && name !== this.select.value ? "answer" : name
    this.select.value = this.chosen
    this.paint()
    this.shell.writeNumbers()
  }

  show(frame) {
    this.frame = frame
    this.paint()
  }

  resize(width, height) {
    this.surface.resize(width, height)
    this.paint()
  }

  pointer(x, y) {
    const { large } = this.places()
    if (x < large.x || x > large.x + large.size || y < large.y || y > large.y + large.size || !this.toPlane) return undefined
    const { features, output, classes, mode, output_range: range } = this.content
    const [u, v] = this.toPlane(x, y)
    const [, side, , outputs] = output.shape
    const column = Math.round(((x - large.x) / large.size) * (side - 1))
    const row = Math.round((1 - (y - large.y) / large.size) * (side - 1))
    const start = (this.frame * side * side + row * side + column) * outputs
    const value = (index) => {
      const level = output[start + index]
      return level === MISSING ? "NaN" : numberText(range[0] + (level / TOP_LEVEL) * (range[1] - range[0]), 2)
    }
    const names = mode === "classes" ? classes : [this.words.answer]
    return [[features[0], numberText(u)], [features[1], numberText(v)], ...names.map((name, index) => [name, value(index)])]
  }

  press(x, y) {
    const box = this.boxes?.find((place) => x >= place.x && x <= place.x + place.size && y >= place.y && y <= place.y + place.size)
    if (box) this.choose(box.name)
  }

  // Share of the plane that each answer takes.
  numbers() {
    const { output, classes, mode } = this.content
    const [, side, , outputs] = output.shape
    const values = output.subarray(this.frame * side * side * outputs, (this.frame + 1) * side * side * outputs)
    if (mode === "regression") return { headings: [this.words.answer], rows: [] }
    const fields = classes.map((_, index) => marginField(values, side, outputs, index, mode === "single"))
    const taken = classes.map(() => 0)
    for (let at = 0; at < side * side; at++) {
      const winner = fields.findIndex((field) => field[at] > 0)
      if (winner >= 0) taken[winner] += 1
    }
    const rows = classes.map((name, index) => [name, `${Math.round((1000 * taken[index]) / (side * side)) / 10} %`])
    return { headings: [this.words.class, this.words.answer], rows }
  }

  svg() {
    return this.surface.svg(this.theme, (painter) => this.draw(painter))
  }

  canvas(ratio) {
    return this.surface.copy(this.theme, ratio, (painter) => this.draw(painter))
  }
}

const maps = new WeakMap()

export default function (component) {
  return mount(maps, component, (parent) => new PictureShell(parent, (shell) => new MapDrawing(shell)))
}
