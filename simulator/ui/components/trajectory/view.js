// Paths on a surface: the rate slider redraws the moved one while it is dragged, the start is dragged on the surface.
const PAUSE = 250 // milliseconds: while a slider is dragged or a key is held, the server has nothing to do

class TrajectoryDrawing extends TrajectoryPainting {
  constructor(shell) {
    super()
    this.shell = shell
    this.surface = new PaintedCanvas(shell.place)
    this.eta = element("output", { className: "eta" })
    this.slider = element("input", { type: "range", min: "0", step: "1" })
    this.slider.oninput = () => this.turn(Number(this.slider.value))
    this.slider.onpointerdown = () => (this.dragged = true)
    this.slider.onchange = () => this.settle()
    this.marks = element("div", { className: "marks" })
    this.runs = element("div", { className: "choices runs" })
    this.formula = element("div", { className: "formula" })
    const track = element("div", { className: "track" }, this.slider, this.marks)
    shell.extra.append(element("div", { className: "controls rate" }, this.eta, track, this.runs), this.formula)
    shell.place.addEventListener("pointerdown", (event) => this.hold(event))
    shell.place.addEventListener("pointermove", (event) => this.held && this.carry(event))
    for (const end of ["pointerup", "pointercancel"]) shell.place.addEventListener(end, (event) => this.drop(event))
  }

  get mode() {
    return String(this.rate)
  }

  // All that it can say, so that room is kept for the longest.
  saysAny() {
    return Object.values(this.shell.content.sentences).flat()
  }

  update(content, theme, frame) {
    const fresh = this.contentId !== content.id
    this.contentId = content.id
    this.content = content.content
    this.words = content.words
    this.theme = theme
    this.frame = Math.min(frame, this.steps())
    this.revision = content.revision
    this.moves = content.moves
    if (fresh) this.adopt()
    this.build()
    this.paint()
  }

  // What Python chose counts, unless the reader has moved on since it was asked.
  adopt() {
    const { rates, chosen } = this.content
    const waits = this.wanted !== undefined && this.wanted.revision === this.revision && this.wanted.moved === this.content.moved
    if (waits && rates[chosen] !== this.wanted.rate) {
      this.rate = rates.reduce((best, rate, index) => (Math.abs(rate - this.wanted.rate) < Math.abs(rates[best] - this.wanted.rate) ? index : best), 0)
      return
    }
    this.wanted = undefined
    this.rate = chosen
    this.held = undefined
  }

  build() {
    const { rates, marks, away, runs, moved } = this.content
    put(this.slider, { max: rates.length - 1, "aria-label": this.words.rate })
    this.slider.disabled = !this.moves
    const share = (index) => (100 * index) / Math.max(rates.length - 1, 1)
    const first = away.indexOf(1)
    const edge = first < 0 ? 100 : share(Math.max(first - 0.5, 0))
    this.slider.style.setProperty("--edge", `${edge}%`)
    this.marks.replaceChildren(
      ...marks.map(({ name, index, text }) => {
        const mark = element("button", { type: "button", className: `mark ${name}`, textContent: text, disabled: !this.moves })
        mark.style.setProperty("--at", `${share(index)}%`)
        mark.onclick = () => this.turn(index)
        return mark
      })
    )
    this.runs.hidden = runs.length < 2
    const names = runs.map(({ letter }, index) => [index, letter])
    choiceButtons(this.runs, this.words.which, names, moved, (index) => this.publish({ moved: index + 1 }))
    this.write()
  }

  // The rate as it is written, the sentence, and the numbers of the step.
  write() {
    const { rate_texts: texts, chosen, formulas } = this.content
    this.slider.value = String(this.rate)
    this.slider.setAttribute("aria-valuetext", texts[this.rate])
    if (this.eta.textContent !== texts[this.rate]) this.eta.textContent = texts[this.rate]
    const lines = this.rate === chosen && !this.held ? formulas[this.frame] : []
    this.formula.replaceChildren(
      ...lines.map((line) => element("div", {}, ...line.map(([kind, words]) => element("span", { className: kind, textContent: words }))))
    )
    const most = Math.max(1, ...formulas.map((all) => all.length))
    this.formula.style.minHeight = `${1.6 * most}em`
  }

