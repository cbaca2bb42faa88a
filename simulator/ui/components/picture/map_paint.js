// How the map is painted; `MapDrawing` adds the controls.
const MISSING = 255
const TOP_LEVEL = 254
const GAP = 6
const KEY_WIDTH = 130
const FLAT_STRENGTH = 0.55
const SHAPES = ["circle", "square", "triangle", "diamond", "cross", "wedge"]

class MapPainting {
  // Colours of 255 levels: signed ones run olive – 0 – the blue of forward values, unsigned ones through cividis; 255 is not finite.
  makeRamps() {
    const { palette } = this.theme
    const ramp = (colors) => {
      const strip = element("canvas", { width: 256, height: 1 })
      const context = strip.getContext("2d", { willReadFrequently: true })
      const gradient = context.createLinearGradient(0, 0, 255, 0)
      colors.forEach((color, index) => gradient.addColorStop(index / (colors.length - 1), color))
      context.fillStyle = gradient
      context.fillRect(0, 0, 256, 1)
      return context.getImageData(0, 0, 256, 1).data
    }
    const parse = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))
    const paper = parse(palette.surface)
    return {
      signed: ramp(palette.diverging_forward),
      unsigned: ramp(["#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838"]),
      classes: palette.classes.map(parse),
      paper,
    }
  }

  paint() {
    if (this.surface.width && this.content) this.surface.paint(this.theme, (painter) => this.draw(painter))
  }

  // Where everything is: the large map left, neuron maps right, the legend below.
  places() {
    const { width, height } = this.surface
    const { scale } = this.theme
    const { neurons } = this.content
    const legend = 26 * scale
    const left = 54 * scale
    const bottom = 42 * scale
    const side = Math.min(height - bottom - legend - 6, neurons.length ? 0.66 * width : width - left - 10)
    const large = { x: left, y: 6, size: Math.max(side, 60) }
    const from = left + large.size + 24 * scale
    const heading = 25 * scale
    const room = { width: width - from - 4, height: height - legend - 4 }
    return { large, from, heading, legend, ...this.neuronGrid(room, heading) }
  }

  // The number of columns that makes neuron maps largest.
  neuronGrid(room, heading) {
    const units = this.content.neurons.map(({ values }) => values.shape[1])
    let best = { size: 0, columns: 1 }
    for (let columns = 1; columns <= Math.max(1, ...units); columns++) {
      const rows = units.reduce((sum, count) => sum + Math.ceil(count / columns), 0)
      const tall = (room.height - units.length * heading) / Math.max(rows, 1) - GAP
      const size = Math.min(room.width / columns - GAP, tall, 110 * this.theme.scale)
      if (size > best.size) best = { size, columns }
    }
    return best
  }

  draw(painter) {
    const places = this.places()
    this.drawLarge(painter, places.large)
    this.drawNeurons(painter, places)
    this.drawLegend(painter, places)
  }

  drawLarge(painter, place) {
    const { palette, scale } = this.theme
    const { axes, features } = this.content
    const { x, y, size } = place
    const [picture, margins] = this.chosen === "answer" ? this.answer() : [this.neuron(...this.chosen.split(":").map(Number)), []]
    if (picture) painter.grid(picture, x, y, size, size)
    painter.shape(`M${x} ${y}h${size}v${size}h${-size}Z`, { color: palette.muted, width: 1 })
    for (const lines of margins) {
      painter.lines(lines.map((value, index) => (index % 2 ? y + (1 - value) * size : x + value * size)), { color: palette.ink, width: 2.5 })
    }
    const count = axes.shape[1]
    const ends = [axes[0], axes[count - 1], axes[count], axes[2 * count - 1]]
    const place2 = (u, v) => [x + ((u - ends[0]) / (ends[1] - ends[0])) * size, y + (1 - (v - ends[2]) / (ends[3] - ends[2])) * size]
    this.toPlane = (px, py) => [ends[0] + ((px - x) / size) * (ends[1] - ends[0]), ends[2] + (1 - (py - y) / size) * (ends[3] - ends[2])]
    this.drawPoints(painter, place, place2)
    const label = { color: palette.ink, size: 15 * scale }
    for (const tick of niceTicks(ends[0], ends[1])) {
      painter.text(numberText(tick), place2(tick, 0)[0], y + size + 4 * scale, { ...label, align: "center", baseline: "top" })
    }
    for (const tick of niceTicks(ends[2], ends[3])) {
      const at = Math.max(y + 8 * scale, Math.min(place2(0, tick)[1], y + size - 8 * scale))
      painter.text(numberText(tick), x - 6 * scale, at, { ...label, align: "right" })
    }
    painter.text(features[0], x + size / 2, y + size + 22 * scale, { ...label, align: "center", baseline: "top" })
    painter.text(features[1], 9 * scale, y + size / 2, { ...label, align: "center", turn: -Math.PI / 2 })
    if (picture) return
    const shown = { size: 20 * scale, align: "center", color: palette.bad, weight: 700, halo: this.theme.background }
    painter.text(`✕ ${this.words.nonfinite}`, x + size / 2, y + size / 2, shown)
  }

  drawPoints(painter, { x, y, size }, place) {
    const { x: xs, y: ys, label, held, mode, output_range: range } = this.content
    const { palette, scale, background } = this.theme
    const radius = (xs.length > 600 ? 3.2 : 4.6) * scale
    const paths = new Map()
    for (let row = 0; row < xs.length; row++) {
      const [u, v] = place(xs[row], ys[row])
      if (u < x || u > x + size || v < y || v > y + size) continue
      const level = mode === "regression" ? Math.round(9 * Math.max(0, Math.min(1, (label[row] - range[0]) / (range[1] - range[0])))) : label[row]
      const key = `${level}:${held[row]}`
      if (!paths.has(key)) paths.set(key, "")
      paths.set(key, paths.get(key) + shapePath(mode === "regression" ? "circle" : SHAPES[level % SHAPES.length], u, v, radius))
    }
    for (const [key, path] of paths) {
      const [level, isHeld] = key.split(":").map(Number)
      const color = mode === "regression" ? rgb(this.ramps.unsigned, Math.round((level / 9) * TOP_LEVEL)) : palette.classes[level % palette.classes.length]
      if (isHeld) {
        painter.shape(path, { color: background, width: 5 })
        painter.shape(path, { fill: background, color: palette.ink, width: 3.4 })
        painter.shape(path, { color, width: 1.8 })
      } else painter.shape(path, { fill: color, color: palette.ink, width: 1 })
    }
  }

  // The output as a picture of colours, and the boundaries between answers as line pieces in shares of the side.
  answer() {
    const { output, mode } = this.content
    const [, side, , outputs] = output.shape
    const start = this.frame * side * side * outputs
    const values = output.subarray(start, start + side * side * outputs)
    if (values.includes(MISSING) && values.every((value) => value === MISSING)) return [null, []]
    if (mode === "regression") return [this.picture("answer", values, side, outputs, this.ramps.unsigned), []]
    const classes = mode === "single" ? 2 : outputs
    const fields = [...Array(classes).keys()].map((index) => marginField(values, side, outputs, index, mode === "single"))
    return [this.blend(fields, side), fields.slice(mode === "single" ? 1 : 0).map((field) => contour(field, side))]
  }

  // Class colours, stronger where the answer is surer; or the class alone.
  blend(fields, side) {
    const { classes, paper } = this.ramps
    return this.grid("answer", side, (at, pixel, target) => {
      let best = 0
      for (let index = 1; index < fields.length; index++) if (fields[index][at] > fields[best][at]) best = index
      const strength = this.flat.checked ? FLAT_STRENGTH : 0.22 + 0.5 * Math.min(1, fields[best][at] / TOP_LEVEL)
      const color = classes[best % classes.length]
      for (let part = 0; part < 3; part++) target[pixel + part] = paper[part] + strength * (color[part] - paper[part])
    })
  }

  picture(name, values, side, stride, ramp) {
    return this.grid(name, side, (at, pixel, target) => {
      const level = values[at * stride]
      const [from, start] = level === MISSING ? [this.ramps.paper, 0] : [ramp, 4 * level]
      for (let part = 0; part < 3; part++) target[pixel + part] = from[start + part]
    })
  }

  // Paint one pixel a grid point, flipped so that the second input grows upwards. The canvas is kept for the next frame.
  grid(name, side, color) {
    let kept = this.grids.get(name)
    if (kept?.side !== side) {
      const canvas = element("canvas", { width: side, height: side })
      const context = canvas.getContext("2d")
      kept = { side, canvas, context, image: context.createImageData(side, side) }
      this.grids.set(name, kept)
    }
    const { data } = kept.image
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const pixel = 4 * ((side - 1 - row) * side + column)
        color(row * side + column, pixel, data)
        data[pixel + 3] = 255
      }
    }
    kept.context.putImageData(kept.image, 0, 0)
    return kept.canvas
  }

  neuron(row, unit) {
    const { values } = this.content.neurons[row]
    const [, units, side] = values.shape
    const start = (this.frame * units + unit) * side * side
    const shown = values.subarray(start, start + side * side)
    return shown.every((value) => value === MISSING) ? null : this.picture(`${row}:${unit}`, shown, side, 1, this.ramps.signed)
  }

  drawNeurons(painter, { from, heading, size, columns }) {
    const { palette, scale } = this.theme
    this.boxes = []
    let top = 2
    this.content.neurons.forEach(({ values, limit }, row) => {
      const name = this.content.layer_names[row]
      const { context } = this.surface
      context.font = `${15 * scale}px ${this.theme.font}`
      const written = [`${name} (±${numberText(limit)})`, name, `±${numberText(limit)}`].find(
        (words) => from + context.measureText(words).width < this.surface.width
      )
      painter.text(written ?? "", from, top + heading / 2 - 2, { color: palette.ink, size: 15 * scale })
      top += heading
      const count = values.shape[1]
      for (let unit = 0; unit < count; unit++) {
        const [x, y] = [from + (unit % columns) * (size + GAP), top + Math.floor(unit / columns) * (size + GAP)]
        const picture = this.neuron(row, unit)
        if (picture) painter.grid(picture, x, y, size, size)
        else painter.text("✕", x + size / 2, y + size / 2, { align: "center", color: palette.bad, size: 0.5 * size })
        const chosen = this.chosen === `${row}:${unit}`
        painter.shape(`M${x} ${y}h${size}v${size}h${-size}Z`, { color: chosen ? palette.ink : palette.muted, width: chosen ? 4 : 1 })
        this.boxes.push({ x, y, size, name: `${row}:${unit}` })
      }
      top += Math.ceil(count / columns) * (size + GAP)
    })
  }

  // Right end of the legend: what the colours of the neuron maps mean.
  drawColorKey(painter, y) {
    const { palette, scale } = this.theme
    const { width } = this.surface
    const [low, high] = [palette.diverging_forward[0], palette.diverging_forward.at(-1)]
    const side = 13 * scale
    const label = { color: palette.ink, size: 15 * scale, align: "right" }
    let x = width - 4
    for (const [color, written] of [[high, "> 0"], [low, "< 0"]]) {
      painter.text(written, x, y, label)
      x -= 34 * scale + side
      painter.shape(`M${x} ${y - side / 2}h${side}v${side}h${-side}Z`, { fill: color, color: palette.ink, width: 1 })
      x -= 12 * scale
    }
  }

  drawLegend(painter, { large, legend }) {
    const { classes, mode, held, neurons, output_range: range } = this.content
    const { palette, scale } = this.theme
    const y = this.surface.height - legend / 2
    let x = 6
    const { context } = this.surface
    const add = (draw, written) => {
      draw(x + 8 * scale, y)
      painter.text(written, x + 20 * scale, y, { color: palette.ink, size: 15 * scale })
      context.font = `${15 * scale}px ${this.theme.font}`
      x += 20 * scale + context.measureText(written).width + 20 * scale
    }
    if (mode === "regression") {
      painter.text(`${numberText(range[0])} – ${numberText(range[1])}`, large.x, y, { color: palette.ink, size: 15 * scale })
      return
    }
    classes.forEach((name, index) => {
      const color = palette.classes[index % palette.classes.length]
      add((at, line) => painter.shape(shapePath(SHAPES[index % SHAPES.length], at, line, 6.5 * scale), { fill: color, color: palette.ink, width: 1 }), name)
    })
    if (held.some(Boolean)) {
      const hollow = { fill: this.theme.background, color: palette.ink, width: 2.2 }
      add((at, line) => painter.shape(circlePath(at, line, 6 * scale), { fill: palette.muted }), this.words.training)
      add((at, line) => painter.shape(circlePath(at, line, 6 * scale), hollow), this.words.held_out)
    }
    if (neurons.length && x + KEY_WIDTH * scale < this.surface.width) this.drawColorKey(painter, y)
  }
}

function rgb(ramp, level) {
  return `rgb(${ramp[4 * level]} ${ramp[4 * level + 1]} ${ramp[4 * level + 2]})`
}
