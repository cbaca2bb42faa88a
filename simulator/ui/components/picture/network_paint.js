// Where the nodes of the diagram are, and how it is painted; `NetworkDrawing` adds the controls.
const MODE_COLORS = { weight: "forward", gradient: "gradient", update: "update" }
const LEVELS = 14
const MIN_GAP = 68

class NetworkPainting extends NetworkNames {
  layOut() {
    const { surface, theme } = this
    if (!surface.width || !this.content) return
    const { kept, columns } = this.content
    const { scale } = theme
    const measure = (words, weight = 400) => {
      surface.context.font = `${weight} ${15 * scale}px ${theme.font}`
      return surface.context.measureText(words).width
    }
    this.measure = measure
    this.top = 44 * scale
    this.legendHeight = this.legend(undefined) + 8 * scale
    this.space = surface.height - this.top - this.legendHeight
    this.right = this.outputWidth(0.4 * surface.width - 30 * scale) + 30 * scale
    const left = Math.max(0.3 * surface.width, 0.74 * surface.width - this.right) - 26 * scale
    this.inputLines = this.inputNames(left)
    const names = this.inputLines.flat().map((line) => measure(line))
    this.left = Math.min(Math.max(measure(columns[0]) / 2, ...names), left) + 26 * scale
    const free = surface.width - this.left - this.right
    const counts = Math.max(...kept.map((_, column) => measure(this.countOf(column))))
    const least = this.fits ? 0 : Math.max(MIN_GAP * (0.5 + 0.5 * scale), counts + 10 * scale)
    this.columnWidth = Math.max(free / (kept.length - 1), least)
    this.stride = Math.ceil((counts + 10 * scale) / this.columnWidth) // of the columns that have their names above
    this.short = Math.max(...columns.map((name) => measure(name, 600))) + 10 * scale > this.columnWidth
    const total = this.left + this.right + this.columnWidth * (kept.length - 1)
    this.spacer.style.width = `${Math.max(total, surface.width)}px`
    this.spacer.style.height = "100%"
    this.scroller.tabIndex = total > surface.width + 1 ? 0 : -1
    if (total > surface.width + 1) this.space -= 14 // the scroll bar's
    this.radius = Math.max(3, Math.min(15 * scale, (0.4 * this.space) / Math.max(...kept), 0.38 * this.columnWidth))
  }

  x(column) {
    return this.left + this.columnWidth * column
  }

  y(column, unit) {
    return this.top + this.space / 2 + this.gapOf(column) * (unit - (this.content.kept[column] - 1) / 2)
  }

  // Thickness of a value as a share of the widest line; 0 means no line.
  share(value, lines) {
    const size = Math.abs(value) / lines.largest[0]
    if (!lines.log) return size < 0.004 ? 0 : Math.min(size, 1)
    return size === 0 ? 0 : Math.max(0, Math.min(1, 1 + Math.log10(size) / this.content.decades))
  }

  widest() {
    return Math.max(4, Math.min(9, (0.9 * this.radius) / this.theme.scale))
  }

  width(share) {
    return 0.7 + share * (this.widest() - 0.7)
  }

  paint() {
    if (!this.surface.width || !this.content || !this.columnWidth) return
    this.surface.paint(this.theme, (painter) => this.draw(painter))
  }

  draw(painter) {
    const offset = this.scroller.scrollLeft
    const { kept } = this.content
    const first = Math.max(0, Math.floor((offset - this.left) / this.columnWidth) - 1)
    const last = Math.min(kept.length - 1, Math.ceil((offset + this.surface.width - this.left) / this.columnWidth) + 1)
    for (let layer = first; layer < last; layer++) this.drawLines(painter, layer, offset)
    for (let column = first; column <= last; column++) this.drawColumn(painter, column, offset)
    this.legend(painter)
  }

