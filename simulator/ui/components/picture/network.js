// The network as a diagram: columns of nodes, lines that are weights, gradients or updates, and one node's formula.
const LINE_MODES = ["weight", "gradient", "update"]
const REACH = 6

class NetworkDrawing extends NetworkPainting {
  constructor(shell) {
    super()
    this.shell = shell
    this.mode = "weight"
    this.chosen = 0
    this.selected = null
    this.spacer = element("div")
    this.scroller = shell.place.appendChild(element("div", { className: "scroller" }, this.spacer))
    this.surface = new PaintedCanvas(this.spacer)
    this.scroller.onscroll = () => this.paint()
    this.exampleSelect = element("select", { onchange: () => this.choose({ chosen: Number(this.exampleSelect.value) }) })
    this.layerSelect = element("select", { onchange: () => this.select(Number(this.layerSelect.value), 0) })
    this.nodeSelect = element("select", { onchange: () => this.select(this.selected?.layer, Number(this.nodeSelect.value)) })
    this.labels = [this.exampleSelect, this.layerSelect, this.nodeSelect].map((select) => element("label", {}, "", select))
    for (const label of this.labels.slice(1)) label.className = "same-as-click"
    this.panel = element("div", { className: "formula" })
    shell.extra.append(element("div", { className: "controls" }, ...this.labels), this.panel)
  }

  update(content, theme, frame) {
    this.content = content.content
    this.fits = content.fill
    this.words = content.words
    this.theme = theme
    this.frame = frame
    this.panel.style.setProperty("--forward", theme.palette.forward_text)
    this.panel.style.setProperty("--backward", theme.palette.gradient_text)
    const { columns, kept } = this.content
    const { selected } = this
    if (selected && (selected.layer >= columns.length || selected.unit >= kept[selected.layer])) this.selected = null
    this.labels[1].firstChild.textContent = this.words.layer
    this.labels[2].firstChild.textContent = this.words.node
    this.buildModes()
    this.writeSelects()
    this.writeTitle()
    this.layOut()
    this.paint()
    this.writeFormula()
  }

  fillSelect(select, pairs, value) {
    select.replaceChildren(...pairs.map(([name, words]) => element("option", { value: name, textContent: words })))
    select.value = String(value)
  }

  writeSelects() {
    const { columns, kept } = this.content
    const { selected, words } = this
    this.writeExamples()
    const layers = columns.slice(1).map((name, index) => [index + 1, name])
    this.fillSelect(this.layerSelect, [[0, words.none], ...layers], selected?.layer ?? 0)
    const units = selected ? [...Array(kept[selected.layer]).keys()].map((unit) => [unit, this.unitName(selected.layer, unit)]) : []
    this.fillSelect(this.nodeSelect, units, selected?.unit ?? 0)
    this.nodeSelect.disabled = !selected
  }

  // Those that are watched through the run, or those of the step's own mini-batch, whose names change with the step.
  writeExamples() {
    const { words, content } = this
    const names = this.isBackward() ? [...Array(this.numPasses()).keys()].map((index) => this.nameOfPass(index)) : content.examples
    this.labels[0].firstChild.textContent = this.isBackward() ? words.batch_label : words.example_label
    const written = names.join("|")
    if (this.exampleSelect.dataset.names !== written) this.fillSelect(this.exampleSelect, names.map((name, index) => [index, name]), this.example)
    this.exampleSelect.dataset.names = written
    this.exampleSelect.value = String(this.example)
  }

  nameOfPass(index) {
    return fill(this.words.of_batch, { number: index + 1, total: this.content.passes.count[this.frame] })
  }

  buildModes() {
    const pairs = LINE_MODES.map((mode) => [mode, this.words[mode]])
    choiceButtons(this.shell.choices, this.words.lines, pairs, this.mode, (mode) => {
      this.buildModes(this.choose({ mode }))
      this.shell.choices.querySelector("[aria-pressed=true]").focus()
    })
  }

  choose(changes) {
    Object.assign(this, changes)
    if ("mode" in changes) this.layOut() // the legend may need another line
    this.writeExamples()
    this.writeTitle()
    this.paint()
    this.writeFormula()
    this.shell.writeNumbers()
    this.shell.say()
  }

  // The question is the one that the chosen lines answer.
  writeTitle() {
    this.shell.title.textContent = this.words[`title_${this.mode}`] ?? this.shell.content.title
  }

  select(layer, unit) {
    this.choose({ selected: layer ? { layer, unit } : null })
    this.writeSelects()
    if (this.selected && this.columnWidth) this.reveal()
  }