  turn(index) {
    this.rate = index
    this.paint()
    this.write()
    this.shell.say()
    this.wanted = { rate: this.content.rates[index], revision: this.revision, moved: this.content.moved }
    clearTimeout(this.timer)
    if (!this.dragged) this.settle()
  }

  // Tell Python where the rate has come to rest; while the slider is held it has nothing to do.
  settle() {
    this.dragged = false
    clearTimeout(this.timer)
    const { wanted } = this
    if (wanted) this.timer = setTimeout(() => this.publish({ rate: wanted.rate }), PAUSE)
  }

  publish(change) {
    if (this.moves) this.send({ ...change, revision: this.revision, moment: Date.now() })
  }

  show(frame) {
    this.frame = Math.min(frame, this.steps())
    this.paint()
    this.write()
  }

  resize(width, height) {
    this.surface.resize(width, height)
    this.paint()
  }

  // The point of the surface under the pointer.
  pointAt(event) {
    const box = this.shell.place.getBoundingClientRect()
    return this.toSurface(event.clientX - box.left, event.clientY - box.top)
  }

  toSurface(x, y) {
    if (!this.at || !within(x, y, this.at.frame)) return undefined
    const { frame } = this.at
    const [left, right, bottom, top] = this.content.box
    const share = (x - frame.left) / (frame.right - frame.left)
    const up = (frame.bottom - y) / (frame.bottom - frame.top)
    const digits = 2 - Math.min(0, Math.floor(Math.log10(right - left)))
    const exact = (value) => Number(value.toFixed(digits))
    return [exact(left + share * (right - left)), this.content.one_dimensional ? 0 : exact(bottom + up * (top - bottom))]
  }

  hold(event) {
    const point = this.moves && !this.content.control && event.button === 0 ? this.pointAt(event) : undefined
    if (!point) return
    this.shell.place.setPointerCapture(event.pointerId)
    this.held = point
    this.shell.hideTip()
    this.paint()
  }

  carry(event) {
    this.held = this.pointAt(event) ?? this.held
    this.paint()
  }

  drop(event) {
    if (!this.held) return
    this.carry(event)
    clearTimeout(this.timer)
    const start = this.content.one_dimensional ? this.held.slice(0, 1) : this.held
    this.publish({ start, rate: this.content.rates[this.rate] })
  }

  pointer(x, y) {
    const point = this.held ? undefined : this.toSurface(x, y)
    if (!point) return undefined
    return this.axisNames().map((name, part) => [name, numberText(point[part])])
  }

  numbers() {
    const { theta, loss } = this.pathOf(this.content.moved)
    const single = this.content.one_dimensional
    const rows = Array.from(loss, (value, step) => [step * this.stride(), theta[2 * step], ...(single ? [] : [theta[2 * step + 1]]), value])
    return { headings: [this.words.step, ...this.axisNames(), this.words.loss], rows }
  }

  svg() {
    return this.surface.svg(this.theme, (painter) => this.draw(painter))
  }

  canvas(ratio) {
    return this.surface.copy(this.theme, ratio, (painter) => this.draw(painter))
  }

  destroy() {
    clearTimeout(this.timer)
  }
}

function put(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
}

const trajectories = new WeakMap()

export default function (component) {
  const ended = mount(trajectories, component, (parent) => {
    const shell = new PictureShell(parent, (made) => new TrajectoryDrawing(made))
    shell.drawing.send = (change) => shell.tell(change)
    return shell
  })
  trajectories.get(component.parentElement).tell = (change) => component.setStateValue("moved", change)
  return ended
}
