// How the surface, the paths and their loss are painted; `TrajectoryDrawing` adds what a reader moves.
const RUN_COLORS = ["forward", "classes.1", "classes.4", "classes.5"]
const RUN_SHAPES = ["circle", "square", "triangle", "diamond"]
const MANY_STEPS = 60
const RECENT_STEPS = 50 // of a longer path these stand out, so that where it is now can be seen in where it was

class TrajectoryPainting {
  paint() {
    if (this.surface.width && this.content) this.surface.paint(this.theme, (painter) => this.draw(painter))
  }

  place() {
    const { width, height } = this.surface
    const places = layout(width, height, this.theme.scale, this.content)
    const [left, right, bottom, top] = this.content.box
    const { frame, side } = places
    const x = (value) => frame.left + ((value - left) / (right - left)) * (frame.right - frame.left)
    const [low, high] = this.content.one_dimensional ? this.content.heights : [bottom, top]
    const y = (value) => frame.bottom - ((value - low) / (high - low)) * (frame.bottom - frame.top)
    const [first, last] = this.content.loss_ends
    const steps = this.steps()
    const across = (step) => side.left + (step / Math.max(steps, 1)) * (side.right - side.left)
    const raised = (loss) => (this.onLog() ? Math.log10(Math.max(loss, 1e-45)) : loss)
    const up = (loss) => side.bottom - ((raised(loss) - first) / (last - first)) * (side.bottom - side.top)
    return { ...places, x, y, across, up, low, high }
  }

  // Whether the loss has a log axis; one that can be negative has a linear one.
  onLog() {
    return this.content.log ?? true
  }

  steps() {
    return this.content.sweep.theta.shape[1] - 1
  }

  // Steps between two points of a path.
  stride() {
    return this.content.stride ?? 1
  }

  // What the numbers of a place are called: parameters, or directions through many of them.
  axisNames() {
    return this.content.axes ?? (this.content.one_dimensional ? ["θ"] : ["θ₁", "θ₂"])
  }

  color(name) {
    const [list, index] = name.split(".")
    const found = this.theme.palette[list]
    return index === undefined ? found : found[Number(index)]
  }

  // Points of a run as they are drawn now: the moved one at the rate of the slider.
  pathOf(run) {
    const { runs, sweep, moved } = this.content
    if (run !== moved) return { theta: runs[run].theta, loss: runs[run].loss }
    const points = this.steps() + 1
    const theta = sweep.theta.subarray(this.rate * points * 2, (this.rate + 1) * points * 2)
    return { theta, loss: sweep.loss.subarray(this.rate * points, (this.rate + 1) * points) }
  }

  draw(painter) {
    const at = (this.at = this.place())
    this.drawSurface(painter, at)
    this.drawLossAxes(painter, at)
    const order = this.content.runs.map((_, run) => run).filter((run) => run !== this.content.moved)
    for (const run of [...order, this.content.moved]) this.drawRun(painter, at, run)
    this.drawMinima(painter, at)
    this.drawArrows(painter, at)
    for (const run of [...order, this.content.moved]) this.drawBall(painter, at, run)
    this.drawStart(painter, at)
    this.drawLegend(painter, at)
  }

  drawSurface(painter, at) {
    const { palette, scale } = this.theme
    const { frame, x, y } = at
    const { one_dimensional: single, field, box } = this.content
    const size = 15 * scale
    if (!single) {
      const ratio = this.surface.ratio || 1
      const [wide, tall] = [ratio * (frame.right - frame.left), ratio * (frame.bottom - frame.top)]
      const key = [this.contentId, this.theme.key, Math.round(wide), Math.round(tall)].join("|")
      if (this.contourKey !== key) {
        this.contours = contourPicture(field, wide, tall, bandColors(palette))
        this.contourKey = key
      }
      painter.grid(this.contours, frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top)
    }
    painter.shape(this.rectangle(frame), { color: palette.muted, width: 1 })
    for (const tick of niceTicks(box[0], box[1])) {
      painter.lines([x(tick), frame.bottom, x(tick), frame.bottom + 5 * scale], { color: palette.muted })
      painter.text(numberText(tick), x(tick), frame.bottom + 15 * scale, { size, color: palette.ink, align: "center" })
    }
    painter.text(this.axisNames()[0], frame.right - 4 * scale, frame.bottom + 33 * scale, { size, color: palette.ink, align: "right" })
    for (const tick of niceTicks(at.low, at.high)) {
      if (single) painter.lines([frame.left, y(tick), frame.right, y(tick)], { color: palette.grid })
      painter.lines([frame.left - 5 * scale, y(tick), frame.left, y(tick)], { color: palette.muted })
      painter.text(numberText(tick), frame.left - 8 * scale, y(tick), { size, color: palette.ink, align: "right" })
    }
    painter.text(single ? this.words.loss : this.axisNames()[1], 2 * scale, 12 * scale, { size, color: palette.ink })
    if (single) this.drawCurve(painter, at)
  }

