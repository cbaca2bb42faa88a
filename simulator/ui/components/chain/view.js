// One pass through the network step by step, one weight's chain, or the story of the transposes.
const VIEWS = new WeakMap()
// Where the reader is, by the controls that the drawings move: panels follow each other, also when they come and go.
const READERS = (window.simulatorChains ??= new Map())
const MOVABLE = ["step", "look", "weight", "example", "stage"]
const RESTS = 300 // milliseconds until the server is told of a move

export default function (component) {
  const { parentElement, data, setStateValue } = component
  if (!VIEWS.has(parentElement)) VIEWS.set(parentElement, new ChainView(parentElement))
  const view = VIEWS.get(parentElement)
  view.accept(data, (state) => setStateValue("state", state))
  return () => {
    view.destroy()
    VIEWS.delete(parentElement)
  }
}

class ChainView {
  constructor(parent) {
    this.host = parent.host ?? parent
    this.root = parent.appendChild(element("div", { className: "chain", role: "group" }))
    this.timeline = this.root.appendChild(element("nav", { className: "timeline" }))
    this.tools = this.root.appendChild(element("div", { className: "tools" }))
    const panels = (this.panels = this.root.appendChild(element("div", { className: "panels" })))
    this.left = panels.appendChild(element("div", { className: "left" }))
    this.diagram = new NetworkDiagram(this.left, (weight) => this.chooseWeight(weight))
    this.cache = this.left.appendChild(element("div", { className: "cache" }))
    this.card = panels.appendChild(element("div", { className: "card" }))
    this.live = this.root.appendChild(element("p", { className: "unseen", role: "status" }))
    this.live.dataset.unseen = ""
    this.timings = []
    this.at = 0 // when the reader last moved here
    this.told = new Map() // what the server was told of these settings, by when the reader moved there
    this.sizes = new ResizeObserver(() => this.resized())
    this.sizes.observe(panels)
    this.sizes.observe(this.left)
    this.look = new MutationObserver(() => this.data && this.draw())
    this.look.observe(document.documentElement, { attributes: true })
    this.onkey = (event) => this.key(event)
    document.addEventListener("keydown", this.onkey, true)
  }

  accept(bytes, send) {
    this.send = send
    const data = unpack(bytes)
    if (this.data?.id === data.id) return
    const isFirst = this.data === undefined
    const isNew = this.data?.revision !== data.revision
    if (!isFirst && this.data.network !== data.network) leaveFinishedControl()
    this.data = data
    this.m = passMatrices(data)
    this.root.dataset.section = data.section
    this.root.setAttribute("aria-label", data.alt)
    this.root.classList.toggle("asking", data.ask && !data.fill)
    this.root.classList.toggle("fill", data.fill)
    this.host.style.height = data.fill ? "100%" : ""
    this.panels.className = `panels ${data.section}`
    for (const [name, length] of Object.entries(leastHeights(data.sizes))) this.panels.style.setProperty(name, length)
    const clamp = (value, low, high) => Math.min(Math.max(value, low), high)
    const known = READERS.get(data.moves)
    const latest = known?.revision === data.revision ? known.state : data.state
    const unheard = isNew && !isFirst ? this.unheard(latest, data.heard) : {}
    if (isNew) {
      this.known = { ...data.state }
      this.told.clear()
    }
    const own = isNew ? { ...latest, ...unheard, path: 0, entry: null } : { ...this.state }
    own.section = data.section
    own.rate = data.state.rate
    own.step = clamp(own.step, 0, data.steps.length - 1)
    own.example = clamp(own.example, 0, data.rows - 1)
    const layer = clamp(own.weight[0], 1, data.sizes.length - 1)
    own.weight = [layer, clamp(own.weight[1], 1, data.sizes[layer - 1]), clamp(own.weight[2], 1, data.sizes[layer])]
    this.state = own
    this.remember()
    this.draw()
    if (Object.keys(unheard).length) this.tellLater()
    if (isFirst && data.fill) this.comeOnStage()
  }