  drawLines(painter, layer, offset) {
    const { kept, lines } = this.content
    const chosen = lines[this.mode]
    const values = chosen.values[layer]
    const [fanIn, fanOut] = [kept[layer], kept[layer + 1]]
    const start = this.frame * fanIn * fanOut
    const [left, right] = [this.x(layer) - offset, this.x(layer + 1) - offset]
    const focus = this.selected?.layer === layer + 1 ? this.selected.unit : -1
    const source = this.isBackward() && this.selected?.layer === layer ? this.selected.unit : -1 // its δ comes along these
    const groups = new Map()
    for (let from = 0; from < fanIn; from++) {
      const y = this.y(layer, from)
      for (let to = 0; to < fanOut; to++) {
        const value = values[start + from * fanOut + to]
        const broken = !Number.isFinite(value)
        const share = broken ? 0.3 : this.share(value, chosen)
        if (share <= 0) continue
        const level = Math.max(1, Math.round(share * LEVELS))
        const dim = this.selected && to !== focus && from !== source
        const key = broken ? "broken" : (dim ? 1000 : 0) + (value < 0 ? 100 : 0) + level
        if (!groups.has(key)) groups.set(key, [])
        groups.get(key).push(left, y, right, this.y(layer + 1, to))
      }
    }
    const { palette, scale } = this.theme
    const color = MODE_COLORS[this.mode]
    for (const [key, numbers] of [...groups].sort(([a], [b]) => (b >= 1000) - (a >= 1000) || a - b)) {
      if (key === "broken") {
        painter.lines(numbers, { color: palette.bad, width: 1, dash: [1, 7], alpha: 0.5 })
        continue
      }
      const share = (key % 100) / LEVELS
      const negative = key % 1000 >= 100
      const alpha = key >= 1000 ? 0.1 : 0.45 + 0.55 * share
      const dash = negative ? NEGATIVE_DASH : []
      painter.lines(numbers, { color: palette[negative ? `${color}_negative` : color], width: this.width(share), dash, alpha })
    }
  }

  // Whether the drawing is of the backward pass: then its nodes show an example of the step's mini-batch.
  isBackward() {
    return this.mode !== "weight"
  }

  numPasses() {
    const { count, inputs } = this.content.passes
    return Math.min(count[this.frame], inputs.shape[1])
  }

  // The example that is looked at, where there are as many as the reader chose.
  get example() {
    const most = this.isBackward() ? this.numPasses() : this.content.examples.length
    return Math.min(this.chosen, most - 1)
  }

  // A quantity of a node in the backward pass of the example; −0 is written as 0.
  ofPass(name, column, unit) {
    const { kept, passes } = this.content
    return passes[name][column - 1][this.at(passes.inputs.shape[1]) * kept[column] + unit] + 0
  }

  // Where the example stands among all of every frame.
  at(numExamples) {
    return this.frame * numExamples + this.example
  }

  target(unit) {
    const { target } = this.content.passes
    return target[this.at(target.shape[1]) * target.shape[2] + unit]
  }

  // The true answer of the example of the mini-batch.
  truth() {
    const { classes, passes } = this.content
    const targets = [...Array(passes.target.shape[2]).keys()].map((unit) => this.target(unit))
    return classes.length === targets.length && targets.length > 1 ? classes[targets.indexOf(Math.max(...targets))] : numberText(targets[0])
  }

  activation(column, unit) {
    const { inputs, activation, kept, examples, passes } = this.content
    if (!this.isBackward()) return column ? activation[column - 1][this.at(examples.length) * kept[column] + unit] : inputs[this.example * kept[0] + unit]
    return column ? this.ofPass("activation", column, unit) : passes.inputs[this.at(passes.inputs.shape[1]) * kept[0] + unit]
  }

  preActivation(column, unit) {
    const { pre_activation: values, kept, examples } = this.content
    if (this.isBackward()) return this.ofPass("pre_activation", column, unit)
    return values[column - 1][this.at(examples.length) * kept[column] + unit]
  }