  // Of two parameters; on one, the curve shows them.
  drawMinima(painter, { x, y }) {
    const { palette, scale } = this.theme
    const { one_dimensional: single, minima, num_global: deepest } = this.content
    if (single) return
    minima.forEach(([u, v], index) => {
      painter.text(index < deepest ? "★" : "☆", x(u), y(v), { size: 20 * scale, color: palette.ink, align: "center", halo: palette.surface })
    })
  }

  drawCurve(painter, { x, y, frame }) {
    const { field, box } = this.content
    const pieces = []
    const place = (index) => [x(box[0] + (index / (field.length - 1)) * (box[1] - box[0])), y(field[index])]
    for (let index = 1; index < field.length; index++) {
      const piece = clipped(...place(index - 1), ...place(index), frame)
      if (piece) pieces.push(...piece)
    }
    painter.lines(pieces, { color: this.theme.palette.muted, width: 2.5 })
  }

  drawLossAxes(painter, { side, across, up }) {
    const { palette, scale } = this.theme
    const size = 15 * scale
    for (const [loss, words] of this.lossTicks()) {
      const y = up(loss)
      painter.lines([side.left, y, side.right, y], { color: palette.grid })
      painter.text(words, side.left - 6 * scale, y, { size, color: palette.ink, align: "right" })
    }
    painter.text(this.words.loss, side.left - 40 * scale, 12 * scale, { size, color: palette.ink })
    const stride = this.stride()
    for (const tick of niceTicks(0, stride * Math.max(this.steps(), 1)).filter(Number.isInteger))
      painter.text(String(tick), across(tick / stride), side.bottom + 15 * scale, { size, color: palette.ink, align: "center" })
    painter.text(this.words.step, side.right, side.bottom + 33 * scale, { size, color: palette.ink, align: "right" })
  }