  // On the stage the drawing is its own player; who walks backwards through the panels begins at its last step.
  comeOnStage() {
    if (leads(this.root)) frameBus().active = this
    const entry = takeEntry()
    if (entry !== undefined) this.go(entry === "first" ? 0 : Infinity)
  }

  change(next) {
    const started = performance.now()
    const stepped = next.step !== undefined && next.step !== this.state.step
    this.at = Math.max(Date.now(), this.at + 1)
    Object.assign(this.state, next)
    if (stepped) this.state.entry = null
    this.remember()
    this.draw()
    if (stepped) this.live.textContent = `${stepTitle(this.data, this.m, this.step, this.state.rate)} ${this.sentence}`
    this.timings.push(performance.now() - started)
    this.root.dataset.milliseconds = Math.max(...this.timings).toFixed(1)
    this.tellLater()
  }

  tellLater() {
    clearTimeout(this.timer)
    if (this.data.moves) this.timer = setTimeout(() => this.publish(), RESTS)
  }

  // What the reader has moved and the server had not heard of when it sent what is new: a slider was moved meanwhile.
  // What the server has changed itself since it last heard of the reader is the server's.
  unheard(latest, heard) {
    if (this.at <= heard) return {}
    const before = this.told.get(heard) ?? this.known
    const kept = MOVABLE.filter((name) => String(latest[name]) === String(before[name]) && String(this.state[name]) !== String(before[name]))
    return Object.fromEntries(kept.map((name) => [name, this.state[name]]))
  }

  publish() {
    const { step, look, weight, example, stage } = this.state
    const now = { step, look, weight: [...weight], example, stage }
    this.told.set(this.at, now)
    this.send({ ...now, at: this.at, revision: this.data.revision })
  }

  remember() {
    if (this.data.moves) READERS.set(this.data.moves, { revision: this.data.revision, state: { ...this.state } })
  }

  get step() {
    return this.data.steps[this.state.step]
  }

  chooseWeight(weight) {
    const kept = this.state.weight[0] === weight[0]
    const entry = this.data.section === "pass" && this.step.kind === "weights" && this.step.layer === weight[0] ? { row: weight[1] - 1, col: weight[2] - 1 } : kept ? this.state.entry : null
    this.change({ weight, path: 0, entry })
  }

  // An entry of a matrix: in the step that makes a weight's gradient, choosing it chooses the weight.
  pressEntry(row, col, place) {
    const focus = this.root.getRootNode().activeElement?.dataset?.entry !== undefined
    if (this.step.kind === "weights" && place === 0) this.change({ entry: { row, col }, weight: [this.step.layer, row + 1, col + 1], path: 0 })
    else this.change({ entry: { row, col } })
    if (focus) this.card.querySelector(`table.entries .chosen.pressable`)?.focus()
  }

  pressStory(chooses, row, col) {
    const [layer, source, target] = this.state.weight
    const weight = { both: [layer, row + 1, col + 1], source: [layer, row + 1, target], input: [layer, col + 1, target], unit: [layer, source, col + 1] }[chooses]
    if (weight) this.change({ weight, path: 0 })
  }

  // ---- steps: in a table the arrows go from entry to entry

  key(event) {
    if (!this.data || !this.root.isConnected) return
    const inside = event.composedPath().includes(this.root)
    const elsewhere = !inside && !this.data.fill && !CLICKER.has(event.key) && event.composedPath()[0] !== document.body
    if (elsewhere) return
    const inTable = (target) => target.closest("table.entries") !== null || target.dataset.entry !== undefined
    const button = buttonOfKey(event, ".chain", (target) => target.tagName === "INPUT" || inTable(target))
    if (button === undefined) return
    event.preventDefault()
    event.stopPropagation()
    this.press(button)
  }

  press(button) {
    this.go({ back: this.place - 1, forward: this.place + 1, first: 0, last: Infinity }[button])
  }

  // The stage asks whether a step that way is left, and takes it.
  takes(button) {
    return button === "forward" ? this.place < this.last : button === "back" ? this.place > 0 : true
  }

  get place() {
    if (this.data.section === "matrices") return this.state.stage - 1
    return this.data.section === "weight" ? this.state.path ?? 0 : this.state.step
  }