  drawColumn(painter, column, offset) {
    const { kept, largest_activation: largest, inputs } = this.content
    const { palette, scale, background } = this.theme
    const x = this.x(column) - offset
    const heading = { align: "center", color: palette.ink, size: 15 * scale, weight: 600 }
    if (this.isNamed(column)) {
      painter.text(this.headingOf(column), x, 11 * scale, heading)
      painter.text(this.countOf(column), x, 30 * scale, { align: "center", color: palette.muted, size: 15 * scale })
    }
    const most = column ? largest[column - 1] : inputs.reduce((high, value) => Math.max(high, Math.abs(value) || 0), 0) || 1
    for (let unit = 0; unit < kept[column]; unit++) {
      const y = this.y(column, unit)
      const value = this.activation(column, unit)
      const chosen = this.selected?.layer === column && this.selected.unit === unit
      painter.shape(circlePath(x, y, this.radius), { fill: background, color: palette.ink, width: chosen ? 4 : 1.5 })
      const size = Math.min(1, Math.sqrt(Math.abs(value) / most)) * (this.radius - 1)
      if (!Number.isFinite(value)) painter.text("✕", x, y, { align: "center", color: palette.bad, size: this.radius * 1.4 })
      else if (value > 0 && size > 0.4) painter.shape(circlePath(x, y, size), { fill: palette.forward })
      else if (value < 0 && size > 0.4) {
        const inner = Math.max(size - 1, 0.5)
        painter.shape(circlePath(x, y, inner), { color: palette.forward, width: 2, dash: [3, 2] })
      }
      const label = { color: palette.ink, size: 15 * scale, halo: background }
      const away = this.radius + 6 * scale
      if (column === 0 && this.hasRoomForNames()) this.writeLines(painter, this.inputLines[unit] ?? [], x - away, y, { ...label, align: "right" })
      if (column === kept.length - 1) {
        const look = { ...label, weight: 600, color: palette.forward_text }
        this.writeLines(painter, this.outputLines(unit, numberText(value)), x + away, y, look)
      }
    }
  }

  // Write the scale below the diagram, or only measure its height.
  legend(painter) {
    const { words, theme, surface } = this
    const { palette, scale } = theme
    const lines = this.content.lines[this.mode]
    const name = MODE_COLORS[this.mode]
    const widest = fill(words.widest, { number: numberText(lines.largest[0]) }) + (lines.log ? ` (${words.each_tenth})` : "")
    const items = [
      [{ color: palette[name], width: this.radius ? this.widest() : 6 }, widest],
      [{ color: palette[name], width: 3 }, words.positive],
      [{ color: palette[`${name}_negative`], width: 3, dash: NEGATIVE_DASH }, words.negative],
      ["node", words.full_node],
      ["broken", words.nonfinite],
    ].filter(([mark]) => mark !== "broken" || this.isBroken())
    const row = 22 * scale
    let x = 4
    let rows = 1
    const placed = items.map(([mark, written]) => {
      const width = (mark === "broken" ? 4 : mark === "node" ? 22 : 46) * scale + this.measure(written) + 22 * scale
      if (x + width > surface.width && x > 4) {
        x = 4
        rows += 1
      }
      x += width
      return [mark, written, x - width, rows]
    })
    for (const [mark, written, left, line] of painter ? placed : []) {
      const y = surface.height - row * (rows - line + 0.5) - (this.scroller.tabIndex === 0 ? 14 : 0)
      if (mark === "node") {
        const at = left + 9 * scale
        painter.shape(circlePath(at, y, 7 * scale), { fill: palette.forward, color: palette.ink, width: 1.5 })
      } else if (mark !== "broken") painter.lines([left, y, left + 38 * scale, y], mark)
      const indent = { node: 22, broken: 4 }[mark] ?? 46
      const color = mark === "broken" ? palette.bad : palette.ink
      painter.text(written, left + indent * scale, y, { color, size: 15 * scale })
    }
    return rows * row
  }

  // Whether the output is not finite at any frame, so that the legend keeps its height while stepping.
  isBroken() {
    const { activation, lines } = this.content
    return [activation.at(-1), lines[this.mode].values[0]].some((values) => !values.every(Number.isFinite))
  }

  line(mode, layer, from, to) {
    const { kept, lines } = this.content
    return lines[mode].values[layer][(this.frame * kept[layer] + from) * kept[layer + 1] + to]
  }
}
