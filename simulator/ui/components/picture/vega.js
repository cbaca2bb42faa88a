// Pictures described by Vega-Lite. The library is loaded once a page; a new run patches data and parameters, and only a
// changed specification, theme or text size builds the picture again.
function loadVega(address) {
  window.simulatorVega ??= new Promise((resolve, reject) => {
    const script = element("script", { src: address, async: true })
    script.onload = () => resolve(window.vegaEmbed)
    script.onerror = () => {
      window.simulatorVega = undefined
      reject(new Error(`could not load ${address}`))
    }
    document.head.append(script)
  })
  return window.simulatorVega
}

class VegaDrawing {
  constructor(shell) {
    this.shell = shell
    this.queue = Promise.resolve()
    this.waiting = shell.place.appendChild(element("p", { className: "waiting" }))
    this.container = shell.place.appendChild(element("div", { className: "vega" }))
  }

  update(content, theme, frame) {
    this.content = content
    this.theme = theme
    this.frame = frame
    const names = Object.keys(content.specs)
    if (!names.includes(this.chosen)) this.chosen = names[0]
    if (!this.view) this.waiting.textContent = content.words.loading
    this.buildChoices(names)
    this.enqueue(() => this.build())
  }

  buildChoices(names) {
    const { choices } = this.shell
    choices.hidden = names.length < 2
    if (choices.hidden) return
    const pairs = names.map((name) => [name, name])
    choiceButtons(choices, this.content.words.axis, pairs, this.chosen, (name) => {
      this.chosen = name
      this.buildChoices(names)
      this.enqueue(() => this.build())
    })
  }

  // One change of the view at a time, in order; a failure is shown in words and does not stop later ones.
  enqueue(change) {
    this.queue = this.queue.then(change).catch((error) => {
      console.error(error)
      this.waiting.textContent = this.content.words.failed
      this.waiting.hidden = false
    })
    return this.queue
  }

  // The size that the shell gave last: the place may have another one for a moment, of which nobody would hear again.
  size() {
    const { clientWidth, clientHeight } = this.shell.place
    const [width, height] = this.given ?? [clientWidth, clientHeight]
    return [Math.max(width, 120), Math.max(height, 80)]
  }

  async build() {
    const embed = await loadVega(this.content.vega)
    if (!this.shell.place.isConnected) return
    const built = JSON.stringify([this.content.specs[this.chosen], this.theme.key])
    if (built === this.built) return this.patch()
    const [width, height] = this.size()
    const spec = resolveNames(this.content.specs[this.chosen], this.theme)
    const signals = this.signals()
    for (const parameter of spec.params) if (parameter.name in signals) parameter.value = signals[parameter.name]
    spec.datasets = Object.fromEntries([
      ...Object.entries(this.content.tables).map(([name, columns]) => [name, tableRows(columns, 0)]),
      ...this.frameRows(),
    ])
    // The page shows through; a saved picture gets its paper from the shell.
    spec.config = { ...resolveNames(this.content.config, this.theme), font: this.theme.font, background: null }
    this.view?.finalize()
    const options = { mode: "vega-lite", ast: true, actions: false, defaultStyle: false, renderer: "canvas" }
    const shown = { ...spec, width, height }
    this.shown = shown
    const { view } = await embed(this.container, shown, { ...options, tooltip: (...hover) => this.tooltip(...hover) })
    this.view = view
    this.built = built
    // What stands outside the plot may depend on its width, which only the first pass finds out.
    await view.resize().runAsync()
    this.waiting.hidden = true
    this.shell.place.dataset.built = String(Number(this.shell.place.dataset.built ?? 0) + 1)
  }

  signals() {
    const { signals, step } = this.content
    return { ...signals, scale: this.theme.scale, step: step[this.frame] ?? null, frame: this.frame }
  }

  frameRows() {
    return Object.entries(this.content.frames).map(([name, columns]) => [name, tableRows(columns, this.frame)])
  }

  // A new run in the same specification.
  async patch() {
    for (const [name, value] of Object.entries(this.signals())) this.set(name, value)
    for (const [name, columns] of Object.entries(this.content.tables)) this.fillData(name, tableRows(columns, 0))
    for (const [name, rows] of this.frameRows()) this.fillData(name, rows)
    await this.view.resize().runAsync()
  }

  set(name, value) {
    // A specification names only the parameters that it uses.
    if (this.shown.params.some((parameter) => parameter.name === name)) this.view.signal(name, value)
  }

  fillData(name, rows) {
    if (uses(this.shown, name)) this.view.data(name, rows)
  }

  show(frame) {
    this.frame = frame
    return this.enqueue(async () => {
      if (!this.view) return
      this.set("step", this.content.step[this.frame])
      this.set("frame", this.frame)
      for (const [name, rows] of this.frameRows()) this.fillData(name, rows)
      await this.view.runAsync()
    })
  }

  resize(...given) {
    this.given = given
    return this.enqueue(async () => {
      if (!this.view) return
      const [width, height] = this.size()
      if (this.view._width === width && this.view._height === height) return
      await this.view.width(width).height(height).runAsync()
      await this.view.resize().runAsync() // as when it is built: marks outside of the plot depend on its width
    })
  }

  tooltip(_, event, __, value) {
    if (value === null || value === undefined || value === "") return this.shell.hideTip()
    this.shell.showTip(Object.entries(value), event.clientX, event.clientY)
  }

  // The step nearest to the pointer, with exact values, in pictures over steps.
  pointer(x) {
    const row = this.nearest(x)
    if (row === undefined) return this.shell.tip.hidden ? undefined : this.keepTip()
    const { table, headings } = this.content.hover
    const columns = this.content.tables[table]
    return Object.entries(headings).map(([field, heading]) => [heading, exactText(columns[field][row])])
  }

  keepTip() {
    return this.content.hover ? undefined : [...this.shell.tip.children].map((row) => [...row.children].map((part) => part.textContent))
  }

  nearest(x) {
    const { hover, tables } = this.content
    if (!hover || !this.view) return undefined
    const at = x - this.view.origin()[0]
    if (at < -4 || at > this.view.signal("width") + 4) return undefined
    const axis = tables[hover.table][Object.keys(hover.headings)[0]]
    const step = this.view.scale("x").invert(at)
    let low = 0
    let high = axis.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (axis[middle] < step) low = middle + 1
      else high = middle
    }
    return low > 0 && step - axis[low - 1] < axis[low] - step ? low - 1 : low
  }

  press(x) {
    const row = this.nearest(x)
    if (row === undefined) return
    const { table, headings } = this.content.hover
    this.shell.seek(this.content.tables[table][Object.keys(headings)[0]][row])
  }

  numbers() {
    const { reading, frames } = this.content
    if (!reading) return { headings: [], rows: [] }
    const fields = Object.keys(reading.headings)
    const records = tableRows(frames[reading.table], this.frame)
    const rows = records.map((record) => fields.map((field) => record[field] ?? record[`${field}_note`]))
    return { headings: Object.values(reading.headings), rows }
  }

  async svg() {
    await this.queue
    return this.view.toSVG()
  }

  async canvas(ratio) {
    await this.queue
    return this.view.toCanvas(ratio)
  }

  destroy() {
    this.view?.finalize()
    this.view = undefined
  }
}

function uses(spec, name) {
  return spec.data?.name === name || (spec.layer ?? []).some((layer) => uses(layer, name))
}

const pictures = new WeakMap()

export default function (component) {
  return mount(pictures, component, (parent) => new PictureShell(parent, (shell) => new VegaDrawing(shell)))
}