  reveal() {
    const x = this.x(this.selected.layer)
    const { scrollLeft } = this.scroller
    if (x - this.columnWidth < scrollLeft || x > scrollLeft + this.surface.width) {
      this.scroller.scrollLeft = x - this.surface.width / 2
    }
  }

  show(frame) {
    this.frame = frame
    this.writeExamples()
    this.paint()
    this.writeFormula()
  }

  resize(width, height) {
    this.surface.resize(width, height)
    this.layOut()
    this.paint()
  }

  nodeAt(x, y) {
    const { kept } = this.content
    const column = Math.round((x - this.left) / this.columnWidth)
    if (column < 0 || column >= kept.length || Math.abs(x - this.x(column)) > this.radius + 7) return null
    for (let unit = 0; unit < kept[column]; unit++) {
      if (Math.abs(y - this.y(column, unit)) <= this.radius + 2) return { layer: column, unit }
    }
    return null
  }

  lineAt(x, y) {
    const { kept } = this.content
    const layer = Math.floor((x - this.left) / this.columnWidth)
    if (layer < 0 || layer >= kept.length - 1) return null
    const along = (x - this.x(layer)) / this.columnWidth
    let best = null
    let nearest = REACH
    for (let from = 0; from < kept[layer]; from++) {
      for (let to = 0; to < kept[layer + 1]; to++) {
        const [start, end] = [this.y(layer, from), this.y(layer + 1, to)]
        const slope = (end - start) / this.columnWidth
        const distance = Math.abs(start + along * (end - start) - y) / Math.hypot(1, slope)
        if (distance < nearest) [nearest, best] = [distance, { layer, from, to }]
      }
    }
    return best
  }

  pointer(clientX, y) {
    const x = clientX + this.scroller.scrollLeft
    const node = this.nodeAt(x, y)
    const { columns } = this.content
    if (node) {
      const rows = [[`${columns[node.layer]} · ${this.unitName(node.layer, node.unit)}`, ""]]
      if (node.layer) rows.push(["z", exactText(this.preActivation(node.layer, node.unit))])
      if (node.layer && this.isBackward()) rows.push(["δ", exactText(this.ofPass("delta", node.layer, node.unit))])
      rows.push([node.layer ? "a" : "x", exactText(this.activation(node.layer, node.unit))])
      return rows
    }
    const line = this.lineAt(x, y)
    if (!line) return undefined
    const name = `${this.unitName(line.layer, line.from)} → ${this.unitName(line.layer + 1, line.to)}`
    const values = LINE_MODES.map((mode) => [this.words[mode], exactText(this.line(mode, line.layer, line.from, line.to))])
    return [[`${columns[line.layer + 1]} · ${name}`, ""], ...values]
  }

  press(clientX, y) {
    const node = this.nodeAt(clientX + this.scroller.scrollLeft, y)
    if (node) this.select(node.layer, node.unit)
    else if (!this.lineAt(clientX + this.scroller.scrollLeft, y)) this.select(0, 0)
  }

  writeFormula() {
    if (this.isBackward()) writeBackward(this.panel, this)
    else writeFormula(this.panel, this)
  }

  numbers() {
    const { words, selected } = this
    const { kept, columns, lines } = this.content
    if (!selected) {
      const last = kept.length - 1
      const delta = this.isBackward() ? (unit) => [this.ofPass("delta", last, unit)] : () => []
      const rows = [...Array(kept[last]).keys()].map((unit) => [this.unitName(last, unit), this.preActivation(last, unit), this.activation(last, unit), ...delta(unit)])
      return { headings: [columns[last], "z", "a", ...(this.isBackward() ? ["δ"] : [])], rows }
    }
    const { layer, unit } = selected
    const rows = [...Array(kept[layer - 1]).keys()].map((from) => [
      this.unitName(layer - 1, from),
      this.activation(layer - 1, from),
      ...LINE_MODES.map((mode) => this.line(mode, layer - 1, from, unit)),
    ])
    const at = this.frame * kept[layer] + unit
    rows.push([words.bias, 1, ...LINE_MODES.map((mode) => lines[mode].bias[layer - 1][at])])
    return { headings: [columns[layer - 1], words.input_value, ...LINE_MODES.map((mode) => words[mode])], rows }
  }

  svg() {
    return this.surface.svg(this.theme, (painter) => this.draw(painter))
  }

  canvas(ratio) {
    return this.surface.copy(this.theme, ratio, (painter) => this.draw(painter))
  }
}

const diagrams = new WeakMap()

export default function (component) {
  return mount(diagrams, component, (parent) => new PictureShell(parent, (shell) => new NetworkDrawing(shell)), component.setTriggerValue)
}