  lossTicks() {
    const [first, last] = this.content.loss_ends
    if (!this.onLog()) return niceTicks(first, last).map((loss) => [loss, numberText(loss)])
    const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index)
    return powers.map((power) => [10 ** power, `10${[...String(power)].map((digit) => SUPERSCRIPTS[digit]).join("")}`])
  }

  rectangle({ left, right, top, bottom }) {
    return `M${left} ${top}H${right}V${bottom}H${left}Z`
  }

  // Where a step lies in the plot of the surface; on one parameter its height is the loss.
  spot(at, { theta, loss }, step) {
    return [at.x(theta[2 * step]), at.y(this.content.one_dimensional ? loss[step] : theta[2 * step + 1])]
  }

  drawRun(painter, at, run) {
    const path = this.pathOf(run)
    const color = this.color(RUN_COLORS[run])
    const { scale, palette } = this.theme
    const last = this.steps()
    const [before, after, old] = [[], [], []]
    const recent = last > MANY_STEPS ? this.frame - RECENT_STEPS : -1
    const [lossBefore, lossAfter] = [[], []]
    let exit
    const gone = this.goneAfter(at, path)
    for (let step = 1; step <= last; step++) {
      const [x1, y1] = this.spot(at, path, step - 1)
      const [x2, y2] = this.spot(at, path, step)
      const piece = step <= gone ? clipped(x1, y1, x2, y2, at.frame) : undefined
      if (piece) (step > this.frame ? after : step <= recent ? old : before).push(...piece)
      if (piece && exit === undefined && within(x1, y1, at.frame) && !within(x2, y2, at.frame)) exit = [piece[2], piece[3], step]
      const beside = clipped(at.across(step - 1), at.up(path.loss[step - 1]), at.across(step), at.up(path.loss[step]), at.side)
      if (beside) (step <= this.frame ? lossBefore : lossAfter).push(...beside)
    }
    for (const pieces of [old, after, lossAfter]) painter.shape(trail(pieces), { color, width: 2.5, alpha: 0.4 })
    for (const pieces of [before, lossBefore]) painter.shape(trail(pieces), { color, width: 3 })
    const radius = (last > MANY_STEPS ? 2.4 : 4) * scale
    for (let step = 0; step <= last; step++) {
      const [x, y] = this.spot(at, path, step)
      if (Number.isFinite(x + y) && within(x, y, at.frame))
        painter.shape(shapePath(RUN_SHAPES[run], x, y, radius), { fill: color, alpha: step <= this.frame && step > recent ? 1 : 0.45 })
    }
    if (exit) {
      painter.shape(shapePath("cross", exit[0], exit[1], 7 * scale), { fill: palette.bad })
      const middle = (at.frame.left + at.frame.right) / 2
      const y = Math.min(Math.max(exit[1], at.frame.top + 14 * scale), at.frame.bottom - 14 * scale)
      const words = fill(this.words.leaves, { step: exit[2] * this.stride() })
      const right = exit[0] > middle
      painter.text(words, exit[0] + (right ? -12 : 12) * scale, y, { size: 15 * scale, color: palette.bad, weight: 600, align: right ? "right" : "left", halo: palette.surface })
    }
  }

  // The step that leaves the picture for good: what crosses it later would only hide it.
  goneAfter(at, path) {
    let step = this.steps()
    while (step > 0 && !within(...this.spot(at, path, step), at.frame)) step--
    return step + 1
  }

  drawBall(painter, at, run) {
    const path = this.pathOf(run)
    const { palette, scale } = this.theme
    const [x, y] = this.spot(at, path, this.frame)
    const style = { fill: this.color(RUN_COLORS[run]), color: palette.ink, width: 2 }
    if (Number.isFinite(x + y) && within(x, y, at.frame)) painter.shape(shapePath(RUN_SHAPES[run], x, y, 8 * scale), style)
    const [u, v] = [at.across(this.frame), at.up(path.loss[this.frame])]
    if (Number.isFinite(v) && within(u, v, at.side)) painter.shape(shapePath(RUN_SHAPES[run], u, v, 6 * scale), style)
  }

  drawStart(painter, at) {
    const { palette, scale } = this.theme
    const { start, one_dimensional: single } = this.content
    const [u, v] = this.held ?? start
    const [x, inside] = [at.x(u), at.y(single ? this.heightAt(u) : v)]
    const y = Number.isFinite(inside) ? inside : at.frame.bottom // while it is dragged over a gap of the curve
    painter.shape(circlePath(x, y, 12 * scale), { color: palette.ink, width: 2.5, alpha: this.held ? 0.5 : 1 })
    const below = y < at.frame.top + 34 * scale
    painter.text(this.words.start, x, y + (below ? 24 : -22) * scale, { size: 15 * scale, color: palette.ink, align: "center", halo: palette.surface })
  }

  heightAt(u) {
    const { field, box } = this.content
    const place = ((u - box[0]) / (box[1] - box[0])) * (field.length - 1)
    return field[Math.min(Math.max(Math.round(place), 0), field.length - 1)]
  }

  // Gradient part, remembered part and their sum, which is the step, from the ball.
  drawArrows(painter, at) {
    const { arrows, chosen, moved, one_dimensional: single } = this.content
    if (!arrows || this.rate !== chosen || this.frame >= this.steps() || this.held) return
    const path = this.pathOf(moved)
    const { palette } = this.theme
    const from = this.spot(at, path, this.frame)
    const shift = (part) => {
      const [du, dv] = [part[2 * this.frame], part[2 * this.frame + 1]]
      return [at.x(path.theta[2 * this.frame] + du), single ? from[1] : at.y(path.theta[2 * this.frame + 1] + dv)]
    }
    const to = single ? [at.x(path.theta[2 * this.frame + 2]), from[1]] : this.spot(at, path, this.frame + 1)
    this.arrow(painter, at, from, shift(arrows.gradient), palette.gradient, 6)
    if (this.remembers()) this.arrow(painter, at, from, shift(arrows.remembered), palette.ink, 4)
    this.arrow(painter, at, from, to, palette.update, 2.5)
  }

  remembers() {
    return this.content.arrows?.remembered.some((value) => value !== 0)
  }

  arrow(painter, at, [x1, y1], [x2, y2], color, width) {
    const piece = clipped(x1, y1, x2, y2, at.frame)
    const length = Math.hypot(x2 - x1, y2 - y1)
    if (!piece || !(length > 2)) return
    const { scale } = this.theme
    painter.lines(piece, { color, width })
    const [, , x, y] = piece
    const [u, v] = [(x2 - x1) / length, (y2 - y1) / length]
    const head = Math.min((6 + 2 * width) * scale, length)
    const wing = 0.5 * head
    painter.shape(`M${x} ${y}L${x - head * u - wing * v} ${y - head * v + wing * u}L${x - head * u + wing * v} ${y - head * v - wing * u}Z`, { fill: color })
  }

  // What the arrows are, and which run is which, above the plots.
  drawLegend(painter, at) {
    const { palette, scale } = this.theme
    const { arrows, runs, adds_up: sums } = this.content
    const size = 15 * scale
    let x = at.frame.left + 34 * scale
    const y = 12 * scale
    const item = (color, words, width) => {
      painter.lines([x, y, x + 26 * scale, y], { color, width })
      painter.text(words, x + 32 * scale, y, { size, color: palette.ink })
      x += 44 * scale + this.wide(words, size)
    }
    if (arrows) item(palette.gradient, sums ? this.words.gradient_part : this.words.gradient_way, 6)
    if (this.remembers()) item(palette.ink, this.words.remembered, 4)
    if (arrows) item(palette.update, this.words.move, 2.5)
    if (runs.length < 2) return
    runs.forEach((run, index) => {
      const line = at.side.top + (12 + 20 * index) * scale
      const color = this.color(RUN_COLORS[index])
      const wide = this.wide(run.letter, size)
      const from = at.side.right - wide - 42 * scale
      painter.lines([from, line, from + 32 * scale, line], { color, width: 3 })
      painter.shape(shapePath(RUN_SHAPES[index], from + 16 * scale, line, 5 * scale), { fill: color })
      painter.text(run.letter, at.side.right, line, { size, color: palette.ink, align: "right", weight: 600, halo: palette.surface })
    })
  }

  wide(words, size) {
    const { context } = this.surface
    context.font = `400 ${size}px ${this.theme.font}`
    return context.measureText(words).width
  }
}
