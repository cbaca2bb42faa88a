// What stands beside and above the nodes of the diagram: names, values and counts, as far as there is room.
const LINE_HEIGHT = 18
const WIDEST_VALUE = "9.99×10⁻⁹"

class NetworkNames {
  unitName(column, unit) {
    const { features, classes, kept } = this.content
    if (column === 0) return features[unit] ?? String(unit + 1)
    if (column === kept.length - 1 && classes[unit]) return `${unit + 1} (${classes[unit]})`
    return String(unit + 1)
  }

  countOf(column) {
    const { kept, sizes } = this.content
    const [shown, total] = [kept[column], sizes[column]]
    return shown < total ? fill(this.words.shown, { shown, total }) : String(total)
  }

  // A name that is too long for its room ends in an ellipsis; the whole one appears on hover.
  shortened(name, room, weight) {
    let kept = name
    while (kept.length > 1 && this.measure(kept === name ? name : `${kept}…`, weight) > room) kept = kept.slice(0, -1)
    return kept === name ? name : `${kept.trimEnd()}…`
  }

  // From one node of a column to the next.
  gapOf(column) {
    return Math.min(this.space / this.content.kept[column], 62 * this.theme.scale)
  }

  hasRoomForTwoLines(column) {
    return this.gapOf(column) >= 2.2 * LINE_HEIGHT * this.theme.scale
  }

  // The names of the inputs; where one line is too short for one of them, all without units, or over two lines.
  inputNames(room) {
    const { features, kept } = this.content
    const names = features.slice(0, kept[0])
    const fits = (line) => this.measure(line) <= room
    if (names.every(fits)) return names.map((name) => [name])
    return names.map((name) => this.linesOf(name.replace(/\s*\([^()]*\)$/, "") || name, fits) ?? [this.shortened(name, room)])
  }

  linesOf(name, fits) {
    if (fits(name)) return [name]
    const parts = name.split(" ")
    const pairs = parts.slice(1).map((_, at) => [parts.slice(0, at + 1).join(" "), parts.slice(at + 1).join(" ")])
    return this.hasRoomForTwoLines(0) ? pairs.find((pair) => pair.every(fits)) : undefined
  }

  nameOfOutput(unit) {
    return String(this.content.classes[unit] ?? unit + 1)
  }

  // How wide the outputs are written: name and value on one line, or one above the other, or the name alone.
  outputWidth(room) {
    const last = this.content.kept.length - 1
    const names = [...Array(this.content.kept[last]).keys()].map((unit) => this.nameOfOutput(unit))
    const bold = (lines) => Math.max(...lines.map((line) => this.measure(line, 600)))
    const oneLine = bold(names.map((name) => `${name}: ${WIDEST_VALUE}`))
    this.outputs = oneLine <= room ? "beside" : this.hasRoomForTwoLines(last) ? "below" : "none"
    this.outputRoom = { beside: oneLine, below: Math.min(bold([...names, WIDEST_VALUE]), room), none: Math.min(bold(names), room) }[this.outputs]
    return this.outputRoom
  }

  outputLines(unit, value) {
    const name = this.nameOfOutput(unit)
    if (this.outputs === "beside") return [`${name}: ${value}`]
    const shown = this.shortened(name, this.outputRoom, 600)
    return this.outputs === "below" ? [shown, value] : [shown]
  }

  writeLines(painter, lines, x, y, look) {
    const step = LINE_HEIGHT * this.theme.scale
    lines.forEach((line, index) => painter.text(line, x, y + (index - (lines.length - 1) / 2) * step, look))
  }

  // Where the names would touch, hidden layers have their numbers alone.
  headingOf(column) {
    const { columns } = this.content
    const hidden = column > 0 && column < columns.length - 1
    return this.short && hidden ? String(column) : columns[column]
  }

  // On the stage all layers are in sight: where they are many, some have no name.
  isNamed(column) {
    const last = this.content.kept.length - 1
    return column === 0 || column === last || (column % this.stride === 0 && last - column >= 2 * this.stride - 1)
  }

  hasRoomForNames() {
    return this.gapOf(0) > 13 * this.theme.scale
  }
}