  get last() {
    return { matrices: 4, weight: (this.chain?.paths.length ?? 1) - 1, pass: this.data.steps.length - 1 }[this.data.section]
  }

  go(place) {
    const next = Math.min(Math.max(place, 0), this.last)
    this.change({ matrices: { stage: next + 1 }, weight: { path: next }, pass: { step: next } }[this.data.section])
  }

  // ---- drawing

  resized() {
    // On a page the panels are as high as what is in them; the network has its share of the window.
    const { height } = (this.data?.fill ? this.panels : this.diagram.picture).getBoundingClientRect()
    const size = `${this.panels.clientWidth}×${height.toFixed(1)}`
    if (!this.data || this.drawnAt === size) return
    this.drawnAt = size
    this.draw()
  }

  draw() {
    const { data, m, state } = this
    const theme = readTheme(this.host, data.themes)
    const palette = theme.palette
    for (let place = 0; place < PLACE_COLORS; place++) this.root.style.setProperty(`--place-${place}`, palette.classes[place])
    this.chain = data.section === "pass" ? null : weightChain(data, m, ...state.weight, state.example)
    this.context = {
      data,
      m,
      state,
      step: this.step,
      chain: this.chain,
      palette,
      press: (row, col, place) => this.pressEntry(row, col, place),
      pressStory: (chooses, row, col) => this.pressStory(chooses, row, col),
      choose: (weight) => this.chooseWeight(weight),
      choosePath: (path) => this.change({ path }),
      goToStage: (stage) => this.change({ stage }),
    }
    this.panels.classList.toggle("long", data.section === "weight" && this.chain.paths[0].factors.length > 6)
    const focused = this.focusName()
    drawTimeline(this.timeline, this)
    drawTools(this.tools, this)
    this.left.hidden = data.section === "matrices"
    const draw = (level) => this.drawPanels({ ...this.context, heatSide: heatSide(theme, level), most: mostPaths(level) })
    if (data.fill) drawFitted(this.panels, draw)
    else draw(0)
    if (!this.left.hidden) this.diagram.draw(this.context)
    // What stands under the drawing on a page stands with the stage's own sentences there.
    if (data.fill) tellStage(this.host, plainSentence(this.sentence), this.sentences.map(plainSentence))
    if (focused) this.root.querySelector(focused)?.focus()
  }

  drawPanels(context) {
    const { section } = this.data
    ;({ pass: drawCard, weight: drawWeightCard, matrices: drawStages })[section](this.card, context)
    this.cache.hidden = section !== "pass"
    if (section === "pass") drawCache(this.cache, context)
    if (!this.data.fill) return
    this.tools.querySelector("h3")?.remove()
    this.tools.append(this.card.querySelector("h3")) // a row of its own would cost the matrices theirs
  }

  // What the step, the weight or the stage of the story is about, and what is said at all of them.
  get sentence() {
    const { data, state } = this
    if (data.section === "pass") return this.said(this.state.step)
    return data.section === "weight" ? weightSentence(this.context) : storySentence(this.context, state.stage)
  }

  said(step) {
    const { data, m, state } = this
    if (openQuestion(this, step)) return data.words.asked
    return stepSentence(data, m, data.steps[step], state.look, state.rate)
  }

  get sentences() {
    const { data } = this
    if (data.section === "pass") return data.steps.map((_, step) => this.said(step))
    return data.section === "weight" ? [weightSentence(this.context)] : [1, 2, 3, 4, 5].map((stage) => storySentence(this.context, stage))
  }

  focusName() {
    const at = this.root.getRootNode().activeElement
    if (!at || !this.root.contains(at)) return ""
    for (const name of ["step", "look", "name", "stage", "example", "go"]) if (at.dataset[name] !== undefined) return `[data-${name}="${at.dataset[name]}"]`
    return ""
  }

  destroy() {
    clearTimeout(this.timer)
    document.removeEventListener("keydown", this.onkey, true)
    this.sizes.disconnect()
    this.look.disconnect()
    fallSilent(this.host)
    if (frameBus().active === this) frameBus().active = null
  }
}
